"""The area of a result. With another strength, a result is painted only there, and the selection does not count."""

from __future__ import annotations

import array
from typing import Any, Dict, Generator, Optional, Tuple

from nst_core.job.pixels import PixelBuffer

#: Pixels between two steps.
PIXELS_A_STEP = 1 << 15

#: Pixels that are computed at once where all of them are alike, as nearly everywhere in a picture.
_RUN = 256

#: The alpha of an opaque pixel.
_OPAQUE = {"rgba-u8": 255.0, "rgba-f32": 1.0}


def extent(result: PixelBuffer, content: PixelBuffer) -> Optional[PixelBuffer]:
    """The opacity of ``result`` as a part of that of its ``content``, as a mask. None if it lies everywhere."""
    steps = extent_in_steps(result, content)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            mask: Optional[PixelBuffer] = end.value
            return mask


def extent_in_steps(result: PixelBuffer, content: PixelBuffer) -> Generator[None, None, Optional[PixelBuffer]]:
    """The same for an editor whose event loop runs between the steps."""
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
    """The alpha of the pixels of one step, row by row."""
    values = array.array("B" if pixels.format == "rgba-u8" else "f")
    size = 4 * values.itemsize
    values.frombytes(memoryview(pixels.data).cast("B")[size * start : size * (start + PIXELS_A_STEP)])
    return values[3::4]


class _Ratios(Dict[Tuple[float, float], int]):
    """The mask for each pair of opacities that occurs. ``scale`` is its value for two that are equal."""

    def __init__(self, scale: float) -> None:
        super().__init__()
        self._scale = scale

    def __missing__(self, pair: Tuple[float, float]) -> int:
        one, other = pair
        self[pair] = min(255, int(self._scale * max(0, one) / other + 0.5)) if other > 0 else 255
        return self[pair]

    def of(self, own: array.array[Any], whole: array.array[Any]) -> bytes:
        """The mask for a run of pixels."""
        count = len(own)
        if own == array.array(own.typecode, own[:1] * count) and whole == array.array(
            whole.typecode, whole[:1] * count
        ):
            return bytes([self[own[0], whole[0]]]) * count
        return bytes(map(self.__getitem__, zip(own, whole)))
