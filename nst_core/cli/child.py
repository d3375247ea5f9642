"""A command that an editor has started ends with it, however the editor ends."""

from __future__ import annotations

import os
import threading

from nst_core.bridge.hosted import adapt_to_host
from nst_core.bridge.process import HOST_VARIABLE

#: The exit code of a command that was given up.
_ABORTED = 130


def follow_editor() -> None:
    """If an editor has started this process: end it when the editor closes stdin, and let the editor go first."""
    if HOST_VARIABLE in os.environ:
        adapt_to_host()
        threading.Thread(target=_end_with_stdin, daemon=True).start()


def _end_with_stdin() -> None:
    while os.read(0, 1 << 16):  # not through sys.stdin, which Python can't close while a thread reads from it
        pass
    os._exit(_ABORTED)  # files are replaced in one step, so none is left half-written
