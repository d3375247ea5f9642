"""*Install engine* from within an editor: the installer as a child process, and what it tells.

Nothing blocks and nothing calls back, as with :class:`.client.Client`::

    installation = Installation()
    installation.start()                       # raises EngineMissing if nothing can run the installer
    for event in installation.poll(): ...      # Step, Installed, Failed; from the timer of the editor's event loop
    installation.stop()                        # what has been downloaded is kept; the next start continues

``nst_core.installer.reporting`` documents the lines that the child writes. Every installation ends in exactly one
``Installed`` or ``Failed``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence, Union

from nst_core.job.errors import EngineMissing, InstallFailed, error_from_wire
from nst_core.job.events import Failed

from .mailbox import Mailbox
from .process import kill, launch

_NO_WORD = ("The installation ended before it was complete.", "Start it again: it continues where it stopped.")


@dataclass(frozen=True)
class Step:
    """What is being done. ``fraction`` (0..1) and ``seconds_left`` are None where they can't be told."""

    text: str
    fraction: Optional[float] = None
    seconds_left: Optional[float] = None


@dataclass(frozen=True)
class Installed:
    """The engine is complete: a job can be given to a new client."""


InstallationEvent = Union[Step, Installed, Failed]


class Installation:
    """One run of the installer."""

    def __init__(self, command: Optional[Sequence[str]] = None) -> None:
        """``command`` runs the installer (None: :func:`install_command`)."""
        self._command = command
        self._mailbox: Mailbox[InstallationEvent] = Mailbox()
        self._process: Optional[subprocess.Popen[bytes]] = None

    def start(self) -> None:
        """Start the installer and return at once; raises EngineMissing where there is no Python to run it."""
        self._process = launch(self._command or install_command())
        for work in (self._read, self._drain):
            threading.Thread(target=work, args=(self._process,), daemon=True).start()

    def poll(self) -> List[InstallationEvent]:
        """All that happened since the last call, oldest first; never blocks."""
        return self._mailbox.drain()

    def stop(self) -> None:
        """End the installer at once; what it has done so far is continued by the next one."""
        if self._process is not None:
            kill(self._process)

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        ended = False
        assert process.stdout is not None
        with process.stdout:
            for line in _lines(process.stdout):
                event = _event(line)
                if event is not None and not ended:
                    ended = not isinstance(event, Step)
                    self._mailbox.post("progress" if isinstance(event, Step) else "end", event)
        process.wait()
        if not ended:
            self._mailbox.post("end", Failed(InstallFailed(*_NO_WORD)))

    def _drain(self, process: subprocess.Popen[bytes]) -> None:
        # A pipe that nobody empties would stop the installer once it is full.
        assert process.stderr is not None
        with process.stderr:
            while process.stderr.read(1 << 16):
                pass


def install_command() -> List[str]:
    """The command that installs the engine and tells of it in JSON lines.

    It is the ``install.py`` beside this package, in a clone as in a placed plug-in, run by any Python from 3.8: the
    installer itself then looks for one that suits the engine. Raises EngineMissing if there is none.
    """
    script = Path(__file__).resolve().parents[2] / "install.py"
    for python in _pythons():
        return [*python, str(script), "engine", "--progress", "json"]
    raise EngineMissing("No Python was found that can install the engine.", "Install Python 3.12 from python.org.")


def _pythons() -> Iterator[List[str]]:
    # In Krita, which has Python built in, this is the editor itself.
    if sys.executable and Path(sys.executable).name.lower().startswith("python"):
        yield [sys.executable]
    # An editor that was started from the desktop does not have the terminal's PATH.
    for folder in (None, "/opt/homebrew/bin", "/usr/local/bin", "/usr/bin"):
        found = shutil.which("python3", path=folder)
        if found:
            yield [found]
    if shutil.which("py"):
        yield ["py", "-3"]


def _lines(stream: Any) -> Iterator[bytes]:
    rest = b""
    for chunk in iter(lambda: stream.read(1 << 16), b""):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines


def _event(line: bytes) -> Optional[InstallationEvent]:
    """The event of one line; None for a kind that this version does not know."""
    try:
        told: Dict[str, Any] = json.loads(line.decode("utf-8"))
        kind = told["event"]
        if kind == "failed":
            return Failed(error_from_wire(told))
        if kind == "done":
            return Installed()
        if kind == "progress":
            return Step(str(told["text"]), told["done"] / max(told["total"], 1), told["seconds_left"])
        return Step(str(told["text"]), None, told.get("seconds_left")) if kind in ("stage", "note") else None
    except (ValueError, KeyError, TypeError):
        return None
