"""The button *Add style*: it offers the gallery, the layers of all open documents, and image files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Iterable, List, Optional, Sequence, Set

from nst_core.bridge.language import tr
from nst_core.bridge.presets import FileStyle
from nst_core.job.errors import UnreadableImage
from nst_core.studio.gallery import Gallery

from .arrivals import ArrivedPicture, files_of, has_layers, picture_of, stored
from .choosers import fill_style_menu
from .document import Document
from .file_dialog import picture_dialog
from .gallery_window import GalleryWindow
from .qt import QtCore, QtWidgets, Signal
from .several import selected_layers
from .steps import Pump, Steps
from .styles import Choice, FileSource, LayerSource
from .widgets import enlarge_icons, hint


class AddStyle(QtWidgets.QPushButton):
    """The button with its menu; ``chosen`` reports each :class:`Choice`.

    ``home`` returns the document. ``guard`` calls a function and shows its error. The button adds the path of each
    chosen file to ``files``, and the file to the recent styles of ``gallery``.
    """

    chosen = Signal(object)

    def __init__(
        self,
        home: Callable[[], Optional[Document]],
        guard: Callable[[Callable[[], None]], bool],
        files: Set[str],
        gallery: Gallery,
    ) -> None:
        super().__init__(tr("Add style"))
        self._home, self._guard, self._files, self._gallery = home, guard, files, gallery
        #: The folder where the last file was chosen.
        self._pictures = ""
        self._pump = Pump(self._guard_addition)
        #: The next additions, which wait until the present one is done.
        self._additions: List[Steps[None]] = []
        self._window: Optional[GalleryWindow] = None
        self.setObjectName("add_style")
        hint(self, tr("Take the style of a painting, a layer, another open document, or an image file."))
        menu = QtWidgets.QMenu(self)
        enlarge_icons(menu)
        menu.aboutToShow.connect(self.fill_menu)
        self.setMenu(menu)

    def fill_menu(self) -> None:
        """List the layers of all open documents in the menu."""
        fill_style_menu(self.menu(), self._home(), self._add_layer, self.open_gallery, self.choose_files)
        paste = self.menu().addAction(tr("From the clipboard"))
        paste.setEnabled(self.can_paste())
        paste.triggered.connect(lambda checked=False: self.paste())

    def open_gallery(self) -> None:
        """Show all styles of the gallery, in a window that leaves Krita usable."""
        if self._window is None:
            self._window = GalleryWindow(self, self._gallery, self._guard)
            self._window.chosen.connect(lambda path: self.add_files([path]))
            self._window.finished.connect(self._forget_window)
        self._window.show()
        self._window.raise_()
        self._window.refresh()

    def choose_files(self) -> None:
        """Ask for image files, in a window that leaves Krita usable."""
        home = self._home()
        folders = [self._pictures, str(Path(home.path).parent) if home is not None and home.path else ""]
        dialog = picture_dialog(self, tr("Add style"), folders, self._guard)
        dialog.filesSelected.connect(self._add_from_folder)
        dialog.show()

    def add_files(self, paths: List[str]) -> None:
        """Add the files that are pictures. Show an error for each other file."""
        self.add_styles(map(FileStyle, paths))

    def add_styles(self, styles: Iterable[FileStyle]) -> None:
        """Add these files as styles, with their weights."""
        self._add_later(self._adding(list(styles)))

    def cancel(self) -> None:
        """Stop adding the chosen styles, because other styles replace them."""
        self._additions.clear()
        self._pump.drop()

    def take(self, data: Any) -> None:
        """Add the layers, the files or the picture that the user drops as ``data``, a QMimeData."""
        home = self._home()
        if home is not None and has_layers(data):
            for layer in selected_layers(home):
                self._add_layer(home, layer.id)
        else:
            self._take_pictures(data)

    def can_paste(self) -> bool:
        """Return True if the clipboard holds a picture or image files."""
        data = QtWidgets.QApplication.clipboard().mimeData()
        return data is not None and (bool(data.hasImage()) or bool(files_of(data)))

    def paste(self) -> None:
        """Add the picture or the files in the clipboard."""
        self._take_pictures(QtWidgets.QApplication.clipboard().mimeData())

    def _take_pictures(self, data: Any) -> None:
        files = files_of(data)
        if files:
            self.add_files(files)
        elif data.hasImage():
            self._add_later(self._adding_picture(picture_of(data)))

    def _add_later(self, addition: Steps[None]) -> None:
        self._additions.append(addition)
        self._add_next()

    def _add_next(self) -> None:
        if self._additions and not self._pump.busy:
            self._pump.run(self._additions.pop(0), lambda nothing: self._add_next())

    def _guard_addition(self, action: Callable[[], None]) -> bool:
        is_done = self._guard(action)
        if not is_done:  # The next addition may still succeed.
            QtCore.QTimer.singleShot(0, self._add_next)
        return is_done

    def _forget_window(self) -> None:
        self._window = None

    def _add_from_folder(self, paths: List[str]) -> None:
        self._pictures = str(Path(paths[0]).parent)
        self.add_files(paths)

    def _add_layer(self, document: Document, layer_id: str) -> None:
        self._guard(lambda: self.chosen.emit(Choice(LayerSource(document, layer_id))))

    def _adding_picture(self, picture: ArrivedPicture) -> Steps[None]:
        path = yield from stored(picture)
        yield from self._adding([FileStyle(path)])

    def _adding(self, styles: Sequence[FileStyle]) -> Steps[None]:
        refused: List[UnreadableImage] = []
        for path, weight in styles:
            source = FileSource(path)
            try:
                yield from source.require()
            except UnreadableImage as error:
                refused.append(error)
                continue
            self._files.add(path)
            self.chosen.emit(Choice(source, weight))
            self._guard(lambda path=path: self._gallery.use(Path(path)))  # type: ignore[misc]
        if refused:
            raise refused[0]
