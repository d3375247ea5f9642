"""Reads TIFF files as samples: any depth, byte order, layout and compression.

Pillow knows only common combinations and reads some others wrongly. So tifffile decodes most files, and Pillow only
these: YCbCr without JPEG, the compressions of fax machines, and the old-style JPEG of TIFF 6.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, List, Optional, Tuple

import numpy as np
import tifffile
from PIL import Image

from nst_core.job.pixels import MAXIMUM_SIDE

from .color_tags import from_chromaticities, from_exif, profile_if_readable
from .options import MAXIMUM_PIXELS
from .samples import Array, Samples, straight, to_depth

_SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

_WHITE_IS_ZERO, _RGB, _PALETTE, _CMYK, _YCBCR, _CIE_LAB, _ICC_LAB = 0, 2, 3, 5, 6, 8, 9

#: For each photometric interpretation: the color model and the number of its channels. 4 is a mask, white inside.
_MODELS = {
    _WHITE_IS_ZERO: ("gray", 1),
    1: ("gray", 1),
    _RGB: ("rgb", 3),
    _PALETTE: ("rgb", 1),
    4: ("gray", 1),
    _CMYK: ("cmyk", 4),
    _YCBCR: ("rgb", 3),
    _CIE_LAB: ("lab", 3),
    _ICC_LAB: ("lab", 3),
}

#: The compressions that Pillow decodes: those of fax machines, and the old-style JPEG of TIFF 6.
_FOR_PILLOW = (2, 3, 4, 6)
_JPEG = 7

# Numbers of tags.
_ORIENTATION, _TRANSFER, _WHITE_POINT, _PRIMARIES = 274, 301, 318, 319
_INK_SET, _EXTRA_SAMPLES, _EXIF = 332, 338, 34665

#: The supported bits of an integer. tifffile confuses the byte order of 24 bits.
_DEPTHS = (*range(1, 17), 32, 64)

_PREMULTIPLIED, _STRAIGHT = 1, 2


class Unsupported(ValueError):
    """The file is complete, but it can't become a picture. The text gives the reason."""


class TooLarge(ValueError):
    """The file claims to have more pixels than can be opened safely."""


def is_tiff(signature: bytes) -> bool:
    """Return True if a file that begins with ``signature`` (4 bytes or more) is a TIFF."""
    return signature[:4] in _SIGNATURES


def decode(path: Path, notices: List[str]) -> Optional[Samples]:
    """Return the first page of the file, or None if Pillow must decode it.

    Raises :class:`Unsupported`, :class:`TooLarge`, and all kinds of errors for damaged files.
    """
    with tifffile.TiffFile(path) as file:
        page = file.pages.first
        if page.compression in _FOR_PILLOW or (page.photometric == _YCBCR and page.compression != _JPEG):
            return None
        _check(page, file.filehandle.size)
        if len(file.pages) > 1:
            notices.append(f"has {len(file.pages)} frames or pages; the first one is used.")
        return _samples(page, notices)


def header(path: Path) -> Tuple[Tuple[int, int], int]:
    """Return the stored width and height of the first page, and its orientation."""
    with tifffile.TiffFile(path) as file:
        page = file.pages.first
        return (page.imagewidth, page.imagelength), _orientation(page)


def _check(page: Any, size: int) -> None:
    width, height = page.imagewidth, page.imagelength
    if max(width, height) > MAXIMUM_SIDE or width * height > MAXIMUM_PIXELS or page.samplesperpixel > 64:
        raise TooLarge
    if page.photometric not in _MODELS or page.tags.valueof(_INK_SET, default=1) != 1:
        raise Unsupported(f"its colors ({getattr(page.photometric, 'name', page.photometric)}) can't be converted")
    ends = [offset + count for offset, count in zip(page.dataoffsets, page.databytecounts)]
    if len(ends) < math.prod(page.chunked) or max(ends) > size or 0 in page.databytecounts:
        raise ValueError("some of its pixels are missing")


def _samples(page: Any, notices: List[str]) -> Samples:
    separate, _, height, width, together = page.shaped
    pages = page.asarray().reshape(separate, -1, height, width, together)[:, 0]
    channels = np.moveaxis(pages, 0, 2).reshape(height, width, separate * together)
    model, count = _MODELS[page.photometric]
    kind, position = _alpha(page, channels.shape[2], count)
    alpha = _values(page, channels[..., position], notices) if kind else None
    color = _color(page, channels[..., :count], notices)
    if kind == _PREMULTIPLIED and alpha is not None:
        color = straight(color, alpha)
    if alpha is not None and alpha.dtype != color.dtype:  # the colors of a palette have their own depth
        alpha = to_depth(alpha >> 8 if alpha.dtype == np.uint16 else alpha, 255)
    return Samples(color, model, alpha, _profile(page, notices), _orientation(page))


