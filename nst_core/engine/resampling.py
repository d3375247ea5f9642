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


def average(picture: Tensor, factor: int) -> Tensor:
    """(C, H, W) averaged over squares of ``factor`` pixels; those at the right and at the bottom may be cut off."""
    return F.avg_pool2d(picture[None], factor, ceil_mode=True, count_include_pad=False)[0]


def spread(gradient: Tensor, factor: int, picture: Tensor) -> Tensor:
    """The gradient for ``picture`` from that for its :func:`average`."""
    back = torch.ops.aten.avg_pool2d_backward
    size = [factor, factor]
    result: Tensor = back(gradient[None], picture[None], size, size, [0, 0], True, False, None)[0]
    return result
