"""A picture as bytes. Only this module checks their length and format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

from .errors import InvalidPixels

Bytes = Union[bytes, bytearray, memoryview]

#: The number of bytes per pixel, by format. RGBA is encoded in sRGB, with straight alpha. Linear is the same without
#: sRGB's curve, and only results can be linear. Gray is the linear coverage of a mask. Integers are from 0 to 255 or
#: 65535, floats from 0 to 1. All are little-endian. The top row is the first one.
PIXEL_BYTES = {
    "rgba-u8": 4,
    "rgba-u16": 8,
    "rgba-f32": 16,
    "linear-u16": 8,
    "linear-f16": 8,
    "linear-f32": 16,
    "gray-u8": 1,
    "gray-f32": 4,
}

#: The longest side of a picture. Pictures in editors are smaller; this limit is for sizes that arrive on the wire.
MAXIMUM_SIDE = 65536


@dataclass(frozen=True)
class PixelBuffer:
    """A picture of ``width * height`` pixels. ``format`` is a key of :data:`PIXEL_BYTES`; ``data`` has no padding.

    Raises :class:`InvalidPixels` if the size is not allowed, the format is unknown, or ``data`` has a wrong length.
    """

    width: int
    height: int
    format: str
    data: Bytes

    def __post_init__(self) -> None:
        expected = byte_count(self.width, self.height, self.format)
        length = memoryview(self.data).nbytes
        if length != expected:
            raise InvalidPixels(
                f"A picture of {self.width} x {self.height} pixels in {self.format} has {expected} bytes, not {length}."
            )

    def rows(self, top: int, count: int) -> PixelBuffer:
        """Return the ``count`` rows from ``top`` on, without a copy."""
        data = memoryview(self.data).cast("B")
        stride = len(data) // self.height
        return PixelBuffer(self.width, count, self.format, data[top * stride : (top + count) * stride])

    @property
    def is_mask(self) -> bool:
        """True if this is a mask (one channel of coverage), not a color picture."""
        return self.format.startswith("gray-")


def byte_count(width: int, height: int, pixel_format: str) -> int:
    """Return the length of a picture in bytes. Raises :class:`InvalidPixels` for a wrong size or an unknown format."""
    if pixel_format not in PIXEL_BYTES:
        raise InvalidPixels(f"The pixel format {pixel_format!r} is unknown.", f"Use one of {', '.join(PIXEL_BYTES)}.")
    for side in (width, height):
        if not isinstance(side, int) or isinstance(side, bool) or not 1 <= side <= MAXIMUM_SIDE:
            raise InvalidPixels(f"A picture of {width} x {height} pixels can't be: sides are 1 to {MAXIMUM_SIDE}.")
    return width * height * PIXEL_BYTES[pixel_format]
