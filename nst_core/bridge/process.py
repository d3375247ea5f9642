"""A child process of an editor. It has a clean environment and its own process group, and it is always ended."""

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

#: The beginnings of variables that Krita, AppImage and Flatpak set for their own libraries. With them, the engine's
#: Python would load wrong files.
_HOST_VARIABLES = ("PYTHON", "QT_", "QML", "LD_LIBRARY_PATH", "DYLD_")

#: The environment variable with the host's process id. The worker compares it with the id of its parent.
HOST_VARIABLE = "NEURAL_STYLE_HOST"

#: ``fcntl.F_SETPIPE_SZ``, which Python has since 3.10, and the largest size of a pipe that Linux allows every user.
_SET_PIPE_SIZE = 1031
_PIPE_SIZE = 1 << 20

#: The number of seconds between two checks of a process that should end.
_POLL_INTERVAL = 0.01


class ChildProcess:
    """A process with pipes for its three streams. Call its methods from any thread.

    The process has its own session and group. So Ctrl-C in a terminal interrupts only the host, and :meth:`kill` also
    ends the processes that the process has started.

    After the exit code of a process was fetched, the system may give its id to another process. So the lock protects
    each check and each signal, and no signal is sent after the exit code was fetched.
    """

    def __init__(self, command: Sequence[str]) -> None:
        """Start ``command``. Raises :class:`EngineMissing` if this is impossible."""
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
        """Return the exit code, or None while the process runs. If it has ended, kill the rest of its group."""
        with self._lock:
            if self._process.returncode is None and _has_ended(self._process.pid):
                self._signal_group()
            return self._process.poll()

    def kill(self) -> None:
        """End the process and all processes that it has started, at once. Does nothing if it has ended."""
        with self._lock:
            if self._process.returncode is None:
                self._signal_group()

    def wait(self, patience: float = math.inf) -> int:
        """Wait for the end of the process, and return its exit code. Kill it after ``patience`` seconds."""
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
    """Return True if a child has ended, without fetching its exit code. Always False on macOS and Windows."""
    if not hasattr(os, "waitid"):
        return False
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:  # Other code in this process has fetched the exit code.
        return False


def _windows_flags() -> int:
    """Return Windows' flags for a process without a console window and with a low priority; 0 on other systems.

    On other systems, the worker lowers its own priority.
    """
    flags = ("CREATE_NO_WINDOW", "BELOW_NORMAL_PRIORITY_CLASS")
    return sum(getattr(subprocess, flag, 0) for flag in flags)


def clean_environment(variables: Mapping[str, str]) -> Dict[str, str]:
    """Return ``variables`` without those for the host's own libraries."""
    return {name: value for name, value in variables.items() if not name.startswith(_HOST_VARIABLES)}


def describe_exit(code: int) -> str:
    """Return the end of a sentence about a process that ended with this exit code: "The engine ..."."""
    if os.name == "posix" and code < 0:
        if -code == signal.SIGKILL:
            return tr("was killed, perhaps because memory ran out")
        name = signal.Signals(-code).name if -code in _SIGNALS else f"signal {-code}"
        return tr("crashed ({signal})").format(signal=name)
    return tr("ended unexpectedly (exit code {code})").format(code=code)


_SIGNALS = frozenset(int(known) for known in signal.Signals)


def _widen(descriptor: int) -> None:
    """Enlarge a pipe, so that the system switches less often between the processes while a picture is sent."""
    if not sys.platform.startswith("linux"):
        return
    import fcntl

    with contextlib.suppress(OSError):  # The system's limit for all pipes is reached. The usual size works, too.
        fcntl.fcntl(descriptor, _SET_PIPE_SIZE, _PIPE_SIZE)
