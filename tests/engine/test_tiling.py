"""Tiles are exact: the objective and its gradient do not depend on the tiles."""

from __future__ import annotations

import threading

import pytest
import torch
from torch import Tensor

from nst_core.engine.color_transfer import color_statistics
from nst_core.engine.earlier import MovedFrame
from nst_core.engine.likeness import centered
from nst_core.engine.losses import STYLE_LAYERS
from nst_core.engine.objective import (
    ContentTarget,
    LayoutTarget,
    LikenessTarget,
    Objective,
    StrokeTarget,
    StyleTarget,
    View,
    Whole,
)
from nst_core.engine.parallel import in_parallel, torch_threads
from nst_core.engine.resampling import average
from nst_core.engine.similarity import pair_weights, self_similarity
from nst_core.engine.tiling import Canvas, draw_places, features_at, measure, partition
from nst_core.engine.wrapping import Wrap
from tests.engine.toys import noise, toy_network

NETWORK = toy_network()

#: The layers whose self-similarity is kept (one is also a style layer), and the compared places.
PLACES = {"relu3_1": torch.arange(0, 30, 2), "relu2_2": torch.arange(1, 60, 5)}


def objective(height: int, width: int, layers: tuple[str, ...], masked: bool, **cut: object) -> Objective:
    """Make an objective with content, and with one style or two masked styles. ``cut`` describes the tiles."""
    canvas = Canvas(NETWORK, height, width, **cut)  # type: ignore[arg-type]
    whole = Canvas(NETWORK, height, width, wrap=canvas.wrap)
    moments = measure(whole, noise(height, width, seed=1), layers)
    ramp = torch.linspace(0, 1, width, dtype=torch.float64).expand(height, width)
    if masked:
        targets = [StyleTarget(moments, ramp, 0.3), StyleTarget(moments, (1 - ramp).square(), 0.7)]
    else:
        targets = [StyleTarget(moments)]
    contents = []
    for name, features in features_at(whole, noise(height, width, seed=2), PLACES).items():
        weights = pair_weights(torch.linspace(0.5, 2, len(features), dtype=torch.float64))
        contents.append(ContentTarget(name, PLACES[name], self_similarity(features), weights))
    style = features_at(whole, noise(height, width, seed=4), PLACES)["relu3_1"]
    strokes = StrokeTarget("relu3_1", PLACES["relu3_1"], centered(style, style.mean(0)), style.mean(0), 0.3)
    weights = torch.linspace(0, 2, len(style), dtype=torch.float64)
    likeness = LikenessTarget("relu3_1", PLACES["relu3_1"], centered(style, style.mean(0)), weights)
    layout = LayoutTarget(4, average(noise(height, width, seed=5), 4), average(ramp[None], 4)[0])
    return Objective(canvas, targets, dict.fromkeys(layers, 1.0), [*contents, strokes, likeness], layout)


