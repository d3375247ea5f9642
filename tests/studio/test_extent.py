"""The extent of a result is its opacity, divided by the opacity of its content."""

from __future__ import annotations

import array
from typing import Sequence

import pytest

from nst_core.job.pixels import PixelBuffer
from nst_core.studio.extent import PIXELS_A_STEP, extent


def picture(alpha: Sequence[int], pixel_format: str) -> PixelBuffer:
    values = [value for opacity in alpha for value in (10, 20, 30, opacity)]
    code, one = {"rgba-u8": ("B", 1), "rgba-u16": ("H", 257), "rgba-f32": ("f", 1 / 255)}[pixel_format]
    return PixelBuffer(len(alpha), 1, pixel_format, array.array(code, (value * one for value in values)).tobytes())


@pytest.mark.parametrize("of_content", ["rgba-u8", "rgba-u16", "rgba-f32"])
@pytest.mark.parametrize("of_result", ["rgba-u8", "rgba-u16", "rgba-f32"])
def test_the_part_of_the_content(of_result: str, of_content: str) -> None:
    result = picture([255, 0, 51, 50, 0, 200], of_result)
    content = picture([255, 255, 255, 200, 0, 100], of_content)
    mask = extent(result, content)
    assert mask is not None and (mask.format, mask.width, mask.height) == ("gray-u8", 6, 1)
    assert list(bytes(mask.data)) == [255, 0, 51, 64, 255, 255]


@pytest.mark.parametrize("pixel_format", ["rgba-u8", "rgba-f32"])
def test_a_result_with_the_alpha_of_its_content_lies_everywhere(pixel_format: str) -> None:
    assert extent(picture([255, 7, 0], pixel_format), picture([255, 7, 0], pixel_format)) is None


def test_more_pixels_than_one_step() -> None:
    count = PIXELS_A_STEP + 1
    mask = extent(picture([0] * count, "rgba-u8"), picture([255] * (count - 1) + [0], "rgba-u8"))
    assert mask is not None and bytes(mask.data) == bytes(count - 1) + b"\xff"


def test_values_beyond_the_range() -> None:
    """Layers with floats may have such values."""
    values = array.array("f", [0, 0, 0, -0.5, 0, 0, 0, 1.5])
    opaque = array.array("f", [0, 0, 0, 1.0, 0, 0, 0, 1.0])
    result, content = (PixelBuffer(2, 1, "rgba-f32", pixels.tobytes()) for pixels in (values, opaque))
    mask = extent(result, content)
    assert mask is not None and bytes(mask.data) == b"\x00\xff"


@pytest.mark.parametrize("pixel_format", ["rgba-u8", "rgba-f32"])
def test_single_pixels_in_wide_areas(pixel_format: str) -> None:
    alpha = [0] * 1000 + [255] * 1000
    alpha[300] = alpha[1300] = 102
    mask = extent(picture(alpha, pixel_format), picture([255] * 2000, pixel_format))
    assert mask is not None and list(bytes(mask.data)) == alpha
