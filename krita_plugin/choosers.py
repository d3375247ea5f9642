"""Choosing layers: the box of content layers, and the menu from which styles are added."""

from __future__ import annotations

from typing import Any, Callable, Optional

from nst_core.bridge.language import tr
from nst_core.job.errors import HostError

from .document import WHOLE, Document, documents
from .qt import QtCore, QtGui
from .widgets import THUMBNAIL, ElidedBox, framed, menu_text

#: The box's entry for the layer that is active at the moment.
ACTIVE = "active"


class ContentBox(ElidedBox):
    """The content: the active layer, a certain layer, or the whole picture.

    Pictures of all layers are made when the list opens, because they take long in a large document.
    """

    def __init__(self) -> None:
        super().__init__()
        self._document: Optional[Document] = None
        self._active_id: Optional[str] = None
        self.setIconSize(QtCore.QSize(THUMBNAIL, THUMBNAIL))
        self.activated.connect(lambda index: self._show_current_picture())

    def show_document(self, document: Optional[Document], with_pictures: bool = False) -> None:
        """List the layers of ``document``, keeping the choice if it is still there."""
        chosen = self.currentData() if document == self._document else ACTIVE
        self._document = document if document is not None and document.is_open else None
        self.blockSignals(True)
        self.clear()
        if self._document is None:
            self._active_id = None
            self.addItem(tr("No document is open"), ACTIVE)
        else:
            self._list(self._document, with_pictures)
        self.setCurrentIndex(max(0, self.findData(chosen)))
        self._show_current_picture()
        self.blockSignals(False)
        self.setEnabled(self._document is not None)

    def follow(self) -> bool:
        """Show the active layer, if it is another one than before; returns whether it is."""
        active = None if self._document is None or not self._document.is_open else self._document.active_layer()
        has_moved = (None if active is None else active.id) != self._active_id
        if has_moved:
            self.show_document(self._document)
        return has_moved

    def choose(self, layer_id: str) -> None:
        """Choose a layer of the document, or the whole picture, as content."""
        self.show_document(self._document)
        self.setCurrentIndex(self.findData(layer_id))
        self._show_current_picture()

    def content_id(self) -> str:
        """The chosen layer's identification. Raises HostError if there is none."""
        if self.currentData() != ACTIVE:
            return str(self.currentData())
        active = None if self._document is None else self._document.active_layer()
        if active is None:
            raise HostError(tr("No layer is active."), tr("Click on a layer, or choose one as content."))
        return active.id

    def showPopup(self) -> None:  # noqa: N802 (Qt's name)
        """Look at the document again before the list opens."""
        self.show_document(self._document, with_pictures=True)
        super().showPopup()

    def _list(self, document: Document, with_pictures: bool) -> None:
        active = document.active_layer()
        self._active_id = None if active is None else active.id
        name = tr("The active layer") if active is None else tr("{name} (active)").format(name=active.name)
        self.addItem(name, ACTIVE)
        self.addItem(tr("The whole picture"), WHOLE)
        for layer in document.layers():
            self.addItem("   " * layer.level + layer.name, layer.id)
        for index in range(self.count() if with_pictures else 0):
            self._show_picture(document, index)

    def _show_current_picture(self) -> None:
        if self._document is not None and self._document.is_open:
            self._show_picture(self._document, self.currentIndex())

    def _show_picture(self, document: Document, index: int) -> None:
        layer_id = self._active_id if self.itemData(index) == ACTIVE else self.itemData(index)
        if layer_id is not None and (layer_id == WHOLE or document.layer(layer_id) is not None):
            self.setItemIcon(index, _icon(document, layer_id))


def fill_style_menu(
    menu: Any,
    home: Optional[Document],
    take: Callable[[Document, str], None],
    open_gallery: Callable[[], None],
    choose_file: Callable[[], None],
) -> None:
    """Offer the gallery, the layers of the document ``home``, those of other open documents, and image files."""
    menu.clear()
    menu.addAction(tr("From the gallery...")).triggered.connect(lambda checked=False: open_gallery())
    if home is not None:
        menu.addSection(tr("Layers of this document"))
        _add_layers(menu, home, take)
    others = [document for document in documents() if document != home]
    if others:
        menu.addSection(tr("Other documents"))
    for document in others:
        submenu = menu.addMenu(_icon(document, WHOLE), menu_text(document.name))
        _add_entry(submenu, document, WHOLE, tr("The whole picture"), take)
        _add_layers(submenu, document, take)
    menu.addSeparator()
    menu.addAction(tr("Image file...")).triggered.connect(lambda checked=False: choose_file())


def _add_layers(menu: Any, document: Document, take: Callable[[Document, str], None]) -> None:
    for layer in document.layers():
        _add_entry(menu, document, layer.id, "   " * layer.level + layer.name, take)


def _add_entry(menu: Any, document: Document, layer_id: str, text: str, take: Callable[[Document, str], None]) -> None:
    action = menu.addAction(_icon(document, layer_id), menu_text(text))
    action.triggered.connect(lambda checked=False: take(document, layer_id))


def _icon(document: Document, layer_id: str) -> Any:
    return QtGui.QIcon(framed(document.thumbnail(layer_id, THUMBNAIL), THUMBNAIL))
