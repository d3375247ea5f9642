"""The engine's process as the operating system sees it: started apart from its host, ended for certain."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from typing import Dict, Mapping, Sequence

from nst_core.job.errors import EngineNotInstalled

#: Set by Krita, AppImage and Flatpak for their own libraries; they would lead the engine's Python astray.
_HOST_VARIABLES = ("PYTHON", "QT_", "QML", "LD_LIBRARY_PATH", "DYLD_")

#: ``fcntl.F_SETPIPE_SZ``, which Python names only since 3.10, and the most that Linux grants to everyone.
_SET_PIPE_SIZE = 1031
_PIPE_SIZE = 1 << 20


def launch(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start ``command`` with pipes for all three of its streams; raises :class:`EngineMissing` if that can't be.

    It runs in a session of its own: an interrupt typed at a terminal is for the host to answer, and :func:`kill` can
    reach whatever the command started in turn.
    """
    try:
        process = subprocess.Popen(
            list(command),
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=clean_environment(os.environ),
            start_new_session=True,
            creationflags=_windows_flags(),
        )
    except (OSError, ValueError, IndexError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise EngineNotInstalled(f"The engine could not be started from {' '.join(command)!r}: {reason}.") from error
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        _widen(pipe.fileno())
    return process


def _windows_flags() -> int:
    """No console window, and a priority below that of the editor; elsewhere the worker itself gives way."""
    flags = ("CREATE_NO_WINDOW", "BELOW_NORMAL_PRIORITY_CLASS")
    return sum(getattr(subprocess, flag, 0) for flag in flags)


def clean_environment(variables: Mapping[str, str]) -> Dict[str, str]:
    """``variables`` without those that a host sets for itself."""
    return {name: value for name, value in variables.items() if not name.startswith(_HOST_VARIABLES)}


def kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it started, at once."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def reap(process: subprocess.Popen[bytes], patience: float) -> int:
    """The exit code of a process that is expected to end within ``patience`` seconds; after them it is killed."""
    try:
        return process.wait(patience)
    except subprocess.TimeoutExpired:
        kill(process)
        return process.wait()


def describe_exit(code: int) -> str:
    """How a process with this exit code ended, as the rest of a sentence about it."""
    if os.name == "posix" and code < 0:
        if -code == signal.SIGKILL:
            return "was killed, perhaps because memory ran out"
        return f"crashed ({signal.Signals(-code).name if -code in _SIGNALS else f'signal {-code}'})"
    return f"ended unexpectedly (exit code {code})"


_SIGNALS = frozenset(int(known) for known in signal.Signals)


def _widen(descriptor: int) -> None:
    """Let a pipe hold more, so that a large picture needs fewer changes between the processes."""
    if not sys.platform.startswith("linux"):
        return
    import fcntl

    with contextlib.suppress(OSError):  # A limit of the system for pipes is reached; the usual size works too.
        fcntl.fcntl(descriptor, _SET_PIPE_SIZE, _PIPE_SIZE)
