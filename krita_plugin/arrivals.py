"""Styles that come from elsewhere: files, layers and pictures that are dropped on the docker, a picture that is pasted.

Krita's layer list describes its layers only for itself. But the layers that are dragged are the selected ones, and
Krita lists these for plug-ins.
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
from .steps import Steps, apart

#: The formats of layers that are dragged out of Krita's layer list.
LAYERS = ("application/x-krita-node-internal-pointer", "application/x-krita-node")

#: The format of copied layers: a document in a ZIP archive. Krita offers no other picture of them.
ARCHIVE = "application/zip"


def files_of(data: Any) -> List[str]:
    """The paths of the local files in a QMimeData."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]


def has_layers(data: Any) -> bool:
    """Whether these are layers out of Krita's layer list."""
    return any(data.hasFormat(name) for name in LAYERS)


def is_welcome(data: Any) -> bool:
    """Whether styles can be made of this QMimeData."""
    return has_layers(data) or bool(files_of(data)) or bool(data.hasImage())


class ArrivedPicture(NamedTuple):
    """The picture in a QMimeData: as Qt gives it, and as an archive (empty: there is none)."""

    image: Any
    archive: bytes


def picture_of(data: Any) -> ArrivedPicture:
    """Fetch the picture at once: after the drop, the QMimeData may be gone."""
    return ArrivedPicture(data.imageData(), bytes(data.data(ARCHIVE)))


def stored(picture: ArrivedPicture) -> Steps[str]:
    """The path of a new file with the picture, so that a record or a preset can name it.

    Raises HostError if the picture can't be read, and UnwritableOutput.
    """
    image, archive = picture
    path = yield from apart(lambda: pasted.store(_png(image) if archive == b"" else _merged(archive), datetime.now()))
    return str(path)


def _merged(archive: bytes) -> bytes:
    """The picture that a document of Krita keeps of itself."""
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
