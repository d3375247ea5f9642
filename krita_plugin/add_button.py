"""The button *Add style*: it offers the layers of all open documents, and image files."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, List, Optional, Set

from krita import Krita

from nst_core.bridge.language import tr
from nst_core.job.errors import UnreadableImage

from .choosers import fill_style_menu
from .document import Document
from .qt import QtCore, QtWidgets, Signal
from .steps import Pump, Steps
from .styles import Choice, FileSource, LayerSource
from .widgets import hint


class AddButton(QtWidgets.QPushButton):
    """``chosen`` reports each :class:`Choice`.

    ``home`` gives the document, ``guard`` calls a function and shows its error. The paths of chosen files go into
    ``files``.
    """

    chosen = Signal(object)

    def __init__(
        self,
        home: Callable[[], Optional[Document]],
        guard: Callable[[Callable[[], None]], bool],
        files: Set[str],
    ) -> None:
        super().__init__(Krita.instance().icon("addlayer"), tr("Add style"))
        self._home, self._guard, self._files = home, guard, files
        #: The folder where the last file was chosen.
        self._pictures = QtCore.QStandardPaths.writableLocation(QtCore.QStandardPaths.StandardLocation.PicturesLocation)
        self._pump = Pump(guard)
        self.setObjectName("add_style")
        hint(self, tr("Take the style of a layer, of another open document, or of an image file."))
        menu = QtWidgets.QMenu(self)
        menu.aboutToShow.connect(self.fill_menu)
        self.setMenu(menu)

    def fill_menu(self) -> None:
        """List the layers of all open documents in the menu."""
        fill_style_menu(self.menu(), self._home(), self._add_layer, self.choose_files)

    def choose_files(self) -> None:
        """Ask for image files, in a window that leaves Krita usable."""
        dialog = QtWidgets.QFileDialog(self, tr("Add style"))
        dialog.setFileMode(QtWidgets.QFileDialog.FileMode.ExistingFiles)
        dialog.setModal(False)
        dialog.setDirectory(self._pictures)
        dialog.filesSelected.connect(self.add_files)
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

    def add_files(self, paths: List[str]) -> None:
        """Add those of the files that are pictures, and show the error of another one."""
        self._pump.run(self._adding(paths), lambda nothing: None)

    def drop(self) -> None:
        """Give up the files that have not been added yet."""
        self._pump.drop()

    def _add_layer(self, document: Document, layer_id: str) -> None:
        self._guard(lambda: self.chosen.emit(Choice(LayerSource(document, layer_id))))

    def _adding(self, paths: List[str]) -> Steps[None]:
        refused: List[UnreadableImage] = []
        for source in map(FileSource, paths):
            self._pictures = str(Path(source.path).parent)
            try:
                yield from source.require()
                self._files.add(source.path)
                self.chosen.emit(Choice(source))
            except UnreadableImage as error:
                refused.append(error)
        if refused:
            raise refused[0]
