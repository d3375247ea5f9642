"""Where a style's picture comes from: a layer, another document, a file. Each can be shown, read, and found again."""

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
from .steps import Steps, apart
from .widgets import THUMBNAIL

#: Formats that Qt reads as well as Krita.
READ_BY_QT = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp")


class LayerSource:
    """A layer of an open document, or the whole of it (``layer_id`` is ``document.WHOLE``)."""

    def __init__(self, document: Document, layer_id: str) -> None:
        self.document = document
        self.layer_id = layer_id
        self.name = self._current_name()

    def thumbnail(self, side: int) -> Steps[Any]:
        """A QImage within ``side`` pixels. Raises HostError if the layer is gone."""
        yield
        return self.document.thumbnail(self.layer_id, side)

    def size(self) -> Size:
        """Width and height in pixels. Raises HostError if the layer is gone or empty."""
        _, _, width, height = self.document.extent(self.layer_id)
        return width, height

    def read(self) -> Steps[PixelBuffer]:
        """The picture in its own extent. Raises HostError if the layer is gone or empty."""
        self.name = self._current_name()
        return (yield from self.document.read(self.layer_id, self.document.extent(self.layer_id)))

    def reference(self, home: Document) -> Reference:
        """How to find it again from the document ``home``."""
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
    """An image file in any format that Krita opens. A thread touches it first, because its disk may be slow."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.name = style_name(Path(path))

    def thumbnail(self, side: int) -> Steps[Any]:
        """A QImage within ``side`` pixels; a null one for formats that only Krita reads. Raises UnreadableImage."""
        return (yield from apart(lambda: _file_thumbnail(self.path, side)))

    def require(self) -> Steps[None]:
        """Raise UnreadableImage if the file is certainly no picture, so that the user knows before painting.

        This finds text files, and damaged files of the formats that Qt reads completely. Krita reads the other formats
        when it paints: opening a file only to check it takes long, and damaged files have made Krita crash.
        """
        yield from apart(lambda: _require_picture(self.path))

    def size(self) -> Size:
        """An assumption: nothing reads the file before the picture is painted."""
        return ASSUMED_STYLE

    def read(self) -> Steps[PixelBuffer]:
        """The picture. Raises UnreadableImage."""
        return (yield from read_file(self.path))

    def reference(self, home: Document) -> Reference:
        """How to find it again."""
        return Reference("file", self.name, path=self.path)


Source = Union[LayerSource, FileSource]


class Choice(NamedTuple):
    """A style that the user chose: its source, its share in the mixture, and where it paints (None: everywhere)."""

    source: Source
    weight: float = 1.0
    region: Optional[Region] = None

    @property
    def file_style(self) -> FileStyle:
        """The style in the form of a preset; a layer has no path."""
        return FileStyle(self.source.path if isinstance(self.source, FileSource) else "", self.weight)

    def style(self, rect: Rect) -> Steps[Style]:
        """The style with its pixels, for a job that paints ``rect``."""
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
    """The picture of a file that was ``changed`` then. It is kept, because Qt needs long for a large one."""
    reader = QtGui.QImageReader(path)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(side, side, QtCore.Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
