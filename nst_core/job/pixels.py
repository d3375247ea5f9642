"""A picture as bytes: this is the only place where length and format are checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

from .errors import InvalidPixels

Bytes = Union[bytes, bytearray, memoryview]

#: Bytes of one pixel, by format. RGBA is sRGB-encoded with straight alpha; gray is a linear coverage (a mask).
#: Integers span 0..255 or 0..65535, floats 0..1; all are little-endian, rows run from top to bottom.
PIXEL_BYTES = {"rgba-u8": 4, "rgba-u16": 8, "rgba-f32": 16, "gray-u8": 1, "gray-f32": 4}

#: The longest side of a picture: more than editors hold, and a bound for sizes that arrive on the wire.
MAXIMUM_SIDE = 65536


@dataclass(frozen=True)
class PixelBuffer:
    """``width * height`` pixels of ``format`` (a key of :data:`PIXEL_BYTES`) in ``data``, without padding.

    Raises :class:`InvalidPixels` if the size is not positive, the format unknown, or the length of ``data`` wrong.
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

    @property
    def is_mask(self) -> bool:
        """Whether this is a single channel of coverage instead of a color picture."""
        return self.format.startswith("gray-")


def byte_count(width: int, height: int, pixel_format: str) -> int:
    """Length in bytes of a picture; raises :class:`InvalidPixels` for impossible sizes and unknown formats."""
    if pixel_format not in PIXEL_BYTES:
        raise InvalidPixels(f"The pixel format {pixel_format!r} is unknown.", f"Use one of {', '.join(PIXEL_BYTES)}.")
    for side in (width, height):
        if not isinstance(side, int) or isinstance(side, bool) or not 1 <= side <= MAXIMUM_SIDE:
            raise InvalidPixels(f"A picture of {width} x {height} pixels can't be: sides are 1 to {MAXIMUM_SIDE}.")
    return width * height * PIXEL_BYTES[pixel_format]
