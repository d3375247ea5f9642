"""Pictures in files: Krita opens each in a document that no window shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from krita import Krita

from nst_core.bridge.language import tr
from nst_core.bridge.local_files import require_regular_file
from nst_core.job.errors import UnreadableImage
from nst_core.job.pixels import PixelBuffer

from .document import WHOLE, Document
from .hidden import mark_saved
from .steps import Steps, in_thread


def read_file(path: str) -> Steps[PixelBuffer]:
    """Read the picture in a file with Krita, in sRGB. Raises :class:`UnreadableImage`.

    Krita can open a file only on the GUI thread. So another thread first reads the file into the system's memory.
    """
    yield from in_thread(lambda: _fetch(path))
    handle = open_hidden(path)
    try:
        yield
        document = Document(handle)
        return (yield from document.read(WHOLE, document.canvas))
    finally:
        handle.close()


def _fetch(path: str) -> None:
    """Read a regular local file once, so that the system has it in memory."""
    try:
        with require_regular_file(path).open("rb") as stream:
            while stream.read(1 << 20):
                pass
    except OSError as error:
        raise unreadable(path) from error


def open_hidden(path: str) -> Any:
    """Open a file as Krita's document that no window shows. Raises :class:`UnreadableImage`."""
    krita = Krita.instance()
    batch_mode = krita.batchmode()
    krita.setBatchmode(True)
    try:
        handle = krita.openDocument(path)
    finally:
        krita.setBatchmode(batch_mode)
    if handle is None:
        raise unreadable(path)
    handle.setBatchmode(True)
    mark_saved(handle)
    return handle


def unreadable(path: str) -> UnreadableImage:
    """Make the error for a file that is no picture."""
    problem = tr("The picture {name} can't be opened.").format(name=Path(path).name)
    return UnreadableImage(problem, tr("Choose another file, or open it in Krita to see why."))
