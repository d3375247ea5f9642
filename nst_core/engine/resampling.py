"""Changes of the sizes of pictures and masks: means over areas, sharp reductions, interpolation, gradients."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from . import wrapping
from .wrapping import OPEN, Wrap

#: Before a sharp reduction, a mean over areas may leave this number of pixels for each new one without a visible blur.
_OVERSAMPLED = 4


def reduce(picture: Tensor, height: int, width: int, wrap: Wrap = OPEN) -> Tensor:
    """Reduce (C, H, W) to a smaller size by means over areas. If a side becomes larger, interpolate it."""
    if tuple(picture.shape[1:]) == (height, width):
        return picture
    shrunk = (min(height, picture.shape[1]), min(width, picture.shape[2]))
    # Metal can only average over areas of equal size.
    source = picture.cpu() if picture.device.type == "mps" else picture
    return enlarge(F.interpolate(source[None], shrunk, mode="area")[0].to(picture.device), height, width, wrap)


def shrink(rgb: Tensor, height: int, width: int) -> Tensor:
    """Reduce (3, H, W) in 0..1 to a smaller size as sharply as possible. If a side becomes larger, interpolate it.

    Means over areas would blur the strokes of a style, and then the painted strokes are blurred, too.
    """
    if height >= rgb.shape[1] or width >= rgb.shape[2]:
        return reduce(rgb, height, width).clamp(0, 1)
    if min(rgb.shape[1] / height, rgb.shape[2] / width) >= 2 * _OVERSAMPLED:
        rgb = reduce(rgb, _OVERSAMPLED * height, _OVERSAMPLED * width)  # several times as fast from a huge picture
    sharp = F.interpolate(rgb[None].cpu(), (height, width), mode="lanczos", antialias=True)[0]  # no GPU has this filter
    return sharp.clamp_(0, 1).to(rgb.device)


def enlarge(picture: Tensor, height: int, width: int, wrap: Wrap = OPEN) -> Tensor:
    """Enlarge (C, H, W) by bicubic interpolation."""
    if tuple(picture.shape[1:]) == (height, width):
        return picture
    if any(wrap):
        return wrapping.enlarge(picture, height, width, wrap)
    return F.interpolate(picture[None], (height, width), mode="bicubic")[0]


class Enlarged:
    """The result of :func:`enlarge` for ``picture`` (C, h, w), computed some rows at a time."""

    def __init__(self, picture: Tensor, height: int, width: int, wrap: Wrap = OPEN) -> None:
        self._wide = enlarge(picture, picture.shape[1], width, wrap)
        self._first, self._weights = wrapping.taps(picture.shape[1], height)
        self._wraps = wrap.y

    def added_to(self, picture: Tensor, rows: slice) -> Tensor:
        """Add these rows to ``picture`` (C, H, W) in place, and return it."""
        first, weights = self._first[rows], self._weights[:, rows]
        start, stop = int(first[0]) - 1, int(first[-1]) + 3  # each row is a mean of four
        places = torch.arange(start, stop)
        old = self._wide.shape[1]
        places = places % old if self._wraps else places.clamp(0, old - 1)
        matrix = torch.zeros((len(first), stop - start), dtype=weights.dtype)
        for tap, weight in enumerate(weights):
            matrix.scatter_(1, (first - start + tap - 1)[:, None], weight[:, None])
        matrix, source = matrix.to(picture), self._wide.index_select(1, places.to(picture.device))
        return torch.baddbmm(picture, matrix.expand(len(picture), -1, -1), source, out=picture)


def average(picture: Tensor, factor: int) -> Tensor:
    """Average (C, H, W) over squares of ``factor`` pixels. Squares at the right and at the bottom may be incomplete."""
    return F.avg_pool2d(picture[None], factor, ceil_mode=True, count_include_pad=False)[0]


def spread(gradient: Tensor, factor: int, picture: Tensor) -> Tensor:
    """Return the gradient for ``picture`` from the gradient for its :func:`average`."""
    back = torch.ops.aten.avg_pool2d_backward
    size = [factor, factor]
    result: Tensor = back(gradient[None], picture[None], size, size, [0, 0], True, False, None)[0]
    return result
