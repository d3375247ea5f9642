"""Color conversion by Krita's own color management, in hidden documents of our own.

Between any two color spaces Krita converts as it does for the artist's eye. A hidden document is in the one space and
its layer in the other: the layer gets the pixels, Krita renders the picture, and the picture is read. That adds nothing
to an undo history, so memory does not grow; and the user's documents are never asked to.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import Any, Iterator, List, NamedTuple, Optional, Tuple

from krita import Krita

from nst_core.bridge.language import tr
from nst_core.job.errors import HostError
from nst_core.job.pixels import Bytes, PixelBuffer

from .qt import Qt, QtGui
from .steps import Steps

#: Pixels converted between two turns of the event loop: about 2 ms where nothing else wants the processor.
PIXELS_A_STEP = 1 << 14
#: Width of the hidden documents. Its place is nothing to a pixel's color, so pictures of any size fit into them.
WIDTH = 256


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
#: The same colors in linear light.
LINEAR = Space("RGBA", "F32", "sRGB-elle-V2-g10.icc")
#: Models whose conversion can't be taken back: of CMYK many values are one color, and the profiles of YCbCr that Krita
#: has are tables that go one way or the other, not back and forth.
ONE_WAY = ("CMYKA", "YCbCrA")


def space_of(owner: Any) -> Space:
    """The color space of Krita's document or node."""
    return Space(owner.colorModel(), owner.colorDepth(), owner.colorProfile())


def require_space(owner: Any, space: Space) -> None:
    """Raise HostError if Krita's document or node is not in ``space`` any more, for which pixels are laid out."""
    if space_of(owner) != space:
        raise HostError(tr("The document's color space was changed meanwhile."), tr("Start again."))


def engine_format(source: Space) -> str:
    """The pixel format in which the engine gets pixels of ``source``."""
    return "rgba-u8" if _canonical(source) == SRGB_U8 else "rgba-f32"


def for_engine(data: bytes, width: int, height: int, source: Space) -> Steps[Bytes]:
    """``width * height`` pixels of ``source`` in the format :func:`engine_format`."""
    if engine_format(source) == "rgba-u8":  # Nothing to convert: the channels are put in order, which Qt does at once.
        return swapped(data, width, height)
    return (yield from converted(data, source, ENGINE))


