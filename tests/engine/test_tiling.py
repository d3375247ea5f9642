"""Tiles are exact: the objective and its gradient do not depend on how the canvas is cut."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from nst_core.engine.losses import CONTENT_LAYER, STYLE_LAYERS
from nst_core.engine.parallel import in_parallel
from nst_core.engine.tiling import (
    Canvas,
    ContentTarget,
    Objective,
    StyleTarget,
    content_features,
    measure,
    partition,
)
from nst_core.engine.wrapping import Wrap
from tests.engine.toys import noise, toy_network

NETWORK = toy_network()

#: A deep layer of the content, and two that protect detail, one of them a style layer.
CONTENTS = (CONTENT_LAYER, "relu3_1", "relu2_2")


def objective(height: int, width: int, layers: tuple[str, ...], masked: bool, **cut: object) -> Objective:
    """Style within one or two masks, content and total variation, of a canvas cut as said."""
    canvas = Canvas(NETWORK, height, width, **cut)  # type: ignore[arg-type]
    whole = Canvas(NETWORK, height, width)
    grams = measure(whole, noise(height, width, seed=1), layers)
    ramp = torch.linspace(0, 1, width, dtype=torch.float64).expand(height, width)
    if masked:
        targets = [StyleTarget(grams, ramp, 0.3), StyleTarget(grams, (1 - ramp).square(), 0.7)]
    else:
        targets = [StyleTarget(grams)]
    wanted = content_features(whole, noise(height, width, seed=2), CONTENTS)
    contents = []
    for name, features in wanted.items():
        mask = canvas.masks(ramp if masked else None, [name])[name]
        contents.append(ContentTarget(name, features, features.new_full((1, 1), 0.5) if mask is None else mask))
    return Objective(canvas, targets, dict.fromkeys(layers, 1.0), contents, 0.1)


def relative_error(value: Tensor, expected: Tensor) -> float:
    return float((value - expected).norm() / expected.norm())


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize(
    ("height", "width", "side", "keeps_features", "workers", "depth"),
    [
        (97, 131, 16, False, 1, 5),
        (97, 131, 32, True, 2, 5),
        (101, 64, 48, False, 2, 4),
        (160, 33, 64, True, 1, 5),
        (113, 127, 50, False, 2, 3),
        (113, 127, 40, True, 2, 1),
        (16, 200, 64, False, 2, 5),
    ],
)
def test_tiled_loss_and_gradient_equal_the_untiled_ones(
    height: int, width: int, side: int, keeps_features: bool, workers: int, depth: int, masked: bool
) -> None:
    layers = STYLE_LAYERS[:depth]
    rgb = noise(height, width, seed=3)
    expected_loss, expected = objective(height, width, layers, masked)(rgb)
    cut = {"tile_side": side, "keeps_features": keeps_features, "workers": workers}
    tiled = objective(height, width, layers, masked, **cut)
    assert len(tiled.canvas.tiles) > 1
    loss, gradient = tiled(rgb)
    assert loss == pytest.approx(expected_loss, rel=1e-10)
    assert relative_error(gradient, expected) < 1e-10


def test_the_gradient_is_that_of_the_loss() -> None:
    """Against finite differences along random directions, tiles and all."""
    evaluate = objective(67, 83, STYLE_LAYERS, masked=True, tile_side=32)
    rgb = noise(67, 83, seed=3)
    _, gradient = evaluate(rgb)
    for seed in range(3):
        direction = noise(67, 83, seed=10 + seed) - 0.5
        ahead, behind = evaluate(rgb + 1e-5 * direction)[0], evaluate(rgb - 1e-5 * direction)[0]
        assert (gradient * direction).sum().item() == pytest.approx((ahead - behind) / 2e-5, rel=1e-5)


@pytest.mark.parametrize("wrap", [Wrap(x=True), Wrap(y=True), Wrap(y=True, x=True)])
@pytest.mark.parametrize(("side", "keeps_features"), [(0, True), (48, False)])
def test_a_rolled_picture_has_the_rolled_gradient(wrap: Wrap, side: int, keeps_features: bool) -> None:
    """Where edges meet, no place of the canvas differs from another, however it is cut."""
    evaluate = objective(96, 112, STYLE_LAYERS, False, wrap=wrap, tile_side=side, keeps_features=keeps_features)
    rgb = noise(96, 112, seed=3)
    shift = (48 * wrap.y, 32 * wrap.x)
    for content in evaluate.contents:
        content.features[:] = content.features.mean((1, 2), keepdim=True)
    loss, gradient = evaluate(rgb)
    rolled_loss, rolled = evaluate(rgb.roll(shift, (1, 2)))
    assert rolled_loss == pytest.approx(loss, rel=1e-10)
    assert relative_error(rolled, gradient.roll(shift, (1, 2))) < 1e-10
    apart = objective(96, 112, STYLE_LAYERS, False)
    assert relative_error(apart(rgb)[1], gradient) > 1e-3


def test_tiles_of_a_wrapped_canvas_are_exact() -> None:
    """A canvas smaller than its halo, cut into tiles, against one piece of three times its size."""
    wrap = Wrap(y=True, x=True)
    names, rgb = STYLE_LAYERS, noise(32, 48, seed=3)
    found = measure(Canvas(NETWORK, 32, 48, 16, wrap=wrap), rgb, names)
    large = rgb.repeat(1, 7, 5)
    inside = torch.zeros(large.shape[1:], dtype=torch.float64)
    inside[96:128, 96:144] = 1
    expected = measure(Canvas(NETWORK, *large.shape[1:]), large, names, inside)
    for name in names:
        assert relative_error(found[name], expected[name]) < 1e-10


def test_the_grid_may_begin_anywhere_where_edges_meet() -> None:
    """A grid that begins elsewhere is the same as a picture that is rolled the other way, masks and all."""
    cut = {"wrap": Wrap(y=True, x=True), "tile_side": 32}
    rgb, shift = noise(96, 112, seed=3), (5, 38)
    mask, grams = noise(96, 112, seed=4)[0], measure(Canvas(NETWORK, 64, 64), noise(64, 64), STYLE_LAYERS)

    def evaluate(phase: tuple[int, int], picture: Tensor, where: Tensor) -> tuple[float, Tensor]:
        canvas = Canvas(NETWORK, 96, 112, phase=phase, **cut)  # type: ignore[arg-type]
        return Objective(canvas, [StyleTarget(grams, where)], dict.fromkeys(STYLE_LAYERS, 1.0))(picture)

    loss, gradient = evaluate(shift, rgb, mask)
    back = (-shift[0], -shift[1])
    rolled_loss, rolled = evaluate((0, 0), rgb.roll(back, (1, 2)), mask.roll(back, (0, 1)))
    assert loss == pytest.approx(rolled_loss, rel=1e-10)
    assert relative_error(gradient.roll(back, (1, 2)), rolled) < 1e-10


@pytest.mark.parametrize("side", [16, 32, 100])
def test_measures_do_not_depend_on_tiles(side: int) -> None:
    rgb, mask = noise(90, 75), noise(90, 75, seed=5)[0]
    expected = measure(Canvas(NETWORK, 90, 75), rgb, STYLE_LAYERS, mask)
    found = measure(Canvas(NETWORK, 90, 75, side, workers=2), rgb, STYLE_LAYERS, mask)
    for name in STYLE_LAYERS:
        assert relative_error(found[name], expected[name]) < 1e-10
    whole = content_features(Canvas(NETWORK, 90, 75), rgb, CONTENTS)
    tiled = content_features(Canvas(NETWORK, 90, 75, side), rgb, CONTENTS)
    for name in CONTENTS:
        assert relative_error(tiled[name], whole[name]) < 1e-10
        assert torch.equal(whole[name][None], NETWORK.forward(rgb, [name])[name])


def test_a_mask_hides_what_lies_outside_of_it() -> None:
    """What can't reach a position inside the mask has no say in its Gram matrix."""
    mask = torch.zeros((64, 256), dtype=torch.float64)
    mask[:, :64] = 1
    left = noise(64, 256)
    other = left.clone()
    other[:, :, 192:] = noise(64, 64, seed=9)
    canvas = Canvas(NETWORK, 64, 256, 64)
    first, second = (measure(canvas, rgb, ["relu4_1"], mask)["relu4_1"] for rgb in (left, other))
    assert torch.equal(first, second)


