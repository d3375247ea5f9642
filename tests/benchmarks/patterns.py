"""Measures regular patterns in the flat areas of a picture: the strength of one frequency, compared with others.

A mesh, dots or fish scales repeat, so their power is in a few frequencies. Grain has its power in all directions, and
strokes have it on lines through the middle of the spectrum. So each frequency is compared with all others of its
radius, and with the others of its direction. The style also has a figure, because paper and canvas may have a pattern.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Iterator, List, NamedTuple, Sequence, Tuple

import torch
from PIL import Image
from torch.nn import functional as F

from tests.benchmarks.images import SAMPLES, open_picture, to_tensor
from tests.benchmarks.painting import paint
from tests.benchmarks.report import table
from tests.benchmarks.speed import QUALITIES

#: Contents with flat areas (a wall, a sky of bare paper), each with a style.
PAIRS = (("astronaut", "auvers"), ("astronaut", "great_wave"), ("great_wave", "moulin_de_la_galette"))
SIDES = (256, 512, 1024)
LARGE_SIDE = 3840

#: Cells along the longest side of a picture, along a block, and from one block to the next. A block is 64 px of 512.
GRID, SPAN, STRIDE = 64, 8, 2
#: The number of blocks that are measured. They are the flattest ones.
BLOCKS = 16
#: Standard deviation, in gray levels, of the grain that is added. It hides patterns that nobody can see.
GRAIN = 2.0
#: Smallest number of cycles in a block: fewer are a shape, not a pattern.
LOWEST = 6
#: A peak is compared with the power this many frequencies inwards and outwards.
APART = 4

Place = Tuple[int, int]


class Pattern(NamedTuple):
    """The strength of the strongest pattern, and its period in pixels. Noise and strokes have strengths of 1 to 3."""

    strength: float
    period: float


def patterns_table() -> str:
    """Run the benchmark: the pattern of draft, normal and high at each size, and the pattern of the style."""
    return _table(QUALITIES, SIDES)


def large_patterns_table() -> str:
    """Run the same benchmark for a draft of a large canvas."""
    return _table(QUALITIES[:1], (LARGE_SIDE,))


def flat_blocks(content: Image.Image) -> List[Place]:
    """Return top and left of the :data:`BLOCKS` flattest blocks. Their cells differ least from their neighbors."""
    cell = _cell(content)
    cells = F.avg_pool2d(_gray(content)[None], cell)[0]
    blocks = cells.unfold(0, SPAN, STRIDE).unfold(1, SPAN, STRIDE)
    steps = torch.stack([blocks.diff(dim=axis).abs().amax((2, 3)) for axis in (2, 3)]).amax(0)
    flattest = steps.flatten().argsort(stable=True)[:BLOCKS].tolist()
    rows, columns = ([index // steps.shape[1] for index in flattest], [index % steps.shape[1] for index in flattest])
    return [(row * STRIDE * cell, column * STRIDE * cell) for row, column in zip(rows, columns)]


def pattern(picture: Image.Image, places: Sequence[Place]) -> Pattern:
    """Return the strongest pattern that the blocks at ``places`` share."""
    power = _spectrum(picture, places)
    radius = _radius(len(power))
    around = torch.maximum(_rings(power, radius), _inwards_and_outwards(power, radius))
    ratio = torch.where(radius.round() >= LOWEST, power / around, torch.zeros_like(power))
    strongest = int(ratio.argmax())
    return Pattern(float(ratio.max()), len(power) / float(radius.flatten()[strongest]))


def _table(levels: Sequence[str], sides: Sequence[int]) -> str:
    rows = [row for content, style in PAIRS for side in sides for row in _rows(content, style, side, levels)]
    return table(["pair", "size", *levels, "the style itself"], rows)


def _rows(content: str, style: str, side: int, levels: Sequence[str]) -> Iterator[List[str]]:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("content.png", "style.png", "result.png")]
        pictures = [open_picture(SAMPLES / f"{name}.jpg", side, "lanczos") for name in (content, style)]
        for picture, path in zip(pictures, paths):
            picture.save(path)
        found = []
        for level in levels:
            paint(*paths, quality=level)
            found.append(pattern(open_picture(paths[2]), flat_blocks(pictures[0])))
    found.append(pattern(pictures[1], flat_blocks(pictures[1])))
    yield [f"{content}+{style}", str(side), *(f"{one.strength:.1f} / {one.period:.1f}" for one in found)]


def _gray(picture: Image.Image) -> torch.Tensor:
    return to_tensor(picture.convert("L"))[0]


def _cell(picture: Image.Image) -> int:
    return max(picture.size) // GRID


def _spectrum(picture: Image.Image, places: Sequence[Place]) -> torch.Tensor:
    """Return the power of each frequency, the lowest in the middle: the geometric mean of all blocks.

    No single edge changes a geometric mean much. White noise has its variance at each frequency. The power of an
    irregular pattern is spread over several neighbors, so neighbors are averaged.
    """
    side, gray = SPAN * _cell(picture), _gray(picture)
    blocks = torch.stack([gray[top : top + side, left : left + side] for top, left in places])
    window = torch.hann_window(side).outer(torch.hann_window(side))
    means = (blocks * window).sum((1, 2), keepdim=True) / window.sum()
    power = torch.fft.fft2((blocks - means) * window).abs().square() / window.square().sum()
    mean = torch.fft.fftshift((power + GRAIN**2).log().mean(0).exp())
    binomial = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16
    return F.conv2d(F.pad(mean[None, None], (2, 2, 2, 2), mode="circular"), binomial.outer(binomial)[None, None])[0, 0]


def _frequencies(side: int) -> Tuple[torch.Tensor, torch.Tensor]:
    cycles = torch.arange(side) - side // 2.0
    return cycles[:, None].expand(side, side), cycles.expand(side, side)


def _radius(side: int) -> torch.Tensor:
    """Return the cycles in a block for each frequency, in any direction."""
    return torch.hypot(*_frequencies(side))


def _rings(power: torch.Tensor, radius: torch.Tensor) -> torch.Tensor:
    """Return the median of all frequencies of about the same radius. The corners have few, and count as one ring."""
    rings = radius.round().clamp_max(round(0.6 * len(power)))
    medians = torch.ones_like(power)
    for ring in range(int(rings.max()) + 1):
        medians[rings == ring] = power[(rings - ring).abs() <= 1].median()
    return medians


def _inwards_and_outwards(power: torch.Tensor, radius: torch.Tensor) -> torch.Tensor:
    """Return the geometric mean of the power :data:`APART` frequencies inwards and outwards, in the same direction."""
    product = torch.ones_like(power)
    for change in (-APART, APART):
        stretch = (radius + change) / radius.clamp_min(1)
        row, column = ((axis * stretch).round().long() + len(power) // 2 for axis in _frequencies(len(power)))
        product = product * power[row % len(power), column % len(power)]
    return product.sqrt()
