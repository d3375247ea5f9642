"""A check of files that a document names. It runs on another thread, because a slow disk must not freeze the dialog."""

from __future__ import annotations

import threading
from typing import Callable, Optional, Sequence

from gi.repository import GLib

from nst_core.bridge import local_files
from nst_core.job.errors import UnreadableImage


def check(files: Sequence[str], checked: Callable[[str, Optional[UnreadableImage]], None]) -> None:
    """Call ``checked`` in the event loop with each file, and with an error if it is not a regular local file."""

    def look() -> None:
        for file in files:
            GLib.idle_add(checked, file, _problem(file))

    threading.Thread(target=look, name="neural-style files", daemon=True).start()


def _problem(file: str) -> Optional[UnreadableImage]:
    try:
        local_files.require_regular_file(file)
    except UnreadableImage as error:
        return error
    return None
