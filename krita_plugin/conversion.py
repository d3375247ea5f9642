"""Color conversion by Krita's own color management.

Krita converts between any two color spaces, with the same result as on its own canvas. A hidden document has the target
space, and its layer has the source space. The plug-in writes the pixels into the layer, Krita renders the picture, and
the plug-in reads it. This adds nothing to an undo history, so memory does not grow. It leaves the user's documents
alone.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import Any, Iterator, List, Optional, Tuple

from nst_core.job.pixels import Bytes, PixelBuffer

from .hidden import HEIGHT, WIDTH, hidden_document, layer_of
from .qt import Qt, QtGui
from .spaces import ENGINE, LINEAR, ONE_WAY, SRGB_PROFILE, SRGB_U8, SRGB_U16, Space, canonical
from .steps import Steps

#: The number of pixels in one step.
PIXELS_A_STEP = WIDTH * HEIGHT
#: The spaces of the engine's pixel formats. The engine reads only those in sRGB.
SPACES = {
    "rgba-u8": SRGB_U8,
    "rgba-u16": SRGB_U16,
    "rgba-f32": ENGINE,
    **{f"linear-{depth.lower()}": LINEAR._replace(depth=depth) for depth in ("U16", "F16", "F32")},
}
#: A profile counts as sRGB if its colors differ from sRGB by at most this many steps of 8 bits. Profiles of cameras and
#: of other programs round the curve and the primaries differently.
ROUNDING = 1


def engine_format(source: Space) -> str:
    """Return the pixel format in which the engine gets pixels of ``source``: in sRGB, with as many bits."""
    return "rgba-f32" if _is_linear(source) else {"U8": "rgba-u8", "U16": "rgba-u16"}.get(source.depth, "rgba-f32")


def result_format(target: Space) -> str:
    """Return the pixel format of results for ``target``, which Krita converts exactly or as fast as possible.

    Krita converts 8 and 16 bits to the same number of bits several times as fast as floats. It converts floats of RGB
    twice as fast from linear light.
    """
    own = next((name for name, space in SPACES.items() if space == _simplest(target)), None)
    is_float_rgb = target.model == "RGBA" and target.depth in ("F16", "F32")
    return own or ("linear-f32" if is_float_rgb else engine_format(target))


def is_own(space: Space) -> bool:
    """Return True if the engine reads pixels of ``space`` as they are, except for the order of the channels."""
    return _simplest(space) == SPACES[engine_format(space)]


def for_engine(data: bytes, width: int, height: int, source: Space) -> Steps[Bytes]:
    """Convert ``width * height`` pixels of ``source`` to the format :func:`engine_format`."""
    sent_as = engine_format(source)
    return swapped((yield from converted(data, source, SPACES[sent_as])), width, height, sent_as)


def from_engine(picture: PixelBuffer, target: Space) -> Steps[Bytes]:
    """Convert the engine's picture, in a format of :func:`result_format`, to pixels of ``target``."""
    native = swapped(picture.data, picture.width, picture.height, picture.format)
    return (yield from converted(native, SPACES[picture.format], target))


def converted(data: Bytes, source: Space, target: Space) -> Steps[Bytes]:
    """Convert pixels of ``source`` to pixels of ``target``. Raises HostError if Krita can't use one of these spaces."""
    source, target = _simplest(source), _simplest(target)
    if source == target:
        return data
    if source.depth == target.depth == "F32" and LINEAR not in (source, target):
        # Krita 5.2 converts floats to floats with a coarse table. It converts exactly to and from linear light.
        data, source = (yield from converted(data, source, LINEAR)), LINEAR
    document, view, result = hidden_document(target, source), memoryview(data), bytearray()
    yield
    size = PIXELS_A_STEP * source.pixel_bytes
    for start in range(0, len(view), size):
        result += _converted_band(document, bytes(view[start : start + size]), source, target)
        yield
    return result


