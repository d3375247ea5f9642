"""Tiles are exact: the objective and its gradient do not depend on how the canvas is cut."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from nst_core.engine.losses import CONTENT_LAYER, STYLE_LAYERS
from nst_core.engine.tiling import Canvas, Objective, StyleTarget, content_features, measure, partition
from tests.engine.toys import noise, toy_network

NETWORK = toy_network()


def objective(height: int, width: int, layers: tuple[str, ...], masked: bool, **cut: int) -> Objective:
    """Style within one or two masks, content and total variation, of a canvas cut as said."""
    canvas = Canvas(NETWORK, height, width, **cut)  # type: ignore[arg-type]
    whole = Canvas(NETWORK, height, width)
    grams = measure(whole, noise(height, width, seed=1), layers)
    ramp = torch.linspace(0, 1, width, dtype=torch.float64).expand(height, width)
    if masked:
        targets = [StyleTarget(grams, ramp, 0.3), StyleTarget(grams, (1 - ramp).square(), 0.7)]
    else:
        targets = [StyleTarget(grams)]
    content = content_features(whole, noise(height, width, seed=2))
    return Objective(canvas, targets, dict.fromkeys(layers, 1.0), content, 0.5, 0.1)


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


@pytest.mark.parametrize("side", [16, 32, 100])
def test_measures_do_not_depend_on_tiles(side: int) -> None:
    rgb, mask = noise(90, 75), noise(90, 75, seed=5)[0]
    expected = measure(Canvas(NETWORK, 90, 75), rgb, STYLE_LAYERS, mask)
    found = measure(Canvas(NETWORK, 90, 75, side, workers=2), rgb, STYLE_LAYERS, mask)
    for name in STYLE_LAYERS:
        assert relative_error(found[name], expected[name]) < 1e-10
    whole = content_features(Canvas(NETWORK, 90, 75), rgb)
    assert relative_error(content_features(Canvas(NETWORK, 90, 75, side), rgb), whole) < 1e-10
    assert whole.shape[1:] == NETWORK.forward(rgb, [CONTENT_LAYER])[CONTENT_LAYER].shape[2:]


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
