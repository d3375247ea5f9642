"""Preparations of a process that an editor has started, and its pipes."""

from __future__ import annotations

import ctypes
import io
import os
import signal
import sys
from typing import Tuple

from .process import HOST_VARIABLE

#: ``PR_SET_PDEATHSIG`` of Linux's prctl(2).
_PR_SET_PDEATHSIG = 1

#: The process's niceness on POSIX. Its priority is lower than that of the editor, but higher than that of other
#: background tasks.
_NICENESS = 10


def adapt_to_host() -> None:
    """Prepare this process: it ends with its editor, has a lower priority, and writes no picture into core dumps."""
    _end_with_host()
    _forbid_core_dumps()
    _lower_priority()


def private_pipes() -> Tuple[io.FileIO, io.FileIO]:
    """Return private copies of stdin and stdout.

    After this call, the stdin of libraries and child processes is empty, and their output goes to stderr.
    """
    incoming, outgoing = io.FileIO(os.dup(0), "rb"), io.FileIO(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return incoming, outgoing


def _end_with_host() -> None:
    """Let Linux kill this process when the host's thread that started it ends.

    If a host is killed, its pipes are closed only after its memory was freed. For gigabytes this takes seconds on a
    busy machine. If another process is between host and worker, such as ``ssh``, the worker ends at the end of its
    stdin.
    """
    host = os.environ.get(HOST_VARIABLE)
    if sys.platform != "linux" or host != str(os.getppid()):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if host != str(os.getppid()):  # The host has ended before the call.
        sys.exit(0)


def _lower_priority() -> None:
    """Lower the priority of this process on POSIX. On Windows, the client starts it with a low priority."""
    if os.name == "posix":
        os.nice(_NICENESS)


def _forbid_core_dumps() -> None:
    """Forbid core dumps, because they would contain the user's picture.

    On Linux, the limit of one byte also keeps collectors of core dumps from getting one.
    """
    if os.name == "posix":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (0 if hard == 0 else 1, hard))
