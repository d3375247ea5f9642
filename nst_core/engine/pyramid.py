"""The scales that a picture is painted at, coarse to fine, and the way from one to the next.

The objective is split by octave: what the deep layers ask for is settled on small canvases, where it is cheap and where
strokes can be large; a finer canvas only adds what shallow layers see. Each canvas starts from the painting so far,
enlarged, plus the content's own detail between the two scales.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from .features import SMALLEST_SIDE
from .losses import STYLE_LAYERS

#: Longest side of the coarsest canvas in pixels: small enough that strokes of a tenth of the picture are one feature.
COARSEST_SIDE = 64

#: Optimization steps by octave from the coarsest on; the last number goes on for all finer ones.
STEPS = {"draft": (12, 8, 5, 4, 3), "normal": (40, 25, 12, 8, 6), "high": (80, 60, 40, 24, 12)}

#: How many of the style layers have a say, by octave from the coarsest on; the last number goes on.
DEPTHS = (5, 5, 4, 3)


@dataclass(frozen=True)
class Octave:
    """One canvas: its size, its limit of optimization steps, its style layers, and whether the content term counts."""

    height: int
    width: int
    steps: int
    layers: tuple[str, ...]
    has_content: bool

    @property
    def side(self) -> int:
        """Longest side in pixels."""
        return max(self.height, self.width)


def schedule(height: int, width: int, quality: str) -> list[Octave]:
    """Canvases for a picture of the given size, from the coarsest to one of that very size."""
    sides = scale_sides(max(height, width))
    steps = STEPS[quality]
    octaves = []
    for i, side in enumerate(sides):
        h, w = scaled(height, width, side)
        depth = DEPTHS[min(i, len(DEPTHS) - 1)]
        octaves.append(Octave(h, w, steps[min(i, len(steps) - 1)], STYLE_LAYERS[:depth], has_content=i == 0))
    return octaves


def scale_sides(longest: int) -> list[int]:
    """Longest sides of the canvases: equal ratios of about 2, from the coarsest side to ``longest``.

    They start from the same side whatever the size, so that a picture's strokes keep their size relative to it.
    """
    ratio = longest / COARSEST_SIDE
    count = max(0, round(math.log2(ratio)))
    return [longest] if count == 0 else [round(COARSEST_SIDE * ratio ** (i / count)) for i in range(count + 1)]


def scaled(height: int, width: int, side: float) -> tuple[int, int]:
    """A size with the same proportions and longest side ``side``, but no side too short for the network."""
    ratio = side / max(height, width)
    return max(SMALLEST_SIDE, round(height * ratio)), max(SMALLEST_SIDE, round(width * ratio))


def reduce(picture: Tensor, height: int, width: int) -> Tensor:
    """(C, H, W) averaged over areas to a smaller size; a side that grows is interpolated."""
    if tuple(picture.shape[1:]) == (height, width):
        return picture
    shrunk = (min(height, picture.shape[1]), min(width, picture.shape[2]))
    # Metal averages only over areas of equal size.
    source = picture.cpu() if picture.device.type == "mps" else picture
    return enlarge(F.interpolate(source[None], shrunk, mode="area")[0].to(picture.device), height, width)


def enlarge(picture: Tensor, height: int, width: int) -> Tensor:
    """(C, H, W) interpolated to a larger size, bicubic."""
    if tuple(picture.shape[1:]) == (height, width):
        return picture
    return F.interpolate(picture[None], (height, width), mode="bicubic")[0]


def refine(painting: Tensor, content: Tensor) -> Tensor:
    """The start of a finer canvas: the coarser painting, enlarged, plus the content's detail that it can't hold.

    ``painting`` (3, h, w), ``content`` (3, H, W) at the finer size; result (3, H, W) in 0..1.
    """
    height, width = content.shape[1:]
    start = enlarge(painting, height, width)
    start = start + content - enlarge(reduce(content, *painting.shape[1:]), height, width)
    return torch.clamp(start, 0, 1)