def test_a_mask_on_what_pooling_drops_still_counts() -> None:
    """Deep layers have no position at the last 15 of 47 rows and columns: the last one that they have stands for it."""
    rgb, mask = noise(47, 63), torch.zeros((47, 63), dtype=torch.float64)
    mask[32:, 48:] = 1
    found = measure(Canvas(NETWORK, 47, 63, 16), rgb, ["relu5_1"], mask)["relu5_1"]
    features = NETWORK.forward(rgb, ["relu5_1"])["relu5_1"][0, :, -1, -1]
    assert relative_error(found, features.outer(features)) < 1e-10


def test_workers_share_the_threads() -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(6)
    try:
        assert list(in_parallel(lambda _: torch.get_num_threads(), [(0,), (1,)], 6)) == [3, 3]
        assert torch.get_num_threads() == 6
    finally:
        torch.set_num_threads(threads)


def test_the_checkpoint_stops_the_work_between_tiles() -> None:
    calls = []

    def stop_at_third() -> None:
        calls.append(1)
        if len(calls) == 3:
            raise InterruptedError

    canvas = Canvas(NETWORK, 128, 128, 32, checkpoint=stop_at_third)
    with pytest.raises(InterruptedError):
        measure(canvas, noise(128, 128), ["relu1_1"])
    assert len(calls) == 3


@pytest.mark.parametrize(
    ("height", "width", "side"), [(1, 1, 0), (100, 37, 16), (65, 64, 64), (33, 500, 48), (17, 17, 16)]
)
def test_a_partition_covers_each_pixel_once(height: int, width: int, side: int) -> None:
    owned = torch.zeros((height, width))
    for tile in partition(height, width, side):
        owned[tile.top : tile.bottom, tile.left : tile.right] += 1
        assert tile.top % 16 == 0
        assert tile.left % 16 == 0
    assert bool((owned == 1).all())
