"""The sources of a style's picture: a layer, another document, a file.

Each source can be shown, read and found again.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Optional, Union

from nst_core.bridge.language import tr
from nst_core.bridge.local_files import require_regular_file
from nst_core.bridge.presets import FileStyle
from nst_core.bridge.record import Reference
from nst_core.job.errors import HostError
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Style
from nst_core.job.sizes import Size
from nst_core.studio.bundled import style_name
from nst_core.studio.costs import ASSUMED_STYLE

from .document import WHOLE, Document, Rect
from .picture_file import read_file, unreadable
from .qt import QtCore, QtGui
from .regions import Region
from .steps import Steps, in_thread
from .widgets import THUMBNAIL

#: Formats that Qt reads as well as Krita.
READ_BY_QT = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp")


class LayerSource:
    """A layer of an open document, or the whole document if ``layer_id`` is ``document.WHOLE``."""

    def __init__(self, document: Document, layer_id: str) -> None:
        self.document = document
        self.layer_id = layer_id
        self.name = self._current_name()

    def thumbnail(self, side: int) -> Steps[Any]:
        """Return a QImage of at most ``side`` pixels. Raises HostError if the layer is deleted."""
        yield
        return self.document.thumbnail(self.layer_id, side)

    def size(self) -> Size:
        """Return width and height in pixels. Raises HostError if the layer is empty or deleted."""
        _, _, width, height = self.document.extent(self.layer_id)
        return width, height

    def read(self) -> Steps[PixelBuffer]:
        """Read the layer's picture in its own extent. Raises HostError if the layer is empty or deleted."""
        self.name = self._current_name()
        return (yield from self.document.read(self.layer_id, self.document.extent(self.layer_id)))

    def reference(self, home: Document) -> Reference:
        """Return the reference of this layer for a record of the document ``home``."""
        if self.document == home:
            return Reference("layer", self.name, self.layer_id)
        return Reference("document", self.name, self.layer_id, self.document.path)

    def _current_name(self) -> str:
        if not self.document.is_open:
            problem = tr("The document of the style {name} was closed.").format(name=self.name)
            raise HostError(problem, tr("Open it again, or remove the style."))
        if self.layer_id == WHOLE:
            return Path(self.document.name).stem
        layer = self.document.layer(self.layer_id)
        if layer is None:
            raise HostError(tr("The layer of a style was deleted."), tr("Remove the style from the list."))
        return layer.name


class FileSource:
    """An image file in any format that Krita opens. A thread reads it first, because its disk may be slow."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.name = style_name(Path(path))

    def thumbnail(self, side: int) -> Steps[Any]:
        """Return a QImage of at most ``side`` pixels. It is empty if Qt can't read it. Raises UnreadableImage."""
        return (yield from in_thread(lambda: _file_thumbnail(self.path, side)))

    def require(self) -> Steps[None]:
        """Raise UnreadableImage if the file is certainly no picture, so that the user knows it before the painting.

        This finds text files, and damaged files of the formats that Qt reads. Krita reads the other formats when it
        paints, because opening a file takes long, and damaged files have made Krita crash.
        """
        yield from in_thread(lambda: _require_picture(self.path))

    def size(self) -> Size:
        """Return an assumed size, because nothing reads the file before the painting."""
        return ASSUMED_STYLE

    def read(self) -> Steps[PixelBuffer]:
        """Read the picture. Raises UnreadableImage."""
        return (yield from read_file(self.path))

    def reference(self, home: Document) -> Reference:
        """Return the reference of this file for a record."""
        return Reference("file", self.name, path=self.path)


Source = Union[LayerSource, FileSource]


class Choice(NamedTuple):
    """A style that the user chose: its source, its share in the mixture, and its region (None: everywhere)."""

    source: Source
    weight: float = 1.0
    region: Optional[Region] = None

    @property
    def file_style(self) -> FileStyle:
        """The style in the form of a preset. A layer has no path."""
        return FileStyle(self.source.path if isinstance(self.source, FileSource) else "", self.weight)

    def style(self, rect: Rect) -> Steps[Style]:
        """Read the style's pixels for a job that paints ``rect``."""
        picture = yield from self.source.read()
        region = None if self.region is None else (yield from self.region.coverage(rect))
        return Style(picture, self.weight, self.source.name, region)


def _require_picture(path: str) -> None:
    if not _file_thumbnail(path, THUMBNAIL).isNull():
        return
    kind = QtCore.QMimeDatabase().mimeTypeForFile(path).name()
    if Path(path).suffix.lower() in READ_BY_QT or kind.startswith("text/"):
        raise unreadable(path)


def _file_thumbnail(path: str, side: int) -> Any:
    return _thumbnail_as_of(path, side, require_regular_file(path).stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _thumbnail_as_of(path: str, side: int, changed: int) -> Any:
    """Return the picture of a file with this time of change. It is kept, because Qt needs long for a large file."""
    reader = QtGui.QImageReader(path)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(side, side, QtCore.Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
