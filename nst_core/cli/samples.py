"""Decoded pictures as arrays, before they are converted to upright sRGB.

They are arrays of 8 or 16 bits, because Pillow has no color images with more than 8 bits a channel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional, Tuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

#: The orientations of EXIF that swap width and height.
_TURNED = (5, 6, 7, 8)


@dataclass(frozen=True)
class Samples:
    """The pixels of a file, with the information that is needed to show them.

    ``color`` has the shape (height, width, channels) and the type ``uint8`` or ``uint16``, full range; ``alpha``
    (height, width) is straight and of the same type. ``model`` names the channels: ``gray``, ``rgb``, ``cmyk``
    (0 is no ink) or ``lab`` (as an ICC profile encodes it). ``profile`` is an ICC profile, empty for sRGB.
    ``orientation`` is that of EXIF, from 1 to 8.
    """

    color: Array
    model: str
    alpha: Optional[Array] = None
    profile: bytes = b""
    orientation: int = 1


def to_depth(values: Array, maximum: int) -> Array:
    """Convert integers from 0 to ``maximum`` to ``uint8``, or to ``uint16`` if 8 bits are too few."""
    kind = np.uint8 if maximum < 256 else np.uint16
    full = int(np.iinfo(kind).max)
    if maximum == full:
        return values.astype(kind, copy=False)
    if maximum > 65535:
        return np.rint(values * (full / maximum)).astype(kind)
    table = np.rint(np.arange(maximum + 1) * (full / maximum)).astype(kind)
    return np.asarray(table[values.astype(np.uint16)])


def to_8_bits(values: Array) -> Array:
    """Round ``uint16`` to ``uint8``. ``uint8`` stays as it is."""
    return values if values.dtype == np.uint8 else ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)


def straight(color: Array, alpha: Array) -> Array:
    """Divide ``color`` (height, width, channels) by ``alpha`` (height, width), by which it was multiplied."""
    full = int(np.iinfo(color.dtype).max)
    factor = full / np.maximum(alpha, 1).astype(np.float32)
    return np.rint(np.minimum(color * factor[..., None], full)).astype(color.dtype)


def upright_size(size: Tuple[int, int], orientation: int) -> Tuple[int, int]:
    """Return width and height of a picture with this ``size`` after :func:`upright`."""
    return size[::-1] if orientation in _TURNED else size


def upright(values: Array, orientation: int) -> Array:
    """Turn and mirror ``values`` (height, width, ...) according to EXIF's ``orientation``."""
    if orientation in _TURNED:
        values = values.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        values = values[:, ::-1]
    if orientation in (3, 4, 7, 8):
        values = values[::-1]
    return np.ascontiguousarray(values)
