"""Pictures of the engine as QImages, and small copies of large ones."""

from __future__ import annotations

from typing import Any

from nst_core.job.pixels import PixelBuffer

from .qt import Qt, QtGui
from .steps import Steps

#: The number of bytes in a pixel of four floats.
FLOATS = 16


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
    data, picture = memoryview(pixels.data), bytearray()
    for row in range(height):
        picture += _row_of_floats(data, pixels.width, int((row + 0.5) * ratio), width, ratio)
        yield
    return image_of(PixelBuffer(width, height, "rgba-u8", picture))


_LAYOUTS = {"rgba-u8": QtGui.QImage.Format.Format_RGBA8888, "rgba-u16": QtGui.QImage.Format.Format_RGBA64}


def _row_of_floats(data: memoryview, stride: int, row: int, width: int, ratio: float) -> bytes:
    """Return evenly spaced pixels of one row of floats, in 8 bits."""
    floats = data[row * stride * FLOATS : (row + 1) * stride * FLOATS].cast("f")
    columns = (4 * int((column + 0.5) * ratio) for column in range(width))
    return bytes(round(255 * min(1.0, max(0.0, value))) for start in columns for value in floats[start : start + 4])
