"""Pixel buffers as arrays: (height, width, channels), bytes from 0 to 255."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nst_core.job.pixels import PixelBuffer

Array = NDArray[Any]

_TYPES = {"u8": "<u1", "u16": "<u2", "f32": "<f4"}


def array_of(buffer: PixelBuffer) -> Array:
    """Return the picture or mask in ``buffer`` as bytes."""
    depth = buffer.format.rpartition("-")[2]
    values = np.frombuffer(buffer.data, _TYPES[depth]).reshape(buffer.height, buffer.width, -1)
    if depth == "u8":
        return values
    if depth == "u16":
        return np.asarray((values + np.uint32(128)) // 257, np.uint8)
    return np.asarray(np.rint(np.nan_to_num(values).clip(0, 1) * 255), np.uint8)


def buffer_of(picture: Array) -> PixelBuffer:
    """Return ``picture`` (H, W, 4; bytes) as ``rgba-u8``, or (H, W; floats) as a mask in ``gray-f32``."""
    height, width = picture.shape[:2]
    if picture.ndim == 2:
        return PixelBuffer(width, height, "gray-f32", picture.astype("<f4").tobytes())
    return PixelBuffer(width, height, "rgba-u8", picture.astype("u1").tobytes())


def opaque(rgb: Array) -> Array:
    """Return ``rgb`` (H, W, 3; values from 0 to 255) as bytes with full alpha."""
    alpha = np.full((*rgb.shape[:2], 1), 255, np.uint8)
    return np.concatenate([np.rint(rgb.clip(0, 255)).astype(np.uint8), alpha], 2)


def with_alpha(rgb: Array, rgba: Array) -> Array:
    """Return ``rgb`` (H, W, 3; values from 0 to 255) as bytes with the alpha of ``rgba`` (H, W, 4; bytes)."""
    return np.concatenate([opaque(rgb)[..., :3], rgba[..., 3:]], 2)


def shown(rgba: Array) -> Array:
    """Return the colors (H, W, 3) of a picture on black, so that hidden colors of transparent pixels show no motion."""
    alpha = rgba[..., 3:].astype(np.uint16)
    return np.asarray((rgba[..., :3] * alpha + 127) // 255, np.uint8)
