"""Two ways to choose a layer: the box for the content, and the menu that adds styles."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Optional, Sequence

from nst_core.bridge.language import tr
from nst_core.job.errors import HostError

from .document import WHOLE, Document, documents
from .layer_tree import Layer
from .qt import QtCore, QtGui
from .widgets import THUMBNAIL, ElidedBox, enlarge_icons, framed, menu_text, show_icon

#: The box's entry for the layer that is active at the moment.
ACTIVE = "active"
#: If a menu has more layers than this, it gets submenus.
LONGEST = 12

#: A function that takes the document and the identification of the layer that the user chose.
Take = Callable[[Document, str], None]


class ContentBox(ElidedBox):
    """A box for the content: the active layer, a certain layer, or the whole picture.

    The box draws the pictures of the layers when its list opens, because this takes long in a large document.
    """

    def __init__(self) -> None:
        super().__init__()
        self._document: Optional[Document] = None
        self._active_id: Optional[str] = None
        self.setIconSize(QtCore.QSize(THUMBNAIL, THUMBNAIL))
        self.activated.connect(lambda index: self._show_current_picture())

    def show_document(self, document: Optional[Document], with_pictures: bool = False) -> None:
        """List the layers of ``document``. The chosen layer stays chosen if it still exists."""
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
        """Show the active layer. Return True if the user has made another layer active."""
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
        """Return the identification of the chosen layer. Raises HostError if there is none."""
        if self.currentData() != ACTIVE:
            return str(self.currentData())
        active = None if self._document is None else self._document.active_layer()
        if active is None:
            raise HostError(tr("No layer is active."), tr("Click on a layer, or choose one as content."))
        return active.id

    def showPopup(self) -> None:  # noqa: N802 (Qt's name)
        """Update the list before it opens."""
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
    take: Take,
    open_gallery: Callable[[], None],
    choose_file: Callable[[], None],
) -> None:
    """List in ``menu`` the gallery, the layers of ``home``, the layers of other open documents, and image files."""
    menu.clear()
    menu.addAction(tr("From the gallery...")).triggered.connect(lambda checked=False: open_gallery())
    if home is not None:
        menu.addSection(tr("Layers of this document"))
        _add_layers(menu, home, take)
    others = [document for document in documents() if document != home]
    if others:
        menu.addSection(tr("Other documents"))
    for document in others:
        whole = partial(_add_entry, document=document, layer_id=WHOLE, text=tr("The whole picture"), take=take)
        layers = partial(_add_layers, document=document, take=take)
        _fill_later(_submenu(menu, document.name, _icon(document, WHOLE)), [whole, layers])
    menu.addSeparator()
    menu.addAction(tr("Image file...")).triggered.connect(lambda checked=False: choose_file())


def _add_layers(menu: Any, document: Document, take: Take) -> None:
    layers = document.layers()
    if len(layers) > LONGEST:
        _add_level(menu, document, layers, take)
    else:
        for layer in layers:
            _add_entry(menu, document, layer.id, "   " * layer.level + layer.name, take)


def _add_level(menu: Any, document: Document, layers: Sequence[Layer], take: Take) -> None:
    """Add the layers of one level. A group gets a submenu, and many layers are divided among several submenus."""
    starts = [index for index, layer in enumerate(layers) if layer.level == layers[0].level]
    branches = [layers[start:end] for start, end in zip(starts, [*starts[1:], len(layers)])]
    for branch in branches[:LONGEST]:
        _add_branch(menu, document, branch, take)
    for start in range(LONGEST, len(branches), LONGEST):
        portion = branches[start : start + LONGEST]
        text = tr("Layers {first} to {last}").format(first=start + 1, last=start + len(portion))
        parts = [partial(_add_branch, document=document, branch=branch, take=take) for branch in portion]
        _fill_later(_submenu(menu, text), parts)


def _add_branch(menu: Any, document: Document, branch: Sequence[Layer], take: Take) -> None:
    layer, inner = branch[0], branch[1:]
    if not inner:
        _add_entry(menu, document, layer.id, layer.name, take)
        return
    whole = partial(_add_entry, document=document, layer_id=layer.id, text=tr("The whole group"), take=take)
    level = partial(_add_level, document=document, layers=inner, take=take)
    _fill_later(_submenu(menu, layer.name, _icon(document, layer.id)), [whole, level])


def _submenu(menu: Any, name: str, icon: Optional[Any] = None) -> Any:
    submenu = menu.addMenu(menu_text(name))
    enlarge_icons(submenu)
    if icon is not None:
        show_icon(submenu.menuAction(), icon)
    return submenu


def _fill_later(menu: Any, parts: Sequence[Callable[[Any], None]]) -> None:
    """Fill ``menu`` when it opens for the first time, because the pictures of many layers take long."""

    def fill() -> None:
        for part in parts if menu.isEmpty() else ():
            part(menu)

    menu.aboutToShow.connect(fill)


def _add_entry(menu: Any, document: Document, layer_id: str, text: str, take: Take) -> None:
    action = menu.addAction(menu_text(text))
    show_icon(action, _icon(document, layer_id))
    action.triggered.connect(lambda checked=False: take(document, layer_id))


def _icon(document: Document, layer_id: str) -> Any:
    return QtGui.QIcon(framed(document.thumbnail(layer_id, THUMBNAIL), THUMBNAIL))
