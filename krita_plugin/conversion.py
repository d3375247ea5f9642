"""Color conversion by Krita's own color management, in hidden documents of our own.

Between any two color spaces Krita converts as it does for the artist's eye. A hidden document gets the pixels, is told
to change its color space, and is read again; the user's documents are never asked to.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator, NamedTuple

from krita import Krita

from nst_core.bridge.pixels import Bytes, PixelBuffer

from .qt import Qt, QtGui
from .steps import Steps

#: Pixels converted between two turns of the event loop: about 5 ms where nothing else wants the processor.
PIXELS_A_STEP = 1 << 15
#: Bands converted in one hidden document, before its undo history takes more memory than a new document takes time.
BANDS_A_DOCUMENT = 128


class Space(NamedTuple):
    """A color space by Krita's names."""

    model: str
    depth: str
    profile: str

    @property
    def pixel_bytes(self) -> int:
        """Bytes of one pixel."""
        channels = {"A": 1, "GRAYA": 2, "CMYKA": 5}.get(self.model, 4)
        return channels * {"U8": 1, "U16": 2, "F16": 2, "F32": 4}[self.depth]


#: The parametric sRGB curve, which converts back and forth without loss. Krita's own default profile of the same
#: space ("elle") holds the curve as a table, whose inverse is off by up to 26 steps of 16 bits.
SRGB_PROFILE = "sRGB built-in"
SRGB_SYNONYMS = ("sRGB-elle-V2-srgbtrc.icc", "sRGB-elle-V4-srgbtrc.icc")
#: What the engine sees and returns; the bytes of this space are those of the pixel format ``rgba-f32``.
ENGINE = Space("RGBA", "F32", SRGB_PROFILE)
#: What most documents are in, and the bytes of Qt's ``Format_ARGB32``.
SRGB_U8 = Space("RGBA", "U8", SRGB_PROFILE)


def engine_format(source: Space) -> str:
    """The pixel format in which the engine gets pixels of ``source``."""
    return "rgba-u8" if _canonical(source) == SRGB_U8 else "rgba-f32"


def for_engine(data: bytes, width: int, height: int, source: Space) -> Steps[Bytes]:
    """``width * height`` pixels of ``source`` in the format :func:`engine_format`."""
    if engine_format(source) == "rgba-u8":  # Nothing to convert: the channels are put in order, which Qt does at once.
        return swapped(data, width, height)
    return (yield from converted(data, width, height, source, ENGINE))


def from_engine(picture: PixelBuffer, target: Space) -> Steps[Bytes]:
    """The engine's picture, in a format that :func:`engine_format` gave, as pixels of ``target``."""
    width, height = picture.width, picture.height
    if picture.format != "rgba-u8":
        return (yield from converted(picture.data, width, height, ENGINE, target))
    view, rows, pieces = memoryview(picture.data), max(1, 16 * PIXELS_A_STEP // width), []
    for top in range(0, height, rows):
        band = bytes(view[4 * width * top : 4 * width * (top + rows)])
        pieces.append(swapped(band, width, len(band) // (4 * width)))
        yield
    return (yield from converted(b"".join(pieces), width, height, SRGB_U8, target))


def converted(data: Bytes, width: int, height: int, source: Space, target: Space) -> Steps[Bytes]:
    """``width * height`` pixels of ``source`` as pixels of ``target``."""
    source, target = _canonical(source), _canonical(target)
    if source == target:
        return data
    data, pieces = memoryview(data), []
    rows = max(1, min(height, PIXELS_A_STEP // width))
    stride = width * source.pixel_bytes
    for top in range(0, height, rows * BANDS_A_DOCUMENT):
        bottom = min(height, top + rows * BANDS_A_DOCUMENT)
        with _hidden_document(width, rows, source) as document:
            yield
            for row in range(top, bottom, rows):
                count = min(rows, bottom - row)
                band = bytes(data[row * stride : (row + count) * stride])
                pieces.append((yield from _convert_band(document, band, width, count, source, target)))
            yield
        yield
    return b"".join(pieces)


def _convert_band(document: Any, band: bytes, width: int, rows: int, source: Space, target: Space) -> Steps[bytes]:
    if (document.colorModel(), document.colorDepth(), document.colorProfile()) != source:
        document.setColorSpace(*source)
    yield
    layer = document.rootNode().childNodes()[0]
    layer.setPixelData(band, 0, 0, width, rows)
    document.setColorSpace(*target)
    yield
    return bytes(layer.pixelData(0, 0, width, rows))


def alpha(picture: PixelBuffer) -> PixelBuffer:
    """The alpha of a picture for the engine, as a mask."""
    data = memoryview(picture.data)
    if picture.format == "rgba-u8":
        return PixelBuffer(picture.width, picture.height, "gray-u8", data[3::4].tobytes())
    return PixelBuffer(picture.width, picture.height, "gray-f32", data.cast("f")[3::4].tobytes())


def brightness(picture: PixelBuffer) -> Steps[PixelBuffer]:
    """How bright a picture for the engine is to the eye, as a mask; transparency counts as black."""
    width, height, data, layout = picture.width, picture.height, picture.data, QtGui.QImage.Format.Format_RGBA8888
    if picture.format != "rgba-u8":
        data = yield from converted(data, width, height, ENGINE, SRGB_U8)
        layout = QtGui.QImage.Format.Format_ARGB32
    view, rows, pieces = memoryview(data), max(1, 4 * PIXELS_A_STEP // width), []
    for top in range(0, height, rows):
        band = bytes(view[4 * width * top : 4 * width * (top + rows)])
        pieces.append(_grays(QtGui.QImage(band, width, len(band) // (4 * width), 4 * width, layout)))
        yield
    return PixelBuffer(width, height, "gray-u8", b"".join(pieces))


def _grays(image: Any) -> bytes:
    ground = QtGui.QImage(image.size(), QtGui.QImage.Format.Format_RGB32)
    ground.fill(Qt.GlobalColor.black)
    painter = QtGui.QPainter(ground)
    painter.drawImage(0, 0, image)
    painter.end()
    gray = ground.convertToFormat(QtGui.QImage.Format.Format_Grayscale8)
    data, stride = image_bytes(gray), gray.bytesPerLine()  # Qt fills each row up to a multiple of four bytes.
    return b"".join(data[row * stride : row * stride + gray.width()] for row in range(gray.height()))


def swapped(data: bytes, width: int, height: int) -> bytes:
    """Pixels of 8-bit R, G, B, A as B, G, R, A, or the other way round."""
    return image_bytes(QtGui.QImage(data, width, height, 4 * width, QtGui.QImage.Format.Format_RGBA8888).rgbSwapped())


def image_bytes(image: Any) -> bytes:
    """The bytes of a QImage, with those that fill up its rows."""
    bits = image.constBits()
    bits.setsize(image.bytesPerLine() * image.height())
    return bytes(bits)


@contextmanager
def _hidden_document(width: int, height: int, space: Space) -> Iterator[Any]:
    document = Krita.instance().createDocument(width, height, "Neural Style", *space, 72.0)
    document.setBatchmode(True)
    try:
        yield document
    finally:
        document.setModified(False)
        document.close()


def _canonical(space: Space) -> Space:
    return space._replace(profile=SRGB_PROFILE) if space.profile in SRGB_SYNONYMS else space
