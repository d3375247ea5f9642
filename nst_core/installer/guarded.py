"""Runs a module for the installer, and ends when the installer does: ``python guarded.py MODULE ARGUMENTS...``.

However the installer ends, its end of this process's stdin closes. If the module went on then, it would write into the
same environment as the next run. This is a script of its own, for any Python that torch supports.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading


def _watch(line: int) -> None:
    os.read(line, 1)
    if sys.platform != "win32":
        os.killpg(0, signal.SIGKILL)  # with the programs that the module started
    os._exit(1)


if __name__ == "__main__":
    if sys.platform != "win32":
        os.setsid()
    line = os.dup(0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # On Windows, a child that inherits a pipe waits for its reader.
    threading.Thread(target=_watch, args=(line,), daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
