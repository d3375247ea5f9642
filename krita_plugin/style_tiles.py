"""The styles in a group of the gallery as tiles: each has a picture and a title."""

from __future__ import annotations

import math
from typing import Any, Callable

from nst_core.bridge.language import tr
from nst_core.studio.gallery import StyleEntry, StyleGroup

from .large_tooltip import TooltipPlace, show_large
from .qt import Qt, QtCore, QtGui, QtWidgets, Signal
from .steps import Pump
from .styles import FileSource
from .widgets import framed

#: Side in pixels of a style's picture.
TILE_SIDE = 96


class TileList(QtWidgets.QListWidget):
    """The tiles of a group in rows, all of them visible. ``favorite_wanted`` reports a style to mark or unmark."""

    chosen = Signal(str)
    favorite_wanted = Signal(str)
    current_moved = Signal()

    def __init__(self, group: StyleGroup, guard: Callable[[Callable[[], None]], bool]) -> None:
        super().__init__()
        self._pump = Pump(guard)
        self.tiles = [StyleTile(entry) for entry in group.entries]
        self.setViewMode(QtWidgets.QListView.ViewMode.IconMode)
        self.setMovement(QtWidgets.QListView.Movement.Static)
        self.setResizeMode(QtWidgets.QListView.ResizeMode.Adjust)
        self.setIconSize(QtCore.QSize(TILE_SIDE, TILE_SIDE))
        self.setGridSize(QtCore.QSize(TILE_SIDE + 14, TILE_SIDE + 2 * self.fontMetrics().lineSpacing() + 12))
        self.setWordWrap(True)
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(group.label)
        for tile in self.tiles:
            self.addItem(tile)
        self.setVisible(bool(self.tiles))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.currentItemChanged.connect(lambda new, old: self.current_moved.emit())
        for signal in (self.itemClicked, self.itemActivated):
            signal.connect(lambda tile: self.chosen.emit(str(tile.path)))

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Set the height to that of all rows at the new width."""
        super().resizeEvent(event)
        if self.tiles and event.size().width() != event.oldSize().width():
            self.doItemsLayout()
            self.setFixedHeight(self.visualItemRect(self.tiles[-1]).top() + self.gridSize().height())

    def focusInEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Mark the tile that the keyboard has reached."""
        super().focusInEvent(event)
        self.setCurrentItem(self.currentItem() or self.item(0))

    def focusOutEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Remove the mark when the keyboard leaves."""
        super().focusOutEvent(event)
        self.clearSelection()

    def viewportEvent(self, event: Any) -> bool:  # noqa: N802 (Qt's name)
        """Show a style large when the pointer rests on it."""
        if event.type() != QtCore.QEvent.Type.ToolTip:
            return bool(super().viewportEvent(event))
        tile = self.itemAt(event.pos())
        if tile is not None:
            place = TooltipPlace(event.globalPos(), self.viewport(), self.visualItemRect(tile))
            large = show_large(FileSource(str(tile.path)), place, tile.entry.title, tile.entry.detail)
            self._pump.run(large, lambda nothing: None)
        return True

    def menu_of(self, tile: StyleTile) -> Any:
        """Return the menu for a right click on ``tile``."""
        menu = QtWidgets.QMenu(self)
        favorite = menu.addAction(tr("Favorite"))
        favorite.setCheckable(True)
        favorite.setChecked(tile.is_favorite)
        favorite.triggered.connect(lambda checked=False: self.favorite_wanted.emit(str(tile.path)))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _show_menu(self, place: Any) -> None:
        tile = self.itemAt(place)
        if tile is not None:
            self.menu_of(tile).popup(self.viewport().mapToGlobal(place))


class StyleTile(QtWidgets.QListWidgetItem):
    """A tile with the style's title, its picture after that is read, and a star if it is a favorite."""

    def __init__(self, entry: StyleEntry) -> None:
        super().__init__(entry.title)
        self.entry, self.path, self.is_favorite = entry, entry.path, entry.is_favorite
        self._image = QtGui.QImage()
        self.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(filter(None, (entry.title, entry.detail))))
        self._draw()

    def show_image(self, image: Any) -> None:
        """Show the style's picture, a QImage."""
        self._image = image
        self._draw()

    def set_favorite(self, is_favorite: bool) -> None:
        """Show or remove the star."""
        self.is_favorite = is_favorite
        self._draw()

    def _draw(self) -> None:
        pixmap = framed(self._image, TILE_SIDE)
        if self.is_favorite:
            painter = QtGui.QPainter(pixmap)
            painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
            painter.setBrush(QtGui.QColor(255, 200, 40))
            painter.setPen(QtGui.QColor(60, 40, 0))
            painter.drawPolygon(_star(TILE_SIDE - 13, 13, 11))
            painter.end()
        icon = QtGui.QIcon(pixmap)
        icon.addPixmap(pixmap, QtGui.QIcon.Mode.Selected)  # Otherwise Qt would color the picture.
        self.setIcon(icon)


def _star(x: float, y: float, radius: float) -> Any:
    """Return the polygon of a star with five points around (x, y)."""
    points = []
    for corner in range(10):
        length, angle = radius * (1 if corner % 2 == 0 else 0.45), math.pi * (corner / 5 - 0.5)
        points.append(QtCore.QPointF(x + length * math.cos(angle), y + length * math.sin(angle)))
    return QtGui.QPolygonF(points)
