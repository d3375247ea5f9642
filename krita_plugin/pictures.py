"""Pictures of the engine as QImages, and small copies of large ones."""

from __future__ import annotations

import struct
from typing import Any

from nst_core.job.pixels import PixelBuffer

from .qt import Qt, QtGui
from .steps import Steps


def image_of(pixels: PixelBuffer) -> Any:
    """Convert a picture in ``rgba-u8`` to a QImage."""
    data, shown = bytes(pixels.data), QtGui.QImage.Format.Format_RGBA8888
    # Copy it, because the QImage does not own the bytes in ``data``.
    return QtGui.QImage(data, pixels.width, pixels.height, pixels.width * 4, shown).copy()


def pixels_of(image: Any) -> PixelBuffer:
    """Convert a QImage to a picture in ``rgba-u8``."""
    image = image.convertToFormat(QtGui.QImage.Format.Format_RGBA8888)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return PixelBuffer(image.width(), image.height(), "rgba-u8", bytes(bits))


def small_image(pixels: PixelBuffer, side: int) -> Steps[Any]:
    """Reduce a picture to a QImage of at most ``side`` pixels."""
    ratio = max(1.0, max(pixels.width, pixels.height) / side)
    width, height = max(1, round(pixels.width / ratio)), max(1, round(pixels.height / ratio))
    if pixels.format in _LAYOUTS:
        yield
        stride = len(memoryview(pixels.data)) // pixels.height
        image = QtGui.QImage(pixels.data, pixels.width, pixels.height, stride, _LAYOUTS[pixels.format])
        # This is twice as fast on a large picture as a smooth reduction of all its pixels.
        coarse = (image.scaled(2 * width, 2 * height) if ratio > 2 else image).convertToFormat(_LAYOUTS["rgba-u8"])
        return coarse.scaled(width, height, transformMode=Qt.TransformationMode.SmoothTransformation).copy()
    picture = bytearray()
    for row in range(height):
        picture += _row(pixels, int((row + 0.5) * ratio), width, ratio)
        yield
    return image_of(PixelBuffer(width, height, "rgba-u8", picture))


_LAYOUTS = {"rgba-u8": QtGui.QImage.Format.Format_RGBA8888, "rgba-u16": QtGui.QImage.Format.Format_RGBA64}
#: The form of a pixel, and the number for white, by the end of the format's name.
_FORMS = {"u16": (struct.Struct("<4H"), 65535), "f16": (struct.Struct("<4e"), 1), "f32": (struct.Struct("<4f"), 1)}


def _row(pixels: PixelBuffer, row: int, width: int, ratio: float) -> bytes:
    """Return evenly spaced pixels of one row, in 8 bits of sRGB."""
    kind, _, depth = pixels.format.partition("-")
    (form, white), found = _FORMS[depth], bytearray()
    for column in range(width):
        place = row * pixels.width + int((column + 0.5) * ratio)
        *color, alpha = (value / white for value in form.unpack_from(pixels.data, place * form.size))
        seen = map(_with_curve, color) if kind == "linear" else color
        found += bytes(round(255 * min(1.0, max(0.0, value))) for value in (*seen, alpha))
    return bytes(found)


def _with_curve(value: float) -> float:
    """Return a value in linear light with sRGB's curve."""
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
