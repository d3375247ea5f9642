"""The window with the styles that one can see: favorite and recent ones, the bundled paintings, the user's folders."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Callable, Dict, List, Sequence

from nst_core.bridge.language import tr
from nst_core.job.errors import UnreadableImage
from nst_core.studio.gallery import Gallery, Group, StyleEntry

from .file_dialog import folder_dialog
from .large_tooltip import Place, show_large
from .qt import Qt, QtCore, QtGui, QtWidgets, Signal
from .steps import Pump, Steps, apart
from .styles import FileSource
from .widgets import column, flat_button, framed, heading, hint, row, text_label

#: Side in pixels of a style's picture.
SIDE = 96
#: Width and height in pixels of the window at first: four pictures in a row.
SIZE = (476, 560)


class GalleryWindow(QtWidgets.QDialog):
    """``chosen`` reports the file of the style that the user clicks on; then the window closes.

    It leaves Krita usable. ``guard`` calls a function and shows its error.
    """

    chosen = Signal(str)

    def __init__(self, parent: Any, gallery: Gallery, guard: Callable[[Callable[[], None]], bool]) -> None:
        super().__init__(parent)
        self._gallery, self._guard = gallery, guard
        self._pump = Pump(guard)
        self.lists: List[TileList] = []
        self.setWindowTitle(tr("Style Gallery"))
        self.setModal(False)
        self.finished.connect(lambda result: self._pump.drop())
        self.finished.connect(self.deleteLater)
        self.add_folder = QtWidgets.QPushButton(tr("Add folder..."))
        self.add_folder.setAutoDefault(False)
        hint(self.add_folder, tr("Show the pictures of a folder in the gallery, too."))
        self.add_folder.clicked.connect(lambda checked=False: self._ask_folder())
        self.scroll = QtWidgets.QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.scroll.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lay_out()
        self.resize(*SIZE)

    def refresh(self) -> None:
        """List all styles. A thread looks at the disk, because it may be slow, and the pictures come one by one."""
        self._pump.run(self._fill(), lambda nothing: None)

    def toggle_favorite(self, path: Path) -> None:
        """Make a style a favorite, or none if it was one. The group of favorites changes at the next opening."""
        self._guard(lambda: self._mark(path, self._gallery.toggle_favorite(path)))

    def _fill(self) -> Steps[None]:
        groups = yield from apart(self._gallery.groups)
        self._show_groups(groups)
        images: Dict[Path, Any] = {}
        for tile in [tile for listed in self.lists for tile in listed.tiles]:
            if tile.path not in images:
                images[tile.path] = yield from _thumbnail(tile.path)
            tile.show_image(images[tile.path])

    def _show_groups(self, groups: Sequence[Group]) -> None:
        inner = QtWidgets.QWidget()
        layout = column(inner)
        self.lists = [self._add_group(layout, group) for group in groups]
        layout.addStretch(1)
        self.scroll.setWidget(inner)
        self.lists[0].setFocus()

    def _add_group(self, layout: Any, group: Group) -> TileList:
        tiles = TileList(group, self._guard)
        tiles.chosen.connect(self._choose)
        tiles.favorite_wanted.connect(lambda path: self.toggle_favorite(Path(path)))
        tiles.current_moved.connect(lambda: self._reveal(tiles))
        top = QtWidgets.QWidget()
        line = row(top)
        line.addWidget(heading(group.label, tiles), 1)
        if group.folder is not None:
            line.addWidget(self._remove_button(group.folder))
        layout.addWidget(top)
        if group.note:
            layout.addWidget(text_label(group.note))
        layout.addWidget(tiles)
        return tiles

    def _remove_button(self, folder: Path) -> Any:
        text = tr("Remove this folder from the gallery. Its files stay.")
        button = flat_button("edit-delete", text, text)
        button.clicked.connect(lambda checked=False: self._change(lambda: self._gallery.remove_folder(folder)))
        return button

    def _change(self, change: Callable[[], None]) -> None:
        if self._guard(change):
            self.refresh()

    def _ask_folder(self) -> None:
        dialog = folder_dialog(self, tr("Folder of Styles"), [])
        dialog.fileSelected.connect(lambda path: self._change(lambda: self._gallery.add_folder(Path(path))))
        dialog.show()

    def _choose(self, path: str) -> None:
        if self.isVisible():  # Some styles take a click for an activation, too.
            self.accept()
            self.chosen.emit(path)

    def _mark(self, path: Path, is_favorite: bool) -> None:
        for tile in [tile for listed in self.lists for tile in listed.tiles if tile.path == path]:
            tile.set_favorite(is_favorite)

    def _reveal(self, tiles: TileList) -> None:
        """Scroll to the tile that the keyboard has reached."""
        area = tiles.visualItemRect(tiles.currentItem())
        center = tiles.mapTo(self.scroll.widget(), area.center())
        self.scroll.ensureVisible(center.x(), center.y(), area.width() // 2, area.height() // 2)

    def _lay_out(self) -> None:
        layout = column(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.scroll, 1)
        layout.addWidget(text_label(tr("Click on a style to add it, right-click to make it a favorite.")))
        layout.addWidget(self.add_folder, 0, Qt.AlignmentFlag.AlignLeft)


class TileList(QtWidgets.QListWidget):
    """The styles of a group in rows, all of them visible. ``favorite_wanted`` reports a style to mark or unmark."""

    chosen = Signal(str)
    favorite_wanted = Signal(str)
    current_moved = Signal()

    def __init__(self, group: Group, guard: Callable[[Callable[[], None]], bool]) -> None:
        super().__init__()
        self._pump = Pump(guard)
        self.tiles = [Tile(entry) for entry in group.entries]
        self.setViewMode(QtWidgets.QListView.ViewMode.IconMode)
        self.setMovement(QtWidgets.QListView.Movement.Static)
        self.setResizeMode(QtWidgets.QListView.ResizeMode.Adjust)
        self.setIconSize(QtCore.QSize(SIDE, SIDE))
        self.setGridSize(QtCore.QSize(SIDE + 14, SIDE + 2 * self.fontMetrics().lineSpacing() + 12))
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
        """Be as high as all rows of this width."""
        super().resizeEvent(event)
        if self.tiles and event.size().width() != event.oldSize().width():
            self.doItemsLayout()
            self.setFixedHeight(self.visualItemRect(self.tiles[-1]).top() + self.gridSize().height())

    def focusInEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.setCurrentItem(self.currentItem() or self.item(0))

    def focusOutEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """The keyboard is elsewhere."""
        super().focusOutEvent(event)
        self.clearSelection()

    def viewportEvent(self, event: Any) -> bool:  # noqa: N802 (Qt's name)
        """The pointer rests on a style: show it large."""
        if event.type() != QtCore.QEvent.Type.ToolTip:
            return bool(super().viewportEvent(event))
        tile = self.itemAt(event.pos())
        if tile is not None:
            place = Place(event.globalPos(), self.viewport(), self.visualItemRect(tile))
            large = show_large(FileSource(str(tile.path)), place, tile.entry.title, tile.entry.detail)
            self._pump.run(large, lambda nothing: None)
        return True

    def menu_of(self, tile: Tile) -> Any:
        """The menu that a right click on ``tile`` opens."""
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


class Tile(QtWidgets.QListWidgetItem):
    """A style: its picture as soon as that is read, a star if it is a favorite, and its title."""

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
        pixmap = framed(self._image, SIDE)
        if self.is_favorite:
            painter = QtGui.QPainter(pixmap)
            painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
            painter.setBrush(QtGui.QColor(255, 200, 40))
            painter.setPen(QtGui.QColor(60, 40, 0))
            painter.drawPolygon(_star(SIDE - 13, 13, 11))
            painter.end()
        icon = QtGui.QIcon(pixmap)
        icon.addPixmap(pixmap, QtGui.QIcon.Mode.Selected)  # Otherwise Qt colors the picture.
        self.setIcon(icon)


def _thumbnail(path: Path) -> Steps[Any]:
    """The picture of a style; a null one if it can't be read, because the list shows the others all the same."""
    try:
        return (yield from FileSource(str(path)).thumbnail(SIDE))
    except UnreadableImage:
        return QtGui.QImage()


def _star(x: float, y: float, radius: float) -> Any:
    """A star with five points around (x, y)."""
    points = []
    for corner in range(10):
        length, angle = radius * (1 if corner % 2 == 0 else 0.45), math.pi * (corner / 5 - 0.5)
        points.append(QtCore.QPointF(x + length * math.cos(angle), y + length * math.sin(angle)))
    return QtGui.QPolygonF(points)
