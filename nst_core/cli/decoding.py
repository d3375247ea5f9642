"""Reads image files as samples: TIFF with tifffile, and all other formats with Pillow.

imagecodecs decodes the pixels if Pillow would reduce the depth of a file or lose its transparency.
"""

from __future__ import annotations

import io
import logging
import random
import struct
from pathlib import Path
from typing import Callable, Dict, List, Optional, Tuple

import imagecodecs
import numpy as np
from PIL import Image

from nst_core.job.pixels import MAXIMUM_SIDE

from . import tiff
from .color_tags import boxes, profile_of
from .samples import Array, Samples, to_depth, upright_size

# These libraries log warnings about odd metadata, which Python would print on stderr. They raise errors.
for library in ("PIL", "imagecodecs", "tifffile"):
    logging.getLogger(library).addHandler(logging.NullHandler())

#: The formats that Pillow may open. Some of its other formats start programs.
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "PPM", "JPEG2000", "AVIF")

_ORIENTATION = 0x0112

_END_OF_JPEG = b"\xff\xd9"


def decode(path: Path, notices: List[str]) -> Samples:
    """Return the first picture in the file. Each loss is added to ``notices`` as the end of a sentence about the file.

    Raises :class:`~.tiff.TooLarge`, :class:`~.tiff.Unsupported`, Pillow's errors for decompression bombs and unknown
    files, and all kinds of errors for damaged ones.
    """
    with path.open("rb") as file:
        signature = file.read(4)
    samples = tiff.decode(path, notices) if tiff.is_tiff(signature) else None
    return samples or _with_pillow(path, notices)


def header_size(path: Path) -> Tuple[int, int]:
    """Return width and height of the first picture in the file, turned upright. This does not read its pixels.

    Raises errors of Pillow and tifffile for files that are not pictures.
    """
    with path.open("rb") as file:
        signature = file.read(4)
    size, orientation = tiff.header(path) if tiff.is_tiff(signature) else _header(path)
    return upright_size(size, orientation)


def _header(path: Path) -> Tuple[Tuple[int, int], int]:
    with Image.open(path, formats=FORMATS) as image:
        return image.size, _orientation(image)


def _with_pillow(path: Path, notices: List[str]) -> Samples:
    with Image.open(path, formats=FORMATS) as image:
        if max(image.size) > MAXIMUM_SIDE:
            raise tiff.TooLarge
        frames = getattr(image, "n_frames", 1)
        if frames > 1 and image.format != "MPO":  # a camera's MPO is one picture with a second view for 3D
            notices.append(f"has {frames} frames or pages; the first one is used.")
        data = path.read_bytes()
        deep = _DEEP_DECODERS.get(image.format or "", _nothing)(data)
        frame = image.tile[0].extents if image.format == "GIF" and image.tile else None
        loaded = _loaded(image, data, notices)
        color, model, alpha = _of_image(loaded) if deep is None else _of_array(deep)
        if frame:
            color, alpha = _within(frame, color, alpha)
        return Samples(color, model, alpha, profile_of(loaded, data, notices), _orientation(loaded))


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except (SyntaxError, ValueError, TypeError):  # damaged EXIF is no reason to refuse a picture
        return 1


def _loaded(image: Image.Image, data: bytes, notices: List[str]) -> Image.Image:
    try:
        image.load()
        return image
    except OSError:
        if image.format not in ("JPEG", "MPO"):
            raise
        data = data.rstrip(b"\xff")  # half a marker would join with the next byte
        missing = _missing_rows(data)
        if missing > 16 + image.height // 16:  # more than the end of the picture is missing
            raise
        notices.append("lacks its end." if not missing else "lacks its end: its last rows are incomplete.")
        whole = Image.open(io.BytesIO(data + _END_OF_JPEG), formats=("JPEG",))
        whole.load()
        return whole


def _missing_rows(data: bytes) -> int:
    """Return the number of incomplete rows in a JPEG.

    They are the rows that change when noise is appended to the file.
    """
    noise = random.Random(0).randbytes(2**16).replace(b"\xff", b"")
    ends = [Image.open(io.BytesIO(data + filler + _END_OF_JPEG), formats=("JPEG",)) for filler in (b"", noise)]
    with_nothing, with_noise = (np.asarray(end.convert("RGB")) for end in ends)
    return int((with_nothing != with_noise).any(axis=(1, 2)).sum())


