"""Decoded pictures as arrays: the form between a file's decoder and upright sRGB.

Pillow has no color images of more than 8 bits a channel, so pictures are arrays of 8 or 16 bits from here on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional, Tuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

#: Orientations of EXIF that exchange width and height.
_TURNED = (5, 6, 7, 8)


@dataclass(frozen=True)
class Samples:
    """The pixels of a file, with all information that is needed to show them.

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
    """Integers from 0 to ``maximum`` as ``uint8``, or ``uint16`` where 8 bits are too few."""
    kind = np.uint8 if maximum < 256 else np.uint16
    full = int(np.iinfo(kind).max)
    if maximum == full:
        return values.astype(kind, copy=False)
    if maximum > 65535:
        return np.rint(values * (full / maximum)).astype(kind)
    table = np.rint(np.arange(maximum + 1) * (full / maximum)).astype(kind)
    return np.asarray(table[values.astype(np.uint16)])


def to_8_bits(values: Array) -> Array:
    """``uint16`` rounded to ``uint8``; ``uint8`` as it is."""
    return values if values.dtype == np.uint8 else ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)


def straight(color: Array, alpha: Array) -> Array:
    """``color`` (height, width, channels) that was multiplied by ``alpha`` (height, width) as it was before."""
    full = int(np.iinfo(color.dtype).max)
    factor = full / np.maximum(alpha, 1).astype(np.float32)
    return np.rint(np.minimum(color * factor[..., None], full)).astype(color.dtype)


def upright_size(size: Tuple[int, int], orientation: int) -> Tuple[int, int]:
    """Width and height of a picture of this ``size`` when it is :func:`upright`."""
    return size[::-1] if orientation in _TURNED else size


def upright(values: Array, orientation: int) -> Array:
    """``values`` (height, width, ...) turned and mirrored as EXIF's ``orientation`` asks for."""
    if orientation in _TURNED:
        values = values.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        values = values[:, ::-1]
    if orientation in (3, 4, 7, 8):
        values = values[::-1]
    return np.ascontiguousarray(values)
