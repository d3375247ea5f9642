"""Runs a module for the installer, and ends when the installer ends: ``python guarded.py MODULE ARGUMENTS...``.

When the installer ends, even by a crash, the stdin of this process closes. If the module went on, it would write into
the same environment as the next run. This is a separate script, so that any Python for torch can run it.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading


def _watch(pipe: int) -> None:
    os.read(pipe, 1)
    if sys.platform != "win32":
        os.killpg(0, signal.SIGKILL)  # also kills the programs that the module started
    os._exit(1)


if __name__ == "__main__":
    if sys.platform != "win32":
        os.setsid()
    pipe = os.dup(0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # On Windows, a child that inherits a pipe waits for its reader.
    threading.Thread(target=_watch, args=(pipe,), daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
