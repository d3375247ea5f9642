"""The measure of patterns: it finds regular patterns in noise, and does not take noise or strokes for a pattern."""

from __future__ import annotations

import math
import random

import pytest

pytest.importorskip("torch")

import torch
from PIL import Image, ImageDraw, ImageFilter

from tests.benchmarks.images import to_image, to_tensor
from tests.benchmarks.patterns import BLOCKS, Pattern, flat_blocks, pattern

#: A strength that neither noise nor strokes reach.
LIMIT = 3.5


def noise(side: int, seed: int = 0) -> torch.Tensor:
    """Return random gray levels around the middle."""
    return torch.randn((side, side), generator=torch.Generator().manual_seed(seed)) * 20


def strokes(side: int, angle: float | None, seed: int = 0) -> torch.Tensor:
    """Return smooth lines of 25 px around the middle gray, on top of each other, in similar or in all directions."""
    draw_of = random.Random(seed)
    image = Image.new("L", (side, side), 128)
    for _ in range(side * side // 60):
        x, y = (draw_of.uniform(-10, side + 10) for _ in "xy")
        turn = draw_of.uniform(0, math.pi) if angle is None else draw_of.gauss(angle, 0.1)
        end = x + 25 * math.cos(turn), y + 25 * math.sin(turn)
        ImageDraw.Draw(image).line((x, y, *end), fill=draw_of.randrange(80, 180), width=4)
    return to_tensor(image.filter(ImageFilter.GaussianBlur(0.8)))[0] - 128


def mesh(side: int, period: float) -> torch.Tensor:
    wave = torch.sin(2 * math.pi * torch.arange(side) / period)
    return 5 * (wave[:, None] + wave)


def dots(side: int, period: float) -> torch.Tensor:
    away = torch.arange(side) % period - period / 2
    return 40 * torch.exp(-(away[:, None].square() + away.square()) * 8 / period**2)


def scales(side: int, width: float) -> torch.Tensor:
    """Return rows of arcs, each with a small random shift."""
    draw_of = random.Random(0)
    image = Image.new("L", (side, side), 128)
    for row in range(int(2 * side / width) + 2):
        for column in range(int(side / width) + 2):
            x, y = draw_of.gauss((column - row % 2 / 2) * width, 0.7), draw_of.gauss(row * width / 2, 0.7)
            box = (x - width / 2, y - width / 2, x + width / 2, y + width / 2)
            ImageDraw.Draw(image).arc(box, 20, 160, fill=80, width=2)
    return to_tensor(image)[0] - 128


def measured(gray: torch.Tensor) -> Pattern:
    """Return the pattern in a square picture, measured as if all of it were flat."""
    side = len(gray)
    places = [(row * side // 32, column * side // 32) for row in range(4) for column in range(4)]
    return pattern(to_image((gray + 128).expand(3, side, side)), places)


@pytest.mark.parametrize("side", [256, 512, 1024])
def test_noise_has_no_pattern(side: int) -> None:
    assert measured(noise(side)).strength < LIMIT


@pytest.mark.parametrize("angle", [None, 0, 0.6, math.pi / 4])
@pytest.mark.parametrize("side", [256, 512])
def test_strokes_have_no_pattern_even_if_they_go_the_same_way(side: int, angle: float | None) -> None:
    assert measured(strokes(side, angle)).strength < LIMIT


def test_a_flat_picture_and_an_invisible_mesh_have_no_pattern() -> None:
    assert measured(torch.zeros(512, 512)).strength == pytest.approx(1)
    assert measured(mesh(512, 8) / 20).strength < LIMIT


@pytest.mark.parametrize("period", [2.5, 4, 5, 6.4, 8, 10])
def test_a_mesh_in_noise_is_found(period: float) -> None:
    found = measured(noise(512) + 2 * mesh(512, period))
    assert found.strength > 2 * LIMIT
    assert found.period == pytest.approx(period, rel=0.1)


@pytest.mark.parametrize("period", [4, 6, 8, 10, 12, 12.8])
def test_a_lattice_of_dots_in_noise_is_found(period: float) -> None:
    assert measured(noise(512) / 2 + dots(512, period)).strength > 2 * LIMIT


@pytest.mark.parametrize("width", [8, 10, 14])
def test_fish_scales_are_found_though_no_one_is_in_its_place(width: float) -> None:
    assert measured(noise(512) / 4 + scales(512, width)).strength > 2 * LIMIT


def test_a_checkerboard_of_pixels_is_found() -> None:
    places = torch.arange(512)
    board = ((places[:, None] + places) % 2) * 10.0
    found = measured(noise(512) + board)
    assert found.strength > 2 * LIMIT
    assert found.period == pytest.approx(math.sqrt(2), rel=0.05)


def test_the_larger_the_picture_the_larger_its_pattern() -> None:
    found = [measured(noise(side) + 2 * mesh(side, side / 100)) for side in (256, 512, 1024)]
    assert all(one.strength > 2 * LIMIT for one in found)
    assert [one.period for one in found] == pytest.approx([2.56, 5.12, 10.24], rel=0.1)


def test_flat_blocks_are_found_in_spite_of_grain_and_shading() -> None:
    content = strokes(512, None)
    content[128:320, 256:480] = torch.linspace(-20, 20, 224)
    places = flat_blocks(to_image((content + noise(512) / 4 + 128).expand(3, 512, 512)))
    assert len(set(places)) == BLOCKS
    assert all(128 <= top <= 320 - 64 and 256 <= left <= 480 - 64 for top, left in places)
