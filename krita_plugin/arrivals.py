"""Styles that the user drops on the docker or pastes: layers, files and pictures.

Only Krita can read dragged layers. But these are always the selected layers, and a plug-in can ask for those.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any, List, NamedTuple

from nst_core.bridge.language import tr
from nst_core.job.errors import HostError
from nst_core.studio import pasted

from .qt import QtCore, QtGui
from .steps import Steps, in_thread

#: The formats of layers that the user drags out of Krita's layer list.
LAYERS = ("application/x-krita-node-internal-pointer", "application/x-krita-node")

#: The format of copied layers: a document in a ZIP archive. Krita offers their picture in no other format.
ARCHIVE = "application/zip"


def files_of(data: Any) -> List[str]:
    """Return the paths of the local files in a QMimeData."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]


def has_layers(data: Any) -> bool:
    """Return True if a QMimeData holds layers from Krita's layer list."""
    return any(data.hasFormat(name) for name in LAYERS)


def can_become_style(data: Any) -> bool:
    """Return True if a QMimeData holds something that can become a style."""
    return has_layers(data) or bool(files_of(data)) or bool(data.hasImage())


class ArrivedPicture(NamedTuple):
    """The picture of a QMimeData in two forms: Qt's image, and an archive. The archive is empty if there is none."""

    image: Any
    archive: bytes


def picture_of(data: Any) -> ArrivedPicture:
    """Copy the picture immediately: after the drop, Qt may delete the QMimeData."""
    return ArrivedPicture(data.imageData(), bytes(data.data(ARCHIVE)))


def stored(picture: ArrivedPicture) -> Steps[str]:
    """Write the picture to a new file, and return its path. Records and presets can name a file.

    Raises HostError if the picture can't be read, and UnwritableOutput if the file can't be written.
    """
    image, archive = picture
    path = yield from in_thread(
        lambda: pasted.store(_png(image) if archive == b"" else _merged(archive), datetime.now())
    )
    return str(path)


def _merged(archive: bytes) -> bytes:
    """Return the picture of all layers that Krita stores in the archive of a document."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as document:
            return document.read("mergedimage.png")
    except (zipfile.BadZipFile, KeyError) as error:
        raise _no_picture() from error


def _no_picture() -> HostError:
    problem = tr("The pasted or dropped picture can't be read.")
    return HostError(problem, tr("Save it as a file, and add the file."))


def _png(image: Any) -> bytes:
    if not isinstance(image, QtGui.QImage) or image.isNull():
        raise _no_picture()
    buffer = QtCore.QBuffer()
    buffer.open(QtCore.QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data())
