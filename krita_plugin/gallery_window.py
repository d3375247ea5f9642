"""The window of the gallery: favorite and recent styles, the bundled paintings, and the user's folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, List, Sequence

from nst_core.bridge.language import tr
from nst_core.job.errors import UnreadableImage
from nst_core.studio.gallery import Gallery, StyleGroup

from .file_dialog import folder_dialog
from .qt import Qt, QtGui, QtWidgets, Signal
from .steps import Pump, Steps, in_thread
from .style_tiles import TILE_SIDE, TileList
from .styles import FileSource
from .widgets import column, flat_button, heading, hint, row, text_label

#: Width and height in pixels of the new window: four pictures in a row.
SIZE = (476, 560)


class GalleryWindow(QtWidgets.QDialog):
    """The window. ``chosen`` reports the file of the style that the user clicks on; then the window closes.

    It does not block Krita. ``guard`` calls a function and shows its error.
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
        """List all styles. A thread reads the disk, because it may be slow, and the pictures appear one by one."""
        self._pump.run(self._fill(), lambda nothing: None)

    def toggle_favorite(self, path: Path) -> None:
        """Mark a style as a favorite, or remove the mark. The group of favorites changes at the next opening."""
        self._guard(lambda: self._mark(path, self._gallery.toggle_favorite(path)))

    def _fill(self) -> Steps[None]:
        groups = yield from in_thread(self._gallery.groups)
        self._show_groups(groups)
        images: Dict[Path, Any] = {}
        for tile in [tile for listed in self.lists for tile in listed.tiles]:
            if tile.path not in images:
                images[tile.path] = yield from _thumbnail(tile.path)
            tile.show_image(images[tile.path])

    def _show_groups(self, groups: Sequence[StyleGroup]) -> None:
        inner = QtWidgets.QWidget()
        layout = column(inner)
        self.lists = [self._add_group(layout, group) for group in groups]
        layout.addStretch(1)
        self.scroll.setWidget(inner)
        self.lists[0].setFocus()

    def _add_group(self, layout: Any, group: StyleGroup) -> TileList:
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
        if self.isVisible():  # In some themes of Qt, a click also activates the tile.
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


def _thumbnail(path: Path) -> Steps[Any]:
    """Return the picture of a style, or an empty QImage if the file can't be read. The list still shows the others."""
    try:
        return (yield from FileSource(str(path)).thumbnail(TILE_SIDE))
    except UnreadableImage:
        return QtGui.QImage()
