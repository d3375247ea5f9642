"""Thumbnails of many files. Another thread reads them, so a slow disk or a large picture does not freeze the dialog."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Callable, Optional, Sequence

from gi.repository import GdkPixbuf, GLib


class Thumbnails:
    """Reads pictures one after the other until it is closed."""

    def __init__(self) -> None:
        self._closed = threading.Event()

    def load(self, files: Sequence[Path], dots: int, loaded: Callable[[int, Optional[GdkPixbuf.Pixbuf]], None]) -> None:
        """Call ``loaded`` in the event loop with the index of each file and its picture within ``dots`` pixels.

        The picture is None if it can't be read, or if only GIMP itself can open its format.
        """

        def read() -> None:
            for index, file in enumerate(files):
                if self._closed.is_set():
                    return
                GLib.idle_add(show, index, _picture(file, dots))

        def show(index: int, pixbuf: Optional[GdkPixbuf.Pixbuf]) -> None:
            if not self._closed.is_set():
                loaded(index, pixbuf)

        threading.Thread(target=read, name="neural-style thumbnails", daemon=True).start()

    def close(self) -> None:
        """Stop calling ``loaded``."""
        self._closed.set()


def _picture(file: Path, dots: int) -> Optional[GdkPixbuf.Pixbuf]:
    try:
        return GdkPixbuf.Pixbuf.new_from_file_at_size(str(file), dots, dots).apply_embedded_orientation()
    except GLib.Error:
        return None
