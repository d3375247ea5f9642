"""A child process of an editor: started with a clean environment in a group of its own, and ended for certain."""

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

from .language import tr

#: Set by Krita, AppImage and Flatpak for their own libraries; they would make the engine's Python load wrong files.
_HOST_VARIABLES = ("PYTHON", "QT_", "QML", "LD_LIBRARY_PATH", "DYLD_")

#: The variable with the host's process id: the worker compares it with its parent's id.
HOST_VARIABLE = "NEURAL_STYLE_HOST"

#: ``fcntl.F_SETPIPE_SZ``, which Python names only since 3.10, and the largest size that Linux grants to every user.
_SET_PIPE_SIZE = 1031
_PIPE_SIZE = 1 << 20

#: Seconds between two looks at a process that is to end.
_POLL_INTERVAL = 0.01


class ChildProcess:
    """A process with pipes for its three streams. All methods may be called from any thread.

    It runs in a session and a group of its own: an interrupt at a terminal reaches only the host, and :meth:`kill`
    reaches also the processes that the process has started.

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
                env={**clean_environment(os.environ), HOST_VARIABLE: str(os.getpid())},
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
        """The exit code, or None while the process runs. If it has ended, the rest of its group is killed."""
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
    """No console window, and a priority below that of the editor; elsewhere the worker lowers its own priority."""
    flags = ("CREATE_NO_WINDOW", "BELOW_NORMAL_PRIORITY_CLASS")
    return sum(getattr(subprocess, flag, 0) for flag in flags)


def clean_environment(variables: Mapping[str, str]) -> Dict[str, str]:
    """``variables`` without those of the host's own libraries."""
    return {name: value for name, value in variables.items() if not name.startswith(_HOST_VARIABLES)}


def describe_exit(code: int) -> str:
    """The rest of a sentence about a process that ended with this exit code."""
    if os.name == "posix" and code < 0:
        if -code == signal.SIGKILL:
            return tr("was killed, perhaps because memory ran out")
        name = signal.Signals(-code).name if -code in _SIGNALS else f"signal {-code}"
        return tr("crashed ({signal})").format(signal=name)
    return tr("ended unexpectedly (exit code {code})").format(code=code)


_SIGNALS = frozenset(int(known) for known in signal.Signals)


def _widen(descriptor: int) -> None:
    """Enlarge a pipe, so that a large picture needs fewer switches between the processes."""
    if not sys.platform.startswith("linux"):
        return
    import fcntl

    with contextlib.suppress(OSError):  # The system's limit for pipes is reached; the usual size works too.
        fcntl.fcntl(descriptor, _SET_PIPE_SIZE, _PIPE_SIZE)