_Pixels = Tuple[Array, str, Optional[Array]]


def _of_image(image: Image.Image) -> _Pixels:
    """Return color, model and alpha of a picture that Pillow decoded."""
    if image.mode.startswith("I"):
        return _deep_gray(image)[..., None], "gray", None
    if image.mode == "F":
        raise tiff.Unsupported("the range of its gray values is unknown; gray with 8 or 16 bits can be read")
    if image.mode == "CMYK":
        return np.asarray(image), "cmyk", None
    alpha = np.asarray(image.convert("RGBA").getchannel("A")) if image.has_transparency_data else None
    if image.mode in ("1", "L", "LA"):
        return np.asarray(image.convert("L"))[..., None], "gray", alpha
    return np.asarray(image.convert("RGB")), "rgb", alpha


def _deep_gray(image: Image.Image) -> Array:
    values = np.asarray(image)
    if values.min() < 0 or values.max() > 65535:
        raise tiff.Unsupported("the range of its gray values is unknown; gray with 8 or 16 bits can be read")
    return values.astype(np.uint16)


def _of_array(pixels: Array) -> _Pixels:
    """Return color, model and alpha of values with the shape (height, width) or (height, width, 1 to 4)."""
    pixels = pixels.reshape(*pixels.shape[:2], -1)
    channels = pixels.shape[2]
    alpha = pixels[..., -1] if channels in (2, 4) else None
    return pixels[..., : 1 if channels < 3 else 3], "gray" if channels < 3 else "rgb", alpha


def _within(frame: Tuple[int, int, int, int], color: Array, alpha: Optional[Array]) -> Tuple[Array, Optional[Array]]:
    """Return color and alpha of a GIF. It is transparent outside its first frame."""
    left, top, right, bottom = frame
    inside = np.zeros(color.shape[:2], np.uint8)
    inside[top:bottom, left:right] = 255
    if inside.all():
        return color, alpha
    return color * (inside[..., None] > 0), inside if alpha is None else np.minimum(alpha, inside)


def _nothing(data: bytes) -> Optional[Array]:
    return None


def _png(data: bytes) -> Optional[Array]:
    depth, color_type = data[24], data[25]
    transparent_gray = color_type == 0 and b"tRNS" in data[: data.find(b"IDAT")]
    return np.asarray(imagecodecs.png_decode(data)) if depth == 16 or transparent_gray else None


def _avif(data: bytes) -> Optional[Array]:
    depths = [box[5] for box in boxes(data, b"meta", b"iprp", b"ipco", b"pixi") if len(box) > 5]
    if not depths or depths[0] <= 8:
        return None
    pixels = np.asarray(imagecodecs.avif_decode(data))
    return to_depth(pixels[0] if pixels.ndim > 3 else pixels, 2 ** depths[0] - 1)


def _jpeg_2000(data: bytes) -> Optional[Array]:
    start = data.find(b"\xff\x4f\xff\x51")  # the codestream begins with these two markers
    (channels,) = struct.unpack(">H", data[start + 40 : start + 42])
    depth = data[start + 42] + 1  # above 128 for signed values
    if not 8 < depth <= 16 or channels > 4 or _SYCC in data[:start]:
        return None
    if _CMYK in data[:start]:
        raise tiff.Unsupported("it is JPEG 2000 in CMYK with more than 8 bits")
    # Only the codestream: with the boxes around it, imagecodecs would apply a profile, and in 8 bits.
    return to_depth(np.asarray(imagecodecs.jpeg2k_decode(data[start:])), 2**depth - 1)


#: JPEG 2000's color boxes for YCbCr and CMYK.
_SYCC = b"colr\1\0\0\0\0\0\x12"
_CMYK = b"colr\1\0\0\0\0\0\x0c"

_DEEP_DECODERS: Dict[str, Callable[[bytes], Optional[Array]]] = {"PNG": _png, "AVIF": _avif, "JPEG2000": _jpeg_2000}
