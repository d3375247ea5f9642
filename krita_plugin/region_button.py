"""The button that sets the region of a style, or of *Keep content*."""

from __future__ import annotations

from typing import Any, Callable, List, Optional

from krita import Krita

from nst_core.bridge.language import tr
from nst_core.bridge.record import Reference
from nst_core.job.errors import HostError

from .document import Document
from .qt import Qt, QtGui, QtWidgets, Signal
from .regions import Region
from .widgets import GAPS, THUMBNAIL, flatten, framed, hint, menu_text, show_icon

#: Krita's icon for a button without a region.
EVERYWHERE = "selectionMask"


class RegionButton(QtWidgets.QToolButton):
    """Shows the region's picture. Its menu offers the selection, the masks and the layers of a document.

    ``home`` returns that document when the menu opens. ``layers`` is the menu's title above the layers.
    """

    changed = Signal()

    def __init__(self, home: Callable[[], Optional[Document]], name: str, tooltip: str, layers: str) -> None:
        super().__init__()
        self.region: Optional[Region] = None
        self._home, self._tooltip, self._layers = home, tooltip, layers
        flatten(self, EVERYWHERE, name, tooltip)
        self.setStyleSheet("QToolButton::menu-indicator { image: none; }")  # The arrow would hide a small picture.
        self.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QtWidgets.QMenu(self)
        self._menu.aboutToShow.connect(self.fill)
        self.setMenu(self._menu)

    def choose(self, region: Optional[Region]) -> None:
        """Use a region, or the whole canvas if ``region`` is None."""
        self.region = region
        self.setIcon(Krita.instance().icon(EVERYWHERE) if region is None else _icon(region))
        hint(self, self._tooltip, "" if region is None else region.name)
        self.changed.emit()

    def fill(self) -> None:
        """List the regions of the document in the menu."""
        self._menu.clear()
        self._add(tr("Everywhere"), None)
        home = self._home()
        if home is None or not home.is_open:
            return
        self._add(tr("The selection"), Region(home, Reference("selection")))
        masks = [Region(home, Reference("mask", mask.name, mask.id)) for mask in home.masks()]
        layers = [Region(home, Reference("layer", layer.name, layer.id)) for layer in home.layers()]
        self._add_section(tr("Masks"), masks)
        self._add_section(self._layers, layers)

    def _add_section(self, title: str, regions: List[Region]) -> None:
        if regions:
            self._menu.addSection(title)
        for region in regions:
            show_icon(self._add(region.name, region), _icon(region))

    def _add(self, text: str, region: Optional[Region]) -> Any:
        action = self._menu.addAction(menu_text(text))
        action.triggered.connect(lambda checked=False: self.choose(region))
        return action


class RegionBox(RegionButton):
    """The button with the region's name, in a row of its own."""

    def __init__(self, home: Callable[[], Optional[Document]], name: str, tooltip: str, layers: str) -> None:
        super().__init__(home, name, tooltip, layers)
        self.setAutoRaise(False)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Fixed)
        self.changed.connect(self._show_name)
        self._show_name()

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Show as much of the name as the width allows."""
        super().resizeEvent(event)
        self._show_name()

    def _show_name(self) -> None:
        name = tr("Everywhere") if self.region is None else self.region.name
        room = self.width() - self.iconSize().width() - 2 * GAPS
        self.setText(menu_text(self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, room)))


def _icon(region: Region) -> Any:
    if region.reference.kind != "layer":
        names = {"selection": "tool_rect_selection", "mask": "transparencyMask"}
        return Krita.instance().icon(names[region.reference.kind])
    try:
        picture = region.document.thumbnail(region.reference.layer, THUMBNAIL)
    except HostError:  # The layer is deleted. The error appears when a job needs the layer.
        return Krita.instance().icon(EVERYWHERE)
    return QtGui.QIcon(framed(picture, THUMBNAIL))