def from_engine(picture: PixelBuffer, target: Space) -> Steps[Bytes]:
    """The engine's picture, in a format that :func:`engine_format` gave, as pixels of ``target``."""
    if picture.format != "rgba-u8":
        return (yield from converted(picture.data, ENGINE, target))
    view, width, result = memoryview(picture.data), picture.width, bytearray()
    rows = max(1, 16 * PIXELS_A_STEP // width)
    for top in range(0, picture.height, rows):
        band = bytes(view[4 * width * top : 4 * width * (top + rows)])
        result += swapped(band, width, len(band) // (4 * width))
        yield
    return (yield from converted(result, SRGB_U8, target))


def converted(data: Bytes, source: Space, target: Space) -> Steps[Bytes]:
    """Pixels of ``source`` as pixels of ``target``. Raises HostError if Krita refuses one of them."""
    source, target = _canonical(source), _canonical(target)
    if source == target:
        return data
    if source.depth == target.depth == "F32" and LINEAR not in (source, target):
        # From floats to floats Krita 5.2 takes a coarse table, but from and to linear light the exact way.
        data, source = (yield from converted(data, source, LINEAR)), LINEAR
    document, view, result = _hidden_document(target, source), memoryview(data), bytearray()
    yield
    size = PIXELS_A_STEP * source.pixel_bytes
    for start in range(0, len(view), size):
        result += _converted_band(document, bytes(view[start : start + size]), source, target)
        yield
    return result


def _converted_band(document: Any, band: bytes, source: Space, target: Space) -> bytes:
    row = WIDTH * source.pixel_bytes
    rows = -(-len(band) // row)
    _layer(document).setPixelData(band.ljust(rows * row, b"\0"), 0, 0, WIDTH, rows)
    document.refreshProjection()
    return bytes(document.pixelData(0, 0, WIDTH, rows))[: len(band) // source.pixel_bytes * target.pixel_bytes]


def _layer(document: Any) -> Any:
    return document.rootNode().childNodes()[0]


class Originals:
    """The rows of a picture whose colors can't be converted back: what each was, and a digest of what the engine got.

    A row that comes back as it went has its own numbers again.
    """

    def __init__(self) -> None:
        self._space: Optional[Space] = None
        self._rows: List[Tuple[memoryview, bytes]] = []

    def keep(self, space: Space, own: bytes, sent: Bytes, rows: int) -> None:
        """Remember the next ``rows`` rows, if it is of use."""
        if space.model in ONE_WAY:
            self._space = space
            self._rows.extend(zip(_split(own, rows), _digests(sent, rows)))

    def restore(self, picture: PixelBuffer, target: Space, converted_data: Bytes) -> Steps[Bytes]:
        """The engine's ``picture``, which was converted to ``target``, with the own numbers of what did not change."""
        if self._space != target:
            return converted_data
        result, rows, a_step = bytearray(), picture.height, max(1, 4 * PIXELS_A_STEP // picture.width)
        pairs = zip(self._rows, _split(converted_data, rows), _digests(picture.data, rows))
        for row, ((mine, kept), new, digest) in enumerate(pairs):
            result += mine if digest == kept else new
            if row % a_step == 0:
                yield
        return result


def _split(data: Bytes, rows: int) -> Iterator[memoryview]:
    view = memoryview(data)
    stride = len(view) // rows
    return (view[start : start + stride] for start in range(0, len(view), stride))


def _digests(data: Bytes, rows: int) -> Iterator[bytes]:
    return (blake2b(row, digest_size=16).digest() for row in _split(data, rows))


def alpha(picture: PixelBuffer) -> Steps[PixelBuffer]:
    """The alpha of a picture for the engine, as a mask."""
    is_bytes = picture.format == "rgba-u8"
    values, size, found = memoryview(picture.data).cast("B" if is_bytes else "f"), 64 * PIXELS_A_STEP, bytearray()
    for start in range(0, len(values), size):
        found += values[start : start + size][3::4].tobytes()
        yield
    return PixelBuffer(picture.width, picture.height, "gray-u8" if is_bytes else "gray-f32", found)


def brightness(picture: PixelBuffer) -> Steps[PixelBuffer]:
    """How bright a picture for the engine is to the eye, as a mask; transparency counts as black."""
    width, height, data, layout = picture.width, picture.height, picture.data, QtGui.QImage.Format.Format_RGBA8888
    if picture.format != "rgba-u8":
        data = yield from converted(data, ENGINE, SRGB_U8)
        layout = QtGui.QImage.Format.Format_ARGB32
    view, rows, gray = memoryview(data), max(1, 4 * PIXELS_A_STEP // width), bytearray()
    for top in range(0, height, rows):
        band = bytes(view[4 * width * top : 4 * width * (top + rows)])
        gray += _grays(QtGui.QImage(band, width, len(band) // (4 * width), 4 * width, layout))
        yield
    return PixelBuffer(width, height, "gray-u8", gray)


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


@lru_cache(maxsize=8)
def _hidden_document(picture: Space, layer: Space) -> Any:
    """A document in one space whose layer is in another; kept for the next picture. HostError if Krita refuses one."""
    document = blank_document().clone()
    document.setBatchmode(True)
    document.setColorSpace(*picture)
    _layer(document).setColorSpace(*layer)
    document.waitForDone()
    document.setModified(False)
    # A space that Krita does not know it replaces by another, and calls that a success: colors would be wrong, and of
    # another depth it would read beyond the end of the pixels.
    for owner, space in ((document, picture), (_layer(document), layer)):
        if _canonical(space_of(owner)) != space:
            problem = tr("Krita can't convert colors with the profile {name}.").format(name=space.profile)
            raise HostError(problem, tr("Convert the image to another color space, then start again."))
    return document


@lru_cache(maxsize=None)
def blank_document() -> Any:
    """What hidden documents are copied from; made once, best before it is needed.

    To make a document and to close it takes Krita about 100 ms and some writing to its database, to copy one 2 ms. And
    a copy is not among the documents that Krita or another plug-in lists.
    """
    original = Krita.instance().createDocument(WIDTH, PIXELS_A_STEP // WIDTH, "Neural Style", *SRGB_U8, 72.0)
    original.setBatchmode(True)
    blank = original.clone()
    original.setModified(False)
    original.close()
    return blank


def _canonical(space: Space) -> Space:
    return space._replace(profile=SRGB_PROFILE) if space.profile in SRGB_SYNONYMS else space
