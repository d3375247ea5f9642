"""PixelBuffer <-> tensor: the only crossing. It also defines the meaning of transparency in the engine.

Inside the engine a picture is (3, H, W) float32, sRGB-encoded in 0..1, and a mask is (H, W) float32 in 0..1.
"""

from __future__ import annotations

import warnings

import torch
from torch import Tensor

from nst_core.job.pixels import PixelBuffer

from .resampling import enlarge, reduce

_DTYPES = {"u8": torch.uint8, "u16": torch.uint16, "f32": torch.float32}
_MAXIMA = {"u8": 255.0, "u16": 65535.0, "f32": 1.0}


def picture_from_buffer(buffer: PixelBuffer) -> tuple[Tensor, Tensor | None]:
    """Color (3, H, W) and alpha (H, W) of a color picture; alpha is None if every pixel is opaque.

    NaN becomes 0, and values out of range are clamped. The color under full transparency is replaced by that
    of its surroundings, so that it neither shows in a feature nor leaves a halo at the edge.
    """
    rgba = _plane(buffer, 4)
    rgb = rgba[..., :3].permute(2, 0, 1).contiguous()
    alpha = rgba[..., 3].contiguous()
    if bool((alpha >= 1).all()):
        return rgb, None
    return _fill_transparent(rgb, alpha), alpha


def mask_from_buffer(buffer: PixelBuffer) -> Tensor:
    """Coverage (H, W) of a mask."""
    return _plane(buffer, 1)[..., 0]


def buffer_from_picture(rgb: Tensor, alpha: Tensor | None, pixel_format: str) -> PixelBuffer:
    """A color picture as ``rgba-f32`` or ``rgba-u8``."""
    height, width = rgb.shape[1:]
    rgba = torch.empty((height, width, 4))
    rgba[..., :3] = rgb.permute(1, 2, 0).clamp(0, 1)
    rgba[..., 3] = 1 if alpha is None else alpha
    if pixel_format == "rgba-u8":
        rgba = rgba.mul_(255).round_().byte()
    return PixelBuffer(width, height, pixel_format, rgba.numpy().data.cast("B"))


def _plane(buffer: PixelBuffer, channels: int) -> Tensor:
    depth = buffer.format.rpartition("-")[2]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The given buffer is not writable")
        values = torch.frombuffer(buffer.data, dtype=_DTYPES[depth]).view(buffer.height, buffer.width, channels)
    if depth == "f32":
        return torch.nan_to_num(values, nan=0.0, posinf=1.0, neginf=0.0).clamp_(0, 1)
    return values.float().div_(_MAXIMA[depth])


def _fill_transparent(rgb: Tensor, alpha: Tensor) -> Tensor:
    """Color of fully transparent pixels from ever coarser averages of the visible ones (Gortler et al. 1996)."""
    hole = alpha <= 0
    if not bool(hole.any()):
        return rgb
    return torch.where(hole, _spread(rgb * alpha, alpha), rgb)


def _spread(premultiplied: Tensor, alpha: Tensor) -> Tensor:
    height, width = alpha.shape
    average = premultiplied / alpha.clamp_min(1e-6)
    if max(height, width) == 1:
        return average
    half = (max(1, height // 2), max(1, width // 2))
    coarse = _spread(reduce(premultiplied, *half), reduce(alpha[None], *half)[0])
    return torch.where(alpha > 1e-6, average, enlarge(coarse, height, width))
