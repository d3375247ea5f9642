"""A process that an editor has started: it ends with the editor, lets it go first, and never dumps the picture."""

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

#: The process's niceness on POSIX: below the editor, but above background tasks.
_NICENESS = 10


def stay_behind_host() -> None:
    """Make this process fit for an editor: it ends with the editor, lets it go first, and dumps no picture."""
    _end_with_host()
    _forbid_core_dumps()
    _lower_priority()


def take_line() -> Tuple[io.FileIO, io.FileIO]:
    """Private copies of stdin and stdout.

    From now on, libraries and child processes read nothing from stdin, and their output goes to stderr.
    """
    incoming, outgoing = io.FileIO(os.dup(0), "rb"), io.FileIO(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return incoming, outgoing


def _end_with_host() -> None:
    """Let Linux kill this process when the host's thread that started it ends.

    A host that is killed closes its pipes only when its memory is freed. For gigabytes that takes seconds on a busy
    machine. Where something is between host and worker, such as ``ssh``, the end of stdin has to suffice.
    """
    host = os.environ.get(HOST_VARIABLE)
    if sys.platform != "linux" or host != str(os.getppid()):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if host != str(os.getppid()):  # It has ended before.
        sys.exit(0)


def _lower_priority() -> None:
    """Lower the priority, so that the editor goes first; on Windows the client starts this process that way."""
    if os.name == "posix":
        os.nice(_NICENESS)


def _forbid_core_dumps() -> None:
    """Keep the user's picture out of core dumps. On Linux, the limit of one byte also stops collectors of dumps."""
    if os.name == "posix":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (0 if hard == 0 else 1, hard))
