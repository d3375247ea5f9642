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

from . import wrapping
from .features import SMALLEST_SIDE, total_stride
from .losses import STYLE_LAYERS
from .wrapping import OPEN, Wrap

#: Longest side of the coarsest canvas in pixels: small enough that strokes of a tenth of the picture are one feature.
COARSEST_SIDE = 64

#: Optimization steps by octave from the coarsest on; the last number goes on for all finer ones.
STEPS = {"draft": (12, 8, 5, 4, 3), "normal": (30, 25, 25, 14, 8, 6), "high": (80, 60, 40, 24, 12)}

#: How many of the style layers have a say, by octave from the coarsest on; the last number goes on.
DEPTHS = (5, 5, 4, 3)

#: The fewest style layers with which a canvas keeps the content, unless it is the finest: where layers are shallow or
#: nothing finer follows, that would hold back strokes. The coarsest keeps it in any case.
_CONTENT_DEPTH = 4


@dataclass(frozen=True)
class Octave:
    """One canvas: its size, its limit of optimization steps, its style layers, and whether content has a say."""

    height: int
    width: int
    steps: int
    layers: tuple[str, ...]
    keeps_content: bool

    @property
    def side(self) -> int:
        """Longest side in pixels."""
        return max(self.height, self.width)


def schedule(height: int, width: int, quality: str, structure: float = 1.0, wrap: Wrap = OPEN) -> list[Octave]:
    """Canvases for a picture of the given size, from the coarsest to one of that very size.

    Those that are too coarse for the largest shapes that may change (``structure``, a part of the longest side) are
    left out. Where edges meet (``wrap``), a side is the nearest multiple of the network's stride.
    """
    sides = scale_sides(max(height, width))
    skipped = sum(side < COARSEST_SIDE / structure - 1 for side in sides[:-1])
    octaves = []
    for i, side in enumerate(sides[skipped:]):
        h, w = scaled(height, width, side)
        h, w = (_whole(h) if wrap.y else h), (_whole(w) if wrap.x else w)
        depth = _by_octave(DEPTHS, i + skipped)
        keeps_content = i == 0 or (depth >= _CONTENT_DEPTH and side < sides[-1])
        octaves.append(Octave(h, w, _by_octave(STEPS[quality], i), STYLE_LAYERS[:depth], keeps_content))
    return octaves


def _by_octave(numbers: tuple[int, ...], index: int) -> int:
    return numbers[min(index, len(numbers) - 1)]


def _whole(side: int) -> int:
    """The nearest multiple of the network's stride."""
    return max(1, round(side / total_stride())) * total_stride()


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


def reduce(picture: Tensor, height: int, width: int, wrap: Wrap = OPEN) -> Tensor:
    """(C, H, W) averaged over areas to a smaller size; a side that grows is interpolated."""
    if tuple(picture.shape[1:]) == (height, width):
        return picture
    shrunk = (min(height, picture.shape[1]), min(width, picture.shape[2]))
    # Metal averages only over areas of equal size.
    source = picture.cpu() if picture.device.type == "mps" else picture
    return enlarge(F.interpolate(source[None], shrunk, mode="area")[0].to(picture.device), height, width, wrap)


def enlarge(picture: Tensor, height: int, width: int, wrap: Wrap = OPEN) -> Tensor:
    """(C, H, W) interpolated to a larger size, bicubic."""
    if tuple(picture.shape[1:]) == (height, width):
        return picture
    if any(wrap):
        return wrapping.enlarge(picture, height, width, wrap)
    return F.interpolate(picture[None], (height, width), mode="bicubic")[0]


def refine(painting: Tensor, content: Tensor, wrap: Wrap = OPEN) -> Tensor:
    """The start of a finer canvas: the coarser painting, enlarged, plus the content's detail that it can't hold.

    ``painting`` (3, h, w), ``content`` (3, H, W) at the finer size; result (3, H, W) in 0..1.
    """
    height, width = content.shape[1:]
    coarse_height, coarse_width = painting.shape[1:]
    start = enlarge(painting, height, width, wrap)
    start = start + content - enlarge(reduce(content, coarse_height, coarse_width, wrap), height, width, wrap)
    return torch.clamp(start, 0, 1)


def without_large_shapes(change: Tensor, largest: float, wrap: Wrap = OPEN) -> Tensor:
    """``change`` (C, H, W) less what it does to shapes larger than ``largest``, a part of the longest side."""
    height, width = change.shape[1:]
    cell = largest * max(height, width)
    coarse = reduce(change, max(1, round(height / cell)), max(1, round(width / cell)))
    return change - enlarge(coarse, height, width, wrap)
