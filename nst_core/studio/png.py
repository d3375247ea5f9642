"""PNG files of pictures, for the engine's command line: with all channels, and up to 16 bits per channel."""

from __future__ import annotations

import array
import math
import struct
import sys
import zlib
from pathlib import Path
from typing import BinaryIO, Iterator

from nst_core.job.pixels import Bytes, PixelBuffer

#: Bits per channel and the color type in the PNG header, by the pixel format. Floats become integers of 16 bits.
_HEADERS = {"rgba-u8": (8, 6), "rgba-u16": (16, 6), "rgba-f32": (16, 6), "gray-u8": (8, 0), "gray-f32": (16, 0)}

#: The number of bytes that are compressed at a time.
_BAND = 1 << 20
#: The level of compression. It is low, because the file is read only once and then removed.
_LEVEL = 1


def write_png(path: Path, picture: PixelBuffer) -> None:
    """Write ``picture`` to the new file ``path``. Raises OSError."""
    with path.open("xb") as file:
        bits, color = _HEADERS[picture.format]
        file.write(b"\x89PNG\r\n\x1a\n")
        _chunk(file, b"IHDR", struct.pack(">IIBBBBB", picture.width, picture.height, bits, color, 0, 0, 0))
        packer = zlib.compressobj(_LEVEL)
        for band in _bands(picture):
            _chunk(file, b"IDAT", packer.compress(band))
        _chunk(file, b"IDAT", packer.flush())
        _chunk(file, b"IEND", b"")


def _chunk(file: BinaryIO, name: bytes, data: bytes) -> None:
    file.write(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)))


def _bands(picture: PixelBuffer) -> Iterator[bytes]:
    """Yield the rows as PNG stores them. Each row begins with a byte that names its filter: 0, no filter."""
    view = memoryview(picture.data).cast("B")
    stride = len(view) // picture.height
    rows = max(1, _BAND // stride)
    for top in range(0, picture.height, rows):
        band = _big_endian(view[top * stride : (top + rows) * stride], picture.format)
        count = min(rows, picture.height - top)
        width = len(band) // count
        yield b"".join(b"\0" + band[row * width : (row + 1) * width] for row in range(count))


def _big_endian(data: Bytes, pixel_format: str) -> bytes:
    if pixel_format.endswith("u8"):
        return bytes(data)
    if pixel_format.endswith("f32"):
        floats = array.array("f", bytes(data))
        samples = array.array("H", (_sample(value) for value in floats))
    else:
        samples = array.array("H", bytes(data))
    if sys.byteorder == "little":
        samples.byteswap()
    return samples.tobytes()


def _sample(value: float) -> int:
    return 0 if math.isnan(value) else round(65535 * min(1.0, max(0.0, value)))
