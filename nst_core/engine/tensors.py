"""The conversion of PixelBuffers to tensors and back. It also defines the meaning of transparency in the engine.

In the engine a picture is (3, H, W) float32, sRGB-encoded in 0..1, and a mask is (H, W) float32 in 0..1.
"""

from __future__ import annotations

import warnings

import torch
from torch import Tensor

from nst_core.job.pixels import PixelBuffer

from .control import Checkpoint, unchecked
from .resampling import enlarge, reduce

_DTYPES = {"u8": torch.uint8, "u16": torch.uint16, "f16": torch.float16, "f32": torch.float32}

#: The number of pixels that are loaded at a time. It limits the memory of copies, and the time between two checks for a
#: stop.
_STRIP = 1 << 22


def picture_from_buffer(buffer: PixelBuffer, checkpoint: Checkpoint = unchecked) -> tuple[Tensor, Tensor | None]:
    """Return the color (3, H, W) and the alpha (H, W) of a color picture. Alpha is None if every pixel is opaque.

    NaN becomes 0, and values out of range are clamped. Fully transparent pixels get the color of their surroundings, so
    that their own color has no effect on features, and there is no halo at the edge.
    """
    values = _values(buffer, 4)
    rgb, alpha = torch.empty((3, buffer.height, buffer.width)), torch.empty((buffer.height, buffer.width))
    is_opaque = True
    rows = max(1, _STRIP // buffer.width)
    for strip, color, opacity in zip(values.split(rows), rgb.split(rows, 1), alpha.split(rows)):  # type: ignore[no-untyped-call]
        checkpoint()
        _copy_in_range(strip[..., :3].permute(2, 0, 1), color)
        _copy_in_range(strip[..., 3], opacity)
        is_opaque = is_opaque and bool((opacity >= 1).all())
    return (rgb, None) if is_opaque else (_fill_transparent(rgb, alpha, checkpoint), alpha)


def mask_from_buffer(buffer: PixelBuffer) -> Tensor:
    """Return the coverage (H, W) of a mask."""
    mask = torch.empty((buffer.height, buffer.width))
    _copy_in_range(_values(buffer, 1)[..., 0], mask)
    return mask


def buffer_from_picture(rgb: Tensor, alpha: Tensor | None, pixel_format: str) -> PixelBuffer:
    """Return a color picture in a format of :data:`.RESULT_FORMATS`."""
    sheet = Sheet(rgb.shape[1], rgb.shape[2], pixel_format)
    sheet.write(slice(None), rgb, alpha)
    return sheet.buffer()


class Sheet:
    """A color picture of ``pixel_format`` (one of :data:`.RESULT_FORMATS`) that is written in parts."""

    def __init__(self, height: int, width: int, pixel_format: str) -> None:
        self._format = pixel_format
        self._rgba = torch.empty((height, width, 4), dtype=_DTYPES[pixel_format.rpartition("-")[2]])

    def write(self, rows: slice, rgb: Tensor, alpha: Tensor | None) -> None:
        """Write color (3, H, W) and alpha (H, W; None: opaque) to these rows."""
        part, rgb = self._rgba[rows], rgb.clamp(0, 1)
        if self._format.startswith("linear-"):
            rgb = _without_curve(rgb)
        opacity = torch.ones(()) if alpha is None else alpha
        if not part.dtype.is_floating_point:
            largest = torch.iinfo(part.dtype).max
            rgb, opacity = rgb.mul_(largest).round_(), (opacity * largest).round_()
        for channel, values in enumerate((*rgb, opacity)):  # This takes half the time of one copy of all channels.
            part[..., channel] = values

    def buffer(self) -> PixelBuffer:
        """Return the picture."""
        height, width = self._rgba.shape[:2]
        return PixelBuffer(width, height, self._format, self._rgba.numpy().data.cast("B"))


def _without_curve(rgb: Tensor) -> Tensor:
    """Return colors in sRGB without sRGB's curve: in linear light."""
    # This is faster than a power.
    return torch.where(rgb <= 0.04045, rgb / 12.92, rgb.add(0.055).div_(1.055).log_().mul_(2.4).exp_())


def _values(buffer: PixelBuffer, channels: int) -> Tensor:
    """Return the unchanged numbers (H, W, C) of a buffer, without a copy."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The given buffer is not writable")
        values = torch.frombuffer(buffer.data, dtype=_DTYPES[buffer.format.rpartition("-")[2]])
    return values.view(buffer.height, buffer.width, channels)


def _copy_in_range(values: Tensor, into: Tensor) -> None:
    """Copy numbers of any format to ``into``, as float32 in 0..1."""
    into.copy_(values)
    if values.dtype == torch.float32:
        into.nan_to_num_(nan=0.0, posinf=1.0, neginf=0.0).clamp_(0, 1)
    else:
        into.div_(torch.iinfo(values.dtype).max)


def _fill_transparent(rgb: Tensor, alpha: Tensor, checkpoint: Checkpoint) -> Tensor:
    """Give fully transparent pixels the average color of visible ones near them (Gortler et al. 1996).

    The averages are computed in smaller and smaller sizes until every pixel has a color.
    """
    hole = alpha <= 0
    if not bool(hole.any()):
        return rgb
    return torch.where(hole, _spread(rgb * alpha, alpha, checkpoint), rgb)


def _spread(premultiplied: Tensor, alpha: Tensor, checkpoint: Checkpoint) -> Tensor:
    checkpoint()
    height, width = alpha.shape
    average = premultiplied / alpha.clamp_min(1e-6)
    if max(height, width) == 1:
        return average
    half = (max(1, height // 2), max(1, width // 2))
    coarse = _spread(reduce(premultiplied, *half), reduce(alpha[None], *half)[0], checkpoint)
    checkpoint()
    return torch.where(alpha > 1e-6, average, enlarge(coarse, height, width))
