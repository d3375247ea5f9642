"""Where style pictures come from: a layer, another document, a file. Each can be shown, read, and found again."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Optional, Union

from nst_core.bridge.language import tr
from nst_core.bridge.record import Reference
from nst_core.job.errors import HostError
from nst_core.job.pixels import PixelBuffer

from . import document as documents
from .document import Document
from .look import THUMBNAIL
from .qt import QtCore, QtGui
from .regions import Region
from .steps import Steps

#: Formats that Krita reads no better than Qt does.
READ_BY_QT = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp")


class LayerSource:
    """A layer of an open document, or the whole of it (``layer_id`` is ``document.WHOLE``)."""

    def __init__(self, document: Document, layer_id: str) -> None:
        self.document = document
        self.layer_id = layer_id
        self.name = self._current_name()

    def thumbnail(self, side: int) -> Any:
        """A QImage within ``side`` pixels. Raises HostError if the layer is gone."""
        return self.document.thumbnail(self.layer_id, side)

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
        if self.layer_id == documents.WHOLE:
            return Path(self.document.name).stem
        layer = self.document.layer(self.layer_id)
        if layer is None:
            raise HostError(tr("The layer of a style was deleted."), tr("Remove the style from the list."))
        return layer.name


class FileSource:
    """An image file in any format that Krita opens."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.name = Path(path).stem

    def thumbnail(self, side: int) -> Any:
        """A QImage within ``side`` pixels; a null one for formats that only Krita reads."""
        return _file_thumbnail(self.path, side, QtCore.QFileInfo(self.path).lastModified().toMSecsSinceEpoch())

    def require(self) -> None:
        """Raise UnreadableImage if the file is plainly no picture: the user is to hear of it now, not when painting.

        That is text, and what is damaged in a format of which Qt reads all there is. Of others Krita is asked when it
        paints: to open a file only to look would take long, and a Krita that opened damaged ones was seen to crash.
        """
        if not self.thumbnail(THUMBNAIL).isNull():
            return
        kind = QtCore.QMimeDatabase().mimeTypeForFile(self.path).name()
        if Path(self.path).suffix.lower() in READ_BY_QT or kind.startswith("text/"):
            raise documents.unreadable(self.path)

    def read(self) -> Steps[PixelBuffer]:
        """The picture. Raises UnreadableImage."""
        return (yield from documents.read_file(self.path))

    def reference(self, home: Document) -> Reference:
        """How to find it again."""
        return Reference("file", self.name, path=self.path)


Source = Union[LayerSource, FileSource]


class ChosenStyle(NamedTuple):
    """A style of a job: where its picture comes from, its share in the mixture, and where on the canvas it paints."""

    source: Source
    weight: float = 1.0
    region: Optional[Region] = None


@lru_cache(maxsize=64)
def _file_thumbnail(path: str, side: int, changed: int) -> Any:
    """The file's picture as of its time ``changed``; kept, because Qt takes long over a large one."""
    reader = QtGui.QImageReader(path)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(side, side, QtCore.Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


def found(reference: Reference, home: Document) -> Source:
    """The source that ``reference`` describes. Raises HostError if it can't be found in what is open."""
    if reference.kind == "file":
        return FileSource(reference.path)
    if reference.kind == "layer":
        if reference.layer != documents.WHOLE and home.layer(reference.layer) is None:
            problem = tr("The layer of the style {name} was deleted.").format(name=reference.name)
            raise HostError(problem, tr("Add another style, then press Stylize."))
        return LayerSource(home, reference.layer)
    document = _open_document(reference.path)
    if document is None:
        problem = tr("The document of the style {name} is not open.").format(name=reference.name)
        raise HostError(problem, tr("Open {file} first.").format(file=Path(reference.path).name or reference.name))
    return LayerSource(document, reference.layer)


def _open_document(path: str) -> Optional[Document]:
    return next((document for document in documents.documents() if path and document.path == path), None)
