"""The dialog for pictures: a filter, a preview unless the dialog is the system's own, and a sensible folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Iterable

from nst_core.bridge.language import tr
from nst_core.job.errors import UnreadableImage
from nst_core.studio.gallery import SUFFIXES

from .qt import Qt, QtCore, QtGui, QtWidgets
from .steps import Pump, Steps
from .styles import FileSource
from .widgets import framed

#: Formats that Krita can open, in addition to those that both editors can open.
OWN_SUFFIXES = (".kra", ".exr", ".tga", ".xcf")
#: Side in pixels of the preview.
FILE_PREVIEW_SIDE = 200


def picture_dialog(parent: Any, title: str, folders: Iterable[str], guard: Callable[..., bool]) -> Any:
    """Make a dialog for image files, which does not block Krita. It starts in the first of ``folders`` that exists."""
    dialog = QtWidgets.QFileDialog(parent, title, first_folder(folders))
    dialog.setFileMode(QtWidgets.QFileDialog.FileMode.ExistingFiles)
    patterns = " ".join(f"*{suffix}" for suffix in (*SUFFIXES, *OWN_SUFFIXES))
    dialog.setNameFilters([f"{tr('Pictures')} ({patterns})", f"{tr('All files')} (*)"])
    _prepare(dialog)
    if dialog.layout() is not None:  # The system's own dialog has a preview of its own, or no place for one.
        preview = _FilePreview(dialog, guard)
        dialog.currentChanged.connect(preview.show_file)
        dialog.layout().addWidget(preview, 1, dialog.layout().columnCount())
    return dialog


def folder_dialog(parent: Any, title: str, folders: Iterable[str]) -> Any:
    """Make a dialog for a folder, which does not block Krita."""
    dialog = QtWidgets.QFileDialog(parent, title, first_folder(folders))
    dialog.setFileMode(QtWidgets.QFileDialog.FileMode.Directory)
    _prepare(dialog)
    return dialog


def first_folder(folders: Iterable[str]) -> str:
    """Return the first of ``folders`` that exists; otherwise the user's folder of pictures, or the home folder."""
    locations = QtCore.QStandardPaths
    kinds = (locations.StandardLocation.PicturesLocation, locations.StandardLocation.HomeLocation)
    usual = [folder for kind in kinds for folder in locations.standardLocations(kind)]
    return next((folder for folder in (*folders, *usual) if folder and Path(folder).is_dir()), "")


def _prepare(dialog: Any) -> None:
    dialog.setModal(False)
    dialog.finished.connect(dialog.deleteLater)


class _FilePreview(QtWidgets.QLabel):
    """The picture in the selected file."""

    def __init__(self, parent: Any, guard: Callable[..., bool]) -> None:
        super().__init__(parent)
        self._pump = Pump(guard)
        self.setObjectName("file_preview")
        self.setFixedWidth(FILE_PREVIEW_SIDE)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def show_file(self, path: str) -> None:
        """Show the picture in the file, or nothing if it can't be read."""
        self._pump.run(_image(path), lambda image: self.setPixmap(framed(image, FILE_PREVIEW_SIDE)))


def _image(path: str) -> Steps[Any]:
    try:
        return (yield from FileSource(path).thumbnail(FILE_PREVIEW_SIDE))
    except UnreadableImage:
        return QtGui.QImage()
