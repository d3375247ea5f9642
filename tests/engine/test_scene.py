"""The regions of several styles divide the canvas, and a continued painting has the right start."""

from __future__ import annotations

import pytest
import torch

from nst_core.engine.palette import Palette
from nst_core.engine.scene import Scene, scene_from_job
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings
from tests.engine.toys import buffer, noise

WIDTH, HEIGHT = 9, 2
GRAY = PixelBuffer(WIDTH, HEIGHT, "rgba-u8", b"\x80\x80\x80\xff" * (WIDTH * HEIGHT))


def shares(*regions: list[int], weights: tuple[float, ...] = (1.0, 1.0)) -> torch.Tensor:
    """Return each style's share (styles, WIDTH) of the columns, for regions with these values from left to right."""
    masks = [PixelBuffer(WIDTH, HEIGHT, "gray-u8", bytes(region * HEIGHT)) for region in regions]
    styles = tuple(Style(GRAY, weight, region=mask) for weight, mask in zip(weights, masks))
    parts = scene_from_job(StyleJob(GRAY, styles), torch.device("cpu")).regions()
    assert parts is not None
    return torch.stack(parts)[:, 0]


def test_soft_edges_that_meet_leave_no_gap() -> None:
    falling = [255, 224, 192, 160, 128, 96, 64, 32, 0]
    assert shares(falling, [255 - value for value in falling]).sum(0) == pytest.approx([1.0] * WIDTH, abs=1e-3)


def test_where_regions_overlap_the_weights_decide() -> None:
    everywhere = [255] * WIDTH
    parts = shares(everywhere, everywhere, weights=(3.0, 1.0))
    assert parts[0] == pytest.approx([0.75] * WIDTH)
    assert parts[1] == pytest.approx([0.25] * WIDTH)


def test_a_gap_belongs_to_no_style() -> None:
    parts = shares([255, 255, 255, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 255, 255, 255])
    assert parts.sum(0) == pytest.approx([1.0] * 3 + [0.0] * 3 + [1.0] * 3)


def test_a_style_of_little_weight_fills_the_region_that_it_has_to_itself() -> None:
    left, right = [255, 255, 255, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 255, 255, 255]
    assert shares(left, right, weights=(1e6, 0.5))[1] == pytest.approx([0.0] * 6 + [1.0] * 3)


def test_a_texture_fades_into_transparency_alone() -> None:
    """At the soft edge of its region, the gray that replaces the content is not visible."""
    mask = PixelBuffer(WIDTH, HEIGHT, "gray-u8", bytes([255, 204, 153, 102, 51, 1, 0, 0, 0] * HEIGHT))
    scene = scene_from_job(StyleJob(GRAY, (Style(GRAY, region=mask),)), torch.device("cpu")).textured()
    assert scene.alpha is not None
    assert scene.alpha[0] == pytest.approx([1.0, 0.8, 0.6, 0.4, 0.2, 1 / 255, 0.0, 0.0, 0.0])
    assert scene.restored(torch.ones((3, HEIGHT, WIDTH)))[0, 0, :6] == pytest.approx([1.0] * 6)


def onset(selection: list[float], height: int = 1) -> list[float]:
    """Return the visible share of a painting in one row of a selection."""
    mask, blank = torch.tensor([selection] * height), torch.zeros((3, height, len(selection)))
    scene = Scene(blank, None, mask, None, None, ())
    return scene.restored(torch.ones_like(blank))[0, 0].tolist()


def test_a_painting_sets_in_from_the_border_of_a_hard_selection() -> None:
    assert onset([0.0] * 3 + [1.0] * 125) == pytest.approx([0.0] * 3 + [1 / 3, 2 / 3] + [1.0] * 123)
    assert onset([1.0] * 3 + [0.0] * 125) == pytest.approx([1.0, 2 / 3, 1 / 3] + [0.0] * 125)
    assert onset([1.0] * 128, height=2) == [1.0] * 128
    assert onset([0.0] * 64 + [1.0] + [0.0] * 63)[64] == pytest.approx(1 / 3)


def test_a_soft_selection_fades_as_it_is() -> None:
    soft = [0.0] * 60 + [0.1, 0.3, 0.6, 0.9] + [1.0] * 64
    assert onset(soft) == pytest.approx([0.0] * 60 + [1.0] * 68)


def test_transparent_parts_of_an_earlier_result_start_from_the_content() -> None:
    half = b"\xff\0\0\xff" * 4 + b"\xff\0\0\x80" + b"\0\0\0\0" * 4
    initial = PixelBuffer(WIDTH, HEIGHT, "rgba-u8", half * HEIGHT)
    job = StyleJob(GRAY, (Style(GRAY),), Settings(init="picture"), initial=initial)
    start = scene_from_job(job, torch.device("cpu")).initial
    assert start is not None
    gray = 128 / 255
    assert start[0, 0] == pytest.approx([1.0] * 4 + [gray + (1 - gray) * gray] + [gray] * 4)
    assert start[1, 0] == pytest.approx([0.0] * 4 + [gray * (1 - gray)] + [gray] * 4)


@pytest.mark.parametrize("regions", [[None], [None, None], ["left"], ["left", "right"]])
def test_the_noise_of_the_start_changes_no_color_in_the_mean(regions: list[str | None]) -> None:
    """In a gap between regions, a start that is lighter than the content would leave a bright line at its edge."""
    side = 64
    columns = {"left": bytes([255] * 24 + [0] * 40), "right": bytes([0] * 40 + [255] * 24)}
    masks = [None if name is None else PixelBuffer(side, side, "gray-u8", columns[name] * side) for name in regions]
    pictures = [buffer(0.3 * noise(side, side, seed=i)) for i in range(3)]
    styles = tuple(Style(picture, 1.0 + i, region=mask) for i, (picture, mask) in enumerate(zip(pictures, masks)))
    scene = scene_from_job(StyleJob(pictures[2], styles), torch.device("cpu"))
    palette = Palette.of(scene)
    grain = palette.grain(scene, 0, 0.12) - palette.without_grain(scene)
    assert grain.shape == (3, side, side)
    for part in (grain[:, :, :24], grain[:, :, 24:40], grain[:, :, 40:]):
        assert part.mean((1, 2)).abs().max() < 0.003
        assert 0.001 < part.std() < 0.04