def seen_whole(height: int, width: int, masked: bool, **cut: object) -> Whole:
    """Make the same objective with a reduced view, total variation and an earlier frame of a film."""
    near = objective(height, width, STYLE_LAYERS[:4], masked, **cut)
    far = objective(-(-height // 3), -(-width // 3), STYLE_LAYERS, masked, **cut)
    colors = color_statistics(noise(8, 8), None)
    earlier = MovedFrame(noise(height, width, seed=6), noise(height, width, seed=7)[0], colors)
    return Whole(near, [View(3, far, 0.2)], tv_weight=0.1, earlier=earlier)


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
    assert loss.item() == pytest.approx(expected_loss.item(), rel=1e-10)
    assert relative_error(gradient, expected) < 1e-10


@pytest.mark.parametrize(("workers", "is_shared"), [(1, False), (2, True), (3, True), (4, False), (8, False)])
def test_few_threads_compute_a_canvas_and_its_views_at_the_same_time(
    workers: int, is_shared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With more threads, their number for a view would depend on chance, and so would the last digits."""
    whole, rgb = seen_whole(130, 151, False, tile_side=80, workers=workers), noise(130, 151, seed=3)
    found: list[tuple[bool, int]] = []
    compute = Objective.__call__

    def seen(self: Objective, picture: Tensor) -> tuple[Tensor, Tensor]:
        found.append((threading.current_thread() is not threading.main_thread(), torch.get_num_threads()))
        return compute(self, picture)

    monkeypatch.setattr(Objective, "__call__", seen)
    with torch_threads(workers):
        whole(rgb)
        assert torch.get_num_threads() == workers
    assert found == [(is_shared, 1 if is_shared else workers)] * 2


@pytest.mark.parametrize("masked", [False, True])
def test_a_view_from_afar_is_exact_in_tiles(masked: bool) -> None:
    rgb = noise(130, 151, seed=3)
    expected_loss, expected = seen_whole(130, 151, masked)(rgb)
    loss, gradient = seen_whole(130, 151, masked, tile_side=32, workers=2)(rgb)
    assert loss == pytest.approx(expected_loss, rel=1e-10)
    assert relative_error(gradient, expected) < 1e-10


def test_the_gradient_is_that_of_the_loss() -> None:
    """The gradient agrees with finite differences along random directions, also with tiles."""
    evaluate = seen_whole(67, 83, masked=True, tile_side=32)
    rgb = noise(67, 83, seed=3)
    _, gradient = evaluate(rgb)
    for seed in range(3):
        direction = noise(67, 83, seed=10 + seed) - 0.5
        ahead, behind = evaluate(rgb + 1e-5 * direction)[0], evaluate(rgb - 1e-5 * direction)[0]
        assert (gradient * direction).sum().item() == pytest.approx((ahead - behind) / 2e-5, rel=1e-5)


@pytest.mark.parametrize("wrap", [Wrap(x=True), Wrap(y=True), Wrap(y=True, x=True)])
@pytest.mark.parametrize(("side", "keeps_features"), [(0, True), (48, False)])
def test_a_rolled_picture_has_the_rolled_gradient(wrap: Wrap, side: int, keeps_features: bool) -> None:
    """If edges meet, all places of the canvas are equal, whatever the tiles are."""
    evaluate = objective(96, 112, STYLE_LAYERS, False, wrap=wrap, tile_side=side, keeps_features=keeps_features)
    rgb = noise(96, 112, seed=3)
    shift = (48 * wrap.y, 32 * wrap.x)
    evaluate.sampled, evaluate.layout = (), None
    loss, gradient = evaluate(rgb)
    rolled_loss, rolled = evaluate(rgb.roll(shift, (1, 2)))
    assert rolled_loss.item() == pytest.approx(loss.item(), rel=1e-10)
    assert relative_error(rolled, gradient.roll(shift, (1, 2))) < 1e-10
    apart = objective(96, 112, STYLE_LAYERS, False)
    apart.sampled, apart.layout = (), None
    assert relative_error(apart(rgb)[1], gradient) > 1e-3


def test_tiles_of_a_wrapped_canvas_are_exact() -> None:
    """A canvas smaller than its halo, cut into tiles, agrees with a canvas of three times its size in one piece."""
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
    """A shifted grid gives the same as a picture, with its masks, that is rolled in the other direction."""
    cut = {"wrap": Wrap(y=True, x=True), "tile_side": 32}
    rgb, shift = noise(96, 112, seed=3), (5, 38)
    mask, moments = noise(96, 112, seed=4)[0], measure(Canvas(NETWORK, 64, 64), noise(64, 64), STYLE_LAYERS)

    def evaluate(phase: tuple[int, int], picture: Tensor, where: Tensor) -> tuple[Tensor, Tensor]:
        canvas = Canvas(NETWORK, 96, 112, phase=phase, **cut)  # type: ignore[arg-type]
        return Objective(canvas, [StyleTarget(moments, where)], dict.fromkeys(STYLE_LAYERS, 1.0))(picture)

    loss, gradient = evaluate(shift, rgb, mask)
    back = (-shift[0], -shift[1])
    rolled_loss, rolled = evaluate((0, 0), rgb.roll(back, (1, 2)), mask.roll(back, (0, 1)))
    assert loss.item() == pytest.approx(rolled_loss.item(), rel=1e-10)
    assert relative_error(gradient.roll(back, (1, 2)), rolled) < 1e-10


@pytest.mark.parametrize("side", [16, 32, 100])
def test_measures_do_not_depend_on_tiles(side: int) -> None:
    rgb, mask = noise(90, 75), noise(90, 75, seed=5)[0]
    expected = measure(Canvas(NETWORK, 90, 75), rgb, STYLE_LAYERS, mask)
    found = measure(Canvas(NETWORK, 90, 75, side, workers=2), rgb, STYLE_LAYERS, mask)
    for name in STYLE_LAYERS:
        assert relative_error(found[name], expected[name]) < 1e-10
    whole = features_at(Canvas(NETWORK, 90, 75), rgb, PLACES)
    tiled = features_at(Canvas(NETWORK, 90, 75, side), rgb, PLACES)
    for name, places in PLACES.items():
        assert relative_error(tiled[name], whole[name]) < 1e-10
        assert torch.equal(whole[name], NETWORK.forward(rgb, [name])[name][0].flatten(1).T[places])


def test_a_mask_hides_everything_outside_it() -> None:
    """A pixel that can't reach a position inside the mask does not change its moments."""
    mask = torch.zeros((64, 256), dtype=torch.float64)
    mask[:, :64] = 1
    left = noise(64, 256)
    other = left.clone()
    other[:, :, 192:] = noise(64, 64, seed=9)
    canvas = Canvas(NETWORK, 64, 256, 64)
    first, second = (measure(canvas, rgb, ["relu4_1"], mask)["relu4_1"] for rgb in (left, other))
    assert torch.equal(first, second)


def test_a_mask_on_rows_that_pooling_drops_still_counts() -> None:
    """Deep layers have no position for the last 15 of 47 rows and columns. Their last position is used instead."""
    rgb, mask = noise(47, 63), torch.zeros((47, 63), dtype=torch.float64)
    mask[32:, 48:] = 1
    found = measure(Canvas(NETWORK, 47, 63, 16), rgb, ["relu5_1"], mask)["relu5_1"]
    features = NETWORK.forward(rgb, ["relu5_1"])["relu5_1"][0, :, -1, -1]
    assert relative_error(found[:, :-1], features.outer(features)) < 1e-10
    assert relative_error(found[:, -1], features) < 1e-10


def test_places_are_drawn_where_a_mask_counts() -> None:
    """No place is drawn where the mask is almost 0.

    Otherwise the strokes of a soft region would pull on the whole canvas.
    """
    mask = torch.full((16, 16), 1 / 255)
    mask[:2, :3] = 1
    canvas, generator = Canvas(NETWORK, 64, 64), torch.Generator().manual_seed(0)
    assert draw_places(canvas, "relu3_1", mask, 100, generator).tolist() == [0, 1, 2, 16, 17, 18]
    everywhere = draw_places(canvas, "relu3_1", torch.full((16, 16), 0.1), 100, generator)
    assert len(everywhere) == 100
    assert len(draw_places(canvas, "relu3_1", torch.zeros((16, 16)), 100, generator)) == 0


def test_an_average_covers_every_pixel() -> None:
    rgb = noise(7, 10)
    seen = average(rgb, 3)
    assert seen.shape == (3, 3, 4)
    torch.testing.assert_close(seen[:, 2, 3], rgb[:, 6, 9])
    torch.testing.assert_close(seen[:, 0, 0], rgb[:, :3, :3].mean((1, 2)))


def test_workers_share_the_threads() -> None:
    with torch_threads(6):
        assert list(in_parallel(lambda _: torch.get_num_threads(), [(0,), (1,)], 6)) == [3, 3]
        assert torch.get_num_threads() == 6


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