def _orientation(page: Any) -> int:
    return int(page.tags.valueof(_ORIENTATION, default=1))


def _alpha(page: Any, channels: int, colors: int) -> Tuple[int, int]:
    """Return the kind of alpha (0: there is no alpha), and the number of its channel."""
    if channels < colors:
        raise ValueError("it has too few channels")
    if page.tags.get(_EXTRA_SAMPLES) is None:  # in practice, a fourth channel without a name is alpha
        return (_STRAIGHT, colors) if channels > colors else (0, 0)
    kinds = [int(extra) for extra in page.extrasamples]
    return next(((kind, colors + at) for at, kind in enumerate(kinds) if kind in (_PREMULTIPLIED, _STRAIGHT)), (0, 0))


def _color(page: Any, channels: Array, notices: List[str]) -> Array:
    if page.photometric == _PALETTE:
        return np.asarray(_palette(page)[channels[..., 0].astype(np.intp)])
    if page.photometric in (_CIE_LAB, _ICC_LAB):
        return _lab(channels, page.photometric == _CIE_LAB)
    color = _values(page, channels, notices)
    return ~color if page.photometric == _WHITE_IS_ZERO else color


def _palette(page: Any) -> Array:
    colors: Array = np.asarray(page.colormap).T
    # The numbers have 16 bits, but some programs write 8-bit values. Then all of them are at most 255.
    return (colors >> 8 if colors.max() > 255 else colors).astype(np.uint8)


def _lab(channels: Array, signed: bool) -> Array:
    """Convert Lab to the encoding of profiles.

    In TIFF, CIE Lab has signed a and b, and 16-bit ICC Lab ends at 0xFF00.
    """
    if channels.dtype not in (np.uint8, np.uint16, np.int8, np.int16):
        raise Unsupported("its Lab colors have neither 8 nor 16 bits")
    deep = channels.dtype.itemsize == 2
    if not signed:
        return np.minimum(channels * (65535 / 65280), 65535).astype(np.uint16) if deep else channels
    lightness = channels[..., :1].astype(np.uint16 if deep else np.uint8)
    opponents = channels[..., 1:].astype(np.int16 if deep else np.int8).astype(np.float32)
    if deep:
        return np.concatenate([lightness, np.rint((opponents / 256 + 128) * 257).clip(0, 65535).astype(np.uint16)], 2)
    return np.concatenate([lightness, (opponents + 128).astype(np.uint8)], 2)


def _values(page: Any, values: Array, notices: List[str]) -> Array:
    """Return samples in 8 or 16 bits. 0 is the lowest value that the file can hold."""
    if values.dtype.kind == "f":
        values = np.nan_to_num(values.astype(np.float32), nan=0.0)
        if values.min(initial=0) < -0.001 or values.max(initial=0) > 1.001:
            notices.append("has values below 0 or above 1; they are cut.")
        return np.asarray(np.rint(values.clip(0, 1) * 65535), np.uint16)
    if values.dtype.kind == "i":
        raise Unsupported("its values are signed numbers, and the file does not define black and white")
    if values.dtype.kind not in "bu" or page.bitspersample not in _DEPTHS:
        raise Unsupported(f"its values ({page.bitspersample} bits of {values.dtype.name}) can't be converted")
    return to_depth(values, 2**page.bitspersample - 1)


def _profile(page: Any, notices: List[str]) -> bytes:
    return bytes(page.iccprofile or b"") or profile_if_readable(lambda: _from_tags(page, notices), notices)


def _from_tags(page: Any, notices: List[str]) -> bytes:
    tags = page.tags
    if tags.get(_PRIMARIES) is not None or tags.get(_TRANSFER) is not None:
        return from_chromaticities(
            _quotients(tags.valueof(_WHITE_POINT)),
            _quotients(tags.valueof(_PRIMARIES)),
            _transfer(tags.valueof(_TRANSFER)),
        )
    exif = Image.Exif()
    if tags.get(_EXIF) is not None:
        page.parent.filehandle.seek(0)
        exif.load(page.parent.filehandle.read())  # EXIF has the structure of a TIFF
    return from_exif(exif, notices)


def _quotients(numbers: Any) -> Tuple[float, ...]:
    pairs = numbers or ()
    return tuple(top / bottom for top, bottom in zip(pairs[::2], pairs[1::2]))


def _transfer(numbers: Any) -> Optional[Array]:
    """Return 1 or 3 curves from samples to light."""
    if numbers is None:
        return None
    table = np.asarray(numbers, np.uint16)
    return table.reshape(3, -1) if table.size % 3 == 0 else table
