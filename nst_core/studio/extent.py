"""The area that a result covers. If its strength is changed later, only this area is painted again.

The selection may be another one by then, so it is ignored.
"""

from __future__ import annotations

import array
from typing import Any, Dict, Generator, Optional, Tuple

from nst_core.job.pixels import PixelBuffer

#: The number of pixels that are computed between two runs of the event loop.
PIXELS_A_STEP = 1 << 15

#: The number of pixels that are computed at once if all of them are equal. Nearly everywhere in a picture they are.
_RUN = 256

#: The alpha of an opaque pixel, and the type of the numbers as ``array`` names it.
_OPAQUE = {"rgba-u8": 255.0, "rgba-u16": 65535.0, "rgba-f32": 1.0}
_TYPES = {"rgba-u8": "B", "rgba-u16": "H", "rgba-f32": "f"}


def extent(result: PixelBuffer, content: PixelBuffer) -> Optional[PixelBuffer]:
    """Return a mask: the opacity of ``result`` divided by the opacity of ``content``. None if it is 1 everywhere."""
    steps = extent_in_steps(result, content)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            mask: Optional[PixelBuffer] = end.value
            return mask


def extent_in_steps(result: PixelBuffer, content: PixelBuffer) -> Generator[None, None, Optional[PixelBuffer]]:
    """Compute :func:`extent` in steps, so that the editor's event loop can run between them."""
    mask, is_partial = bytearray(), False
    for start in range(0, result.width * result.height, PIXELS_A_STEP):
        yield
        own, whole = _alpha(result, start), _alpha(content, start)
        ratios = _Ratios(255 * _OPAQUE[content.format] / _OPAQUE[result.format])
        is_partial = is_partial or own != whole
        for at in range(0, len(own), _RUN):
            mask += ratios.of(own[at : at + _RUN], whole[at : at + _RUN])
    return PixelBuffer(result.width, result.height, "gray-u8", mask) if is_partial else None


def _alpha(pixels: PixelBuffer, start: int) -> array.array[Any]:
    """Return the alpha of the pixels of one step, row by row."""
    values = array.array(_TYPES[pixels.format])
    size = 4 * values.itemsize
    values.frombytes(memoryview(pixels.data).cast("B")[size * start : size * (start + PIXELS_A_STEP)])
    return values[3::4]


class _Ratios(Dict[Tuple[float, float], int]):
    """The value of the mask for each pair of opacities. ``scale`` is its value where both are equal."""

    def __init__(self, scale: float) -> None:
        super().__init__()
        self._scale = scale

    def __missing__(self, pair: Tuple[float, float]) -> int:
        one, other = pair
        self[pair] = min(255, int(self._scale * max(0, one) / other + 0.5)) if other > 0 else 255
        return self[pair]

    def of(self, own: array.array[Any], whole: array.array[Any]) -> bytes:
        """Return the mask for a run of pixels."""
        count = len(own)
        if own == array.array(own.typecode, own[:1] * count) and whole == array.array(
            whole.typecode, whole[:1] * count
        ):
            return bytes([self[own[0], whole[0]]]) * count
        return bytes(map(self.__getitem__, zip(own, whole)))