def _converted_band(document: Any, band: bytes, source: Space, target: Space) -> bytes:
    row = WIDTH * source.pixel_bytes
    rows = -(-len(band) // row)
    layer_of(document).setPixelData(band.ljust(rows * row, b"\0"), 0, 0, WIDTH, rows)
    document.refreshProjection()
    document.setModified(False)  # Otherwise Krita would autosave it.
    return bytes(document.pixelData(0, 0, WIDTH, rows))[: len(band) // source.pixel_bytes * target.pixel_bytes]


def _simplest(space: Space) -> Space:
    """Return ``space``, or the same space with the sRGB profile if its colors equal sRGB."""
    space = canonical(space)
    is_plain = space.model == "RGBA" and space.depth in ("U8", "U16") and not _is_linear(space)
    return space._replace(profile=SRGB_PROFILE) if is_plain and _is_srgb(space.profile) else space


def _is_linear(space: Space) -> bool:
    return space == LINEAR._replace(depth=space.depth)


@lru_cache(maxsize=32)
def _is_srgb(profile: str) -> bool:
    """Return True if ``profile`` is sRGB to 8 bits. It is measured, because a profile's name proves nothing.

    Raises HostError if Krita can't convert from the profile.
    """
    if profile == SRGB_PROFILE:
        return True
    source, probe = SRGB_U8._replace(profile=profile), _probe()
    seen = _converted_band(hidden_document(SRGB_U8, source), probe, source, SRGB_U8)
    return max(abs(one - other) for one, other in zip(probe, seen)) <= ROUNDING


def _probe() -> bytes:
    """Return pixels of all grays and of a grid of colors."""
    grays = (bytes((level, level, level, 255)) for level in range(256))
    levels = [*range(0, 256, 32), 255]
    colors = (bytes((blue, green, red, 255)) for red in levels for green in levels for blue in levels)
    return b"".join([*grays, *colors])


class Originals:
    """The original rows of a picture whose conversion can't be reversed exactly.

    Each row has a digest of the pixels that the engine got. If the engine returns a row unchanged, the row gets its
    original values again.
    """

    def __init__(self) -> None:
        self._space: Optional[Space] = None
        self._rows: List[Tuple[memoryview, bytes]] = []

    def keep(self, space: Space, own: bytes, sent: Bytes, rows: int) -> None:
        """Keep the next ``rows`` rows if their conversion can't be reversed exactly."""
        if space.model in ONE_WAY or (engine_format(space) != "rgba-f32" and not is_own(space)):
            self._space = space
            self._rows.extend(zip(_split(own, rows), _digests(sent, rows)))

    def restore(self, picture: PixelBuffer, top: int, target: Space, converted_data: Bytes) -> Bytes:
        """Return ``converted_data`` with the original values in unchanged rows.

        ``picture`` holds the engine's rows from ``top`` on, and ``converted_data`` holds them in the space ``target``.
        """
        if self._space != target:
            return converted_data
        rows = zip(self._rows[top:], _split(converted_data, picture.height), _digests(picture.data, picture.height))
        return b"".join(mine if digest == kept else new for (mine, kept), new, digest in rows)


def _split(data: Bytes, rows: int) -> Iterator[memoryview]:
    view = memoryview(data)
    stride = len(view) // rows
    return (view[start : start + stride] for start in range(0, len(view), stride))


def _digests(data: Bytes, rows: int) -> Iterator[bytes]:
    return (blake2b(row, digest_size=16).digest() for row in _split(data, rows))


def alpha(picture: PixelBuffer) -> Steps[PixelBuffer]:
    """Return the alpha of a picture for the engine, as a mask."""
    picture = yield from _in_bytes(picture)
    is_bytes = picture.format == "rgba-u8"
    values, size, found = memoryview(picture.data).cast("B" if is_bytes else "f"), 16 * PIXELS_A_STEP, bytearray()
    for start in range(0, len(values), size):
        found += values[start : start + size][3::4].tobytes()
        yield
    return PixelBuffer(picture.width, picture.height, "gray-u8" if is_bytes else "gray-f32", found)


def brightness(picture: PixelBuffer) -> Steps[PixelBuffer]:
    """Return the brightness that the eye sees in a picture for the engine, as a mask. Transparent pixels are black."""
    picture, width, layout = (yield from _in_bytes(picture)), picture.width, QtGui.QImage.Format.Format_RGBA8888
    if picture.format != "rgba-u8":
        data = yield from converted(picture.data, ENGINE, SRGB_U8)
        picture, layout = PixelBuffer(width, picture.height, "rgba-u8", data), QtGui.QImage.Format.Format_ARGB32
    gray = bytearray()
    for band, rows in _bands(picture, PIXELS_A_STEP):
        gray += _grays(QtGui.QImage(band, width, rows, 4 * width, layout))
        yield
    return PixelBuffer(width, picture.height, "gray-u8", gray)


def _in_bytes(picture: PixelBuffer) -> Steps[PixelBuffer]:
    """Reduce a picture of 16 bits per channel to 8 bits, which are enough for a mask. Return others unchanged."""
    if picture.format != "rgba-u16":
        return picture
    data = bytearray()
    for band, _ in _bands(picture, 4 * PIXELS_A_STEP):
        data += band[1::2]
        yield
    return PixelBuffer(picture.width, picture.height, "rgba-u8", data)


def _bands(picture: PixelBuffer, pixels: int) -> Iterator[Tuple[bytes, int]]:
    """Yield the picture in bands of about ``pixels`` pixels, each with the number of its rows."""
    view, rows = memoryview(picture.data), max(1, pixels // picture.width)
    stride = len(view) // picture.height
    for top in range(0, picture.height, rows):
        band = bytes(view[stride * top : stride * (top + rows)])
        yield band, len(band) // stride


def _grays(image: Any) -> bytes:
    # Qt 5 and Qt 6 make the same grays from this format, but different ones from RGB32.
    ground = QtGui.QImage(image.size(), QtGui.QImage.Format.Format_RGBX8888)
    ground.fill(Qt.GlobalColor.black)
    painter = QtGui.QPainter(ground)
    painter.drawImage(0, 0, image)
    painter.end()
    gray = ground.convertToFormat(QtGui.QImage.Format.Format_Grayscale8)
    data, stride = image_bytes(gray), gray.bytesPerLine()  # Qt pads each row to a multiple of four bytes.
    return b"".join(data[row * stride : row * stride + gray.width()] for row in range(gray.height()))


def swapped(data: Bytes, width: int, height: int, pixel_format: str) -> Bytes:
    """Convert between the orders of channels of ``pixel_format`` in the engine and in Krita.

    For integers, Krita's order is B, G, R, A.
    """
    layout = _LAYOUTS.get(pixel_format.rpartition("-")[2])
    if layout is None:
        return data
    return image_bytes(QtGui.QImage(bytes(data), width, height, len(data) // height, layout).rgbSwapped())


_LAYOUTS = {"u8": QtGui.QImage.Format.Format_RGBA8888, "u16": QtGui.QImage.Format.Format_RGBA64}


def image_bytes(image: Any) -> bytes:
    """Return the bytes of a QImage, including the padding of its rows."""
    bits = image.constBits()
    bits.setsize(image.bytesPerLine() * image.height())
    return bytes(bits)
