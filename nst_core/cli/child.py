"""Ends a command when the editor that started it ends, even if the editor crashes."""

from __future__ import annotations

import os
import threading

from nst_core.bridge.hosted import adapt_to_host
from nst_core.bridge.process import HOST_VARIABLE

#: The exit code of a command that the editor canceled.
_ABORTED = 130


def follow_editor() -> None:
    """If an editor started this process, give the editor priority, and end when the editor closes stdin."""
    if HOST_VARIABLE in os.environ:
        adapt_to_host()
        threading.Thread(target=_end_with_stdin, daemon=True).start()


def _end_with_stdin() -> None:
    while os.read(0, 1 << 16):  # not through sys.stdin: Python can't close it while a thread reads from it
        pass
    os._exit(_ABORTED)  # each file is replaced in one step, so no file stays half-written
