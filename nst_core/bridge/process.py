"""The engine's process as the operating system sees it: started apart from its host, ended for certain."""

from __future__ import annotations

import contextlib
import io
import math
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Dict, Mapping, Optional, Sequence, cast

from nst_core.job.errors import EngineNotInstalled

#: Set by Krita, AppImage and Flatpak for their own libraries; they would lead the engine's Python astray.
_HOST_VARIABLES = ("PYTHON", "QT_", "QML", "LD_LIBRARY_PATH", "DYLD_")

#: ``fcntl.F_SETPIPE_SZ``, which Python names only since 3.10, and the most that Linux grants to everyone.
_SET_PIPE_SIZE = 1031
_PIPE_SIZE = 1 << 20

#: Seconds between two looks at a process that is to end.
_POLL_INTERVAL = 0.01


class ChildProcess:
    """A process with pipes for its three streams. All methods may be called from any thread.

    It runs in a session and a group of its own: an interrupt typed at a terminal is for the host to answer, and
    :meth:`kill` reaches all that the process has started in turn.

    Once the end of a process was fetched from the system, its number may be given to another process. So each look at
    it and each signal to it holds the lock, and there is no signal after that moment.
    """

    def __init__(self, command: Sequence[str]) -> None:
        """Start ``command``; raises :class:`EngineMissing` if that can't be."""
        self._lock = threading.Lock()
        try:
            self._process = subprocess.Popen(
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
            problem = f"The engine could not be started from {' '.join(command)!r}: {reason}."
            raise EngineNotInstalled(problem) from error
        self.stdin = cast(io.FileIO, self._process.stdin)
        self.stdout = cast(io.FileIO, self._process.stdout)
        self.stderr = cast(io.FileIO, self._process.stderr)
        for pipe in (self.stdin, self.stdout):
            _widen(pipe.fileno())

    def poll(self) -> Optional[int]:
        """The exit code, or None while the process runs. With it ends all that it has started in its group."""
        with self._lock:
            if self._process.returncode is None and _has_ended(self._process.pid):
                self._signal_group()
            return self._process.poll()

    def kill(self) -> None:
        """End the process and all that it has started, at once; nothing happens if it has ended."""
        with self._lock:
            if self._process.returncode is None:
                self._signal_group()

    def wait(self, patience: float = math.inf) -> int:
        """The exit code of a process that is expected to end within ``patience`` seconds; after them it is killed."""
        end = time.monotonic() + patience
        code = self.poll()
        while code is None:
            if time.monotonic() > end:
                self.kill()
                end = math.inf
            time.sleep(_POLL_INTERVAL)
            code = self.poll()
        return code

    def _signal_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()


def _has_ended(pid: int) -> bool:
    """Whether a child has ended, without fetching its end. False where the system can't say so (macOS, Windows)."""
    if not hasattr(os, "waitid"):
        return False
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:  # Something else in this process has fetched it.
        return False


def _windows_flags() -> int:
    """No console window, and a priority below that of the editor; elsewhere the worker itself gives way."""
    flags = ("CREATE_NO_WINDOW", "BELOW_NORMAL_PRIORITY_CLASS")
    return sum(getattr(subprocess, flag, 0) for flag in flags)


def clean_environment(variables: Mapping[str, str]) -> Dict[str, str]:
    """``variables`` without those that a host sets for itself."""
    return {name: value for name, value in variables.items() if not name.startswith(_HOST_VARIABLES)}


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
