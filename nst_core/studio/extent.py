"""The area of a result. With another strength, a result is painted only there, and the selection does not count."""

from __future__ import annotations

import array
from typing import Generator, Optional, Sequence, Tuple

from nst_core.job.pixels import PixelBuffer

#: Pixels between two steps.
PIXELS_A_STEP = 1 << 15


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
    (own, most), (whole, most_of_whole) = _alpha(result), _alpha(content)
    if own == whole:
        return None
    scale, mask = 255 * most_of_whole / most, bytearray()
    for start in range(0, len(own), PIXELS_A_STEP):
        yield
        pairs = zip(own[start : start + PIXELS_A_STEP], whole[start : start + PIXELS_A_STEP])
        mask += bytes(min(255, int(scale * max(0, one) / other + 0.5)) if other > 0 else 255 for one, other in pairs)
    return PixelBuffer(result.width, result.height, "gray-u8", mask)


def _alpha(pixels: PixelBuffer) -> Tuple[Sequence[float], float]:
    """The alpha of each pixel, row by row, and the value that stands for opaque."""
    if pixels.format == "rgba-u8":
        return bytes(pixels.data)[3::4], 255.0
    return array.array("f", bytes(pixels.data))[3::4], 1.0
