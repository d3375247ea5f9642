"""Pictures and masks in other sizes: means over areas, sharp reductions, interpolation, and their ways back."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from . import wrapping
from .wrapping import OPEN, Wrap

#: Means over areas that leave this many pixels for each new one do not blur.
_OVERSAMPLED = 4


def reduce(picture: Tensor, height: int, width: int, wrap: Wrap = OPEN) -> Tensor:
    """(C, H, W) averaged over areas to a smaller size; a side that grows is interpolated."""
    if tuple(picture.shape[1:]) == (height, width):
        return picture
    shrunk = (min(height, picture.shape[1]), min(width, picture.shape[2]))
    # Metal averages only over areas of equal size.
    source = picture.cpu() if picture.device.type == "mps" else picture
    return enlarge(F.interpolate(source[None], shrunk, mode="area")[0].to(picture.device), height, width, wrap)


def shrink(rgb: Tensor, height: int, width: int) -> Tensor:
    """(3, H, W) in 0..1 brought to a smaller size as sharp as it can be; a side that grows is interpolated.

    Means over areas blur, and a style whose strokes are blurred paints blurred strokes.
    """
    if height >= rgb.shape[1] or width >= rgb.shape[2]:
        return reduce(rgb, height, width).clamp(0, 1)
    if min(rgb.shape[1] / height, rgb.shape[2] / width) >= 2 * _OVERSAMPLED:
        rgb = reduce(rgb, _OVERSAMPLED * height, _OVERSAMPLED * width)  # several times as fast from a huge picture
    sharp = F.interpolate(rgb[None].cpu(), (height, width), mode="lanczos", antialias=True)[0]  # no GPU has this filter
    return sharp.clamp_(0, 1).to(rgb.device)


def enlarge(picture: Tensor, height: int, width: int, wrap: Wrap = OPEN) -> Tensor:
    """(C, H, W) interpolated to a larger size, bicubic."""
    if tuple(picture.shape[1:]) == (height, width):
        return picture
    if any(wrap):
        return wrapping.enlarge(picture, height, width, wrap)
    return F.interpolate(picture[None], (height, width), mode="bicubic")[0]


class Enlarged:
    """What :func:`enlarge` gives for ``picture`` (C, h, w), some rows at a time."""

    def __init__(self, picture: Tensor, height: int, width: int, wrap: Wrap = OPEN) -> None:
        self._wide = enlarge(picture, picture.shape[1], width, wrap)
        self._first, self._weights = wrapping.taps(picture.shape[1], height)
        self._wraps = wrap.y

    def added_to(self, picture: Tensor, rows: slice) -> Tensor:
        """``picture`` (C, H, W), which is changed, plus these rows."""
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
    """(C, H, W) averaged over squares of ``factor`` pixels; those at the right and at the bottom may be cut off."""
    return F.avg_pool2d(picture[None], factor, ceil_mode=True, count_include_pad=False)[0]


def spread(gradient: Tensor, factor: int, picture: Tensor) -> Tensor:
    """The gradient for ``picture`` from that for its :func:`average`."""
    back = torch.ops.aten.avg_pool2d_backward
    size = [factor, factor]
    result: Tensor = back(gradient[None], picture[None], size, size, [0, 0], True, False, None)[0]
    return result
