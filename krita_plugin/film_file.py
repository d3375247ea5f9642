"""A document with one animated layer, written as a file that Krita opens.

If a plug-in writes the frames of a layer, Krita adds an undo step for each frame. But Krita can copy an animated layer
from another document in one step. So the painted frames first become such a document: a file of Krita's format. It
stores the pixels in tiles, as Krita does in memory.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any, List, NamedTuple, Optional, Sequence

from nst_core.job.pixels import PixelBuffer

from .document import Rect
from .qt import QtGui

#: Side in pixels of Krita's tiles.
_TILE = 64
_PIXEL_BYTES = 4
_LAYERS = "film/layers/"
_KEYS = "layer.keyframes.xml"

_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE DOC PUBLIC '-//KDE//DTD krita 2.0//EN' 'http://www.calligra.org/DTD/krita-2.0.dtd'>
<DOC xmlns="http://www.calligra.org/DTD/krita" kritaVersion="5.1.0" syntaxVersion="2.0" editor="Krita">
 <IMAGE mime="application/x-kra" name="film" width="{width}" height="{height}" x-res="72" y-res="72"
  colorspacename="RGBA" profile="sRGB-elle-V2-srgbtrc.icc" description="">
  <layers>
   <layer nodetype="paintlayer" name="film" filename="{file}" keyframes="{keys}" colorspacename="RGBA"
    compositeop="normal" opacity="255" visible="1" locked="0" collapsed="0" x="0" y="0" intimeline="1" onionskin="0"
    colorlabel="0" channelflags="" channellockflags="" uuid="{{c81f3444-15e3-41a2-9ddb-eecea4f1302e}}"/>
  </layers>
 </IMAGE>
</DOC>
"""
_KEYFRAMES = """<?xml version="1.0" encoding="UTF-8"?>
<keyframes xmlns="http://www.calligra.org/DTD/krita-keyframes"><channel name="content">{keys}</channel></keyframes>
"""
_KEYFRAME = """<keyframe frame="{file}" time="{time}" color-label="0"><offset type="point" x="0" y="0"/></keyframe>"""
_TILES = "VERSION 2\nTILEWIDTH {side}\nTILEHEIGHT {side}\nPIXELSIZE {size}\nDATA {count}\n"


class Key(NamedTuple):
    """A frame of the layer: from ``time`` on, the layer shows the picture in ``file``, or nothing."""

    time: int
    file: Optional[Path]


def write_film(path: Path, rect: Rect, keys: Sequence[Key], selection: Optional[PixelBuffer]) -> None:
    """Write the layer with ``keys``, whose pictures are as large as ``rect``. Raises OSError.

    ``selection`` is the visible part of the pictures; None means the whole pictures. The first key must be at time 0.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as film:
        film.writestr(zipfile.ZipInfo("mimetype"), "application/x-krita")
        names = [f"layer.f{number}" for number in range(len(keys))]
        size = {"width": rect.x + rect.width, "height": rect.y + rect.height}
        film.writestr("maindoc.xml", _DOCUMENT.format(file=names[0], keys=_KEYS, **size))
        found = (_KEYFRAME.format(file=name, time=key.time) for name, key in zip(names, keys))
        film.writestr(_LAYERS + _KEYS, _KEYFRAMES.format(keys="".join(found)))
        for name, key in zip(names, keys):
            film.writestr(_LAYERS + name, _tiles([] if key.file is None else _cut(key.file, rect, selection)))
            film.writestr(f"{_LAYERS}{name}.defaultpixel", bytes(_PIXEL_BYTES))


def _tiles(tiles: List[bytes]) -> bytes:
    """Return a layer's data. Each of ``tiles`` begins with its position."""
    head = _TILES.format(side=_TILE, size=_PIXEL_BYTES, count=len(tiles))
    return head.encode("ascii") + b"".join(tiles)


def _cut(file: Path, rect: Rect, selection: Optional[PixelBuffer]) -> List[bytes]:
    """Cut a picture at ``rect`` into tiles."""
    left, top = rect.x // _TILE * _TILE, rect.y // _TILE * _TILE
    right, bottom = rect.x + rect.width, rect.y + rect.height
    across, down = -(-(right - left) // _TILE), -(-(bottom - top) // _TILE)
    stride = across * _TILE * _PIXEL_BYTES
    rows = _rows(_selected(_picture(file), selection), rect, (rect.x - left) * _PIXEL_BYTES, stride)
    blank = bytes(stride)
    rows = [blank] * (rect.y - top) + rows
    rows += [blank] * (down * _TILE - len(rows))
    found = []
    for row in range(down):
        band = rows[row * _TILE : (row + 1) * _TILE]
        for column in range(across):
            start = column * _TILE * _PIXEL_BYTES
            pixels = b"".join(line[start : start + _TILE * _PIXEL_BYTES] for line in band)
            if any(pixels):
                found.append(_tile(left + column * _TILE, top + row * _TILE, pixels))
    return found


def _tile(x: int, y: int, pixels: bytes) -> bytes:
    return f"{x},{y},LZF,{len(pixels) + 1}\n".encode("ascii") + b"\0" + pixels  # 0: not compressed


def _rows(data: bytes, rect: Rect, before: int, stride: int) -> List[bytes]:
    """Return the rows of a picture. Each row gets ``before`` zero bytes in front, and is padded to ``stride`` bytes."""
    length = rect.width * _PIXEL_BYTES
    return [
        (bytes(before) + data[start : start + length]).ljust(stride, b"\0") for start in range(0, len(data), length)
    ]


def _picture(file: Path) -> Any:
    image = QtGui.QImage(str(file))
    if image.isNull():
        raise OSError(None, None, str(file))
    return image.convertToFormat(QtGui.QImage.Format.Format_ARGB32)


def _selected(image: Any, selection: Optional[PixelBuffer]) -> bytes:
    """Return the bytes B, G, R, A of ``image`` within the selection."""
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    data = bytearray(bytes(bits))
    if selection is not None:
        alpha, mask = data[3::4], bytes(selection.data)
        data[3::4] = mask if alpha.count(255) == len(alpha) else bytes(a * m // 255 for a, m in zip(alpha, mask))
    return bytes(data)
