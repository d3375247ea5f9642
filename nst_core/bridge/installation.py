"""The installer as a child process of an editor, and its events.

As in :class:`.client.Client`, no method blocks, and there are no callbacks::

    installation = Installation()
    installation.start()                       # raises EngineMissing if no Python can run the installer
    for event in installation.poll(): ...      # InstallationStep, Installed, Failed; from a timer of the editor
    installation.stop()                        # complete downloads are kept; the next start continues

``nst_core.installer.reporting`` documents the lines that the child writes. Every installation ends with exactly one
``Installed`` or ``Failed``.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, List, Optional, Sequence, Union

from nst_core.job.errors import EngineMissing, InstallFailed, error_from_wire
from nst_core.job.events import Failed
from nst_core.job.text import cleaned

from . import json_text
from .mailbox import Mailbox
from .process import ChildProcess

#: The kinds of events without a known fraction.
_STAGES = ("stage", "note")
#: A number in an event that is this large is an error.
_TOO_MUCH = 1e15

#: The number of seconds that the installer's stdout may stay open after the installer has ended.
_GRACE_SECONDS = 0.5


@dataclass(frozen=True)
class InstallationStep:
    """A step that has begun. ``fraction`` (0..1) of the work is finished; None if it is not known."""

    text: str
    fraction: Optional[float] = None


@dataclass(frozen=True)
class Installed:
    """The engine is complete, so a new client can start it."""


InstallationEvent = Union[InstallationStep, Installed, Failed]


class Installation:
    """One run of the installer."""

    def __init__(self, command: Optional[Sequence[str]] = None) -> None:
        """Make an installation that has not started. ``command`` runs the installer (None: :func:`install_command`)."""
        self._command = command
        self._mailbox: Mailbox[InstallationEvent] = Mailbox()
        self._process: Optional[ChildProcess] = None
        self._lock = threading.Lock()
        self._has_ended = False
        self._dead_since: Optional[float] = None

    def start(self) -> None:
        """Start the installer and return at once. Raises EngineMissing if there is no Python that can run it."""
        self._process = ChildProcess(self._command or install_command())
        for work in (self._read, self._drain):
            threading.Thread(target=work, args=(self._process,), daemon=True).start()

    def poll(self) -> List[InstallationEvent]:
        """Return the events since the last call, the oldest first. Never blocks."""
        if self._process is not None and self._process.poll() is not None:
            now = time.monotonic()
            self._dead_since = self._dead_since or now
            if now - self._dead_since > _GRACE_SECONDS:
                self._end(_incomplete())  # A process that the installer started keeps its stdout open.
        return self._mailbox.drain()

    def stop(self) -> None:
        """End the installer at once. Complete downloads are kept for the next start."""
        if self._process is not None:
            self._process.kill()

    def _read(self, process: ChildProcess) -> None:
        with process.stdout:
            for line in _lines(process.stdout):
                event = _event(line)
                if isinstance(event, InstallationStep):
                    self._mailbox.post("progress", event)
                elif event is not None:
                    self._end(event)
        process.wait()
        self._end(_incomplete())

    def _end(self, event: InstallationEvent) -> None:
        """Post the end of the installation, if it was not posted before."""
        with self._lock:
            if not self._has_ended:
                self._mailbox.post("end", event)
            self._has_ended = True

    def _drain(self, process: ChildProcess) -> None:
        # Read and drop everything: the installer would wait if this pipe were full.
        with process.stderr:
            while process.stderr.read(1 << 16):
                pass


def _incomplete() -> Failed:
    problem = "The installation ended before it was complete."
    return Failed(InstallFailed(problem, "Start it again: it continues where it stopped."))


def install_command() -> List[str]:
    """Return the command that installs the engine and reports its progress in JSON lines.

    Any Python from 3.8 runs the file ``install.py`` beside this package, which exists in a clone and in a placed
    plug-in. Then the installer looks for a Python that suits the engine. Raises EngineMissing if there is no Python.
    """
    script = Path(__file__).resolve().parents[2] / "install.py"
    for python in _pythons():
        return [*python, str(script), "engine", "--progress", "json"]
    raise EngineMissing("No Python was found that can install the engine.", "Install Python 3.12 from python.org.")


def _pythons() -> Iterator[List[str]]:
    # Krita contains Python, so sys.executable is Krita itself.
    if sys.executable and Path(sys.executable).name.lower().startswith("python"):
        yield [sys.executable]
    # If an editor was started from the desktop, it does not have the PATH of the terminal.
    for folder in (None, "/opt/homebrew/bin", "/usr/local/bin", "/usr/bin"):
        found = shutil.which("python3", path=folder)
        if found:
            yield [found]
    launcher = shutil.which("py")
    if launcher:
        yield [launcher, "-3"]


def _lines(stream: Any) -> Iterator[bytes]:
    rest = b""
    for chunk in iter(lambda: stream.read(1 << 16), b""):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines


def _event(line: bytes) -> Optional[InstallationEvent]:
    """Return the event in one line; None if the line is no event, or if this version does not know its kind."""
    try:
        fields = json_text.parse(line.decode("utf-8"))
        kind = fields["event"]
        if kind == "failed":
            return Failed(error_from_wire(fields))
        if kind == "done":
            return Installed()
        if kind == "progress":
            share = _number(fields["done"]) / max(_number(fields["total"]), 1)
            return InstallationStep(cleaned(str(fields["text"])), min(share, 1.0))
        return InstallationStep(cleaned(str(fields["text"]))) if kind in _STAGES else None
    except (ValueError, KeyError, TypeError):
        return None


def _number(value: Any) -> float:
    """Return ``value`` as a float. Raises ValueError or TypeError if a progress bar can't show it."""
    if not 0 <= value < _TOO_MUCH:
        raise ValueError(f"{value!r} is not a quantity")
    return float(value)
