"""Prints the events of a job: for a person on stderr, or for a script on stdout.

stdout gets only the lines of ``--json``.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import Any, Callable, Dict, Protocol

from nst_core.bridge import wording
from nst_core.job.errors import NeuralStyleError
from nst_core.job.events import Event, Notice, Preview, Progress, Result, Started
from nst_core.job.pixels import PixelBuffer


class EventPrinter(Protocol):
    """Prints the events of one job."""

    def event(self, event: Event, file: str = "") -> None:
        """Print an event. ``file`` is the file of its picture, or empty."""

    def failed(self, error: NeuralStyleError) -> None:
        """Report that the job ended in ``error``. The command itself prints the error on stderr."""

    def close(self) -> None:
        """Clean up the terminal after the job."""


class Silent:
    """Prints nothing. The command itself prints errors."""

    def event(self, event: Event, file: str = "") -> None: ...  # noqa: D102

    def failed(self, error: NeuralStyleError) -> None: ...  # noqa: D102

    def close(self) -> None: ...  # noqa: D102


class NoticesTo(Silent):
    """Passes the notices to ``say``, and prints nothing."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say

    def event(self, event: Event, file: str = "") -> None:  # noqa: D102
        if isinstance(event, Notice):
            self._say(event.text)


class JsonLines(Silent):
    """Prints each event as a JSON object on one line: ``event`` is its name in lower case. Pixels are left out."""

    def event(self, event: Event, file: str = "") -> None:  # noqa: D102
        fields = {f.name: getattr(event, f.name) for f in dataclasses.fields(event)}
        line = {name: value for name, value in fields.items() if not isinstance(value, PixelBuffer)}
        if file:
            line["file"] = file
        self._print(type(event).__name__.lower(), line)

    def failed(self, error: NeuralStyleError) -> None:  # noqa: D102
        self._print("failed", error.to_wire())

    def _print(self, name: str, fields: Dict[str, Any]) -> None:
        print(json.dumps({"event": name, **fields}), flush=True)


class ProgressBar(Silent):
    """Shows a progress bar with the engine's estimate. Without a terminal it prints only the other events."""

    def __init__(self) -> None:
        from tqdm import tqdm

        self._bar = tqdm(
            total=1.0, disable=None, leave=False, bar_format="{percentage:3.0f}% |{bar}| {desc}", file=sys.stderr
        )

    def event(self, event: Event, file: str = "") -> None:  # noqa: D102
        if isinstance(event, Progress):
            self._show(event)
        elif not isinstance(event, Preview):
            self._bar.clear()
            print(_sentence(event, file), file=sys.stderr)

    def close(self) -> None:  # noqa: D102
        self._bar.close()

    def _show(self, progress: Progress) -> None:
        self._bar.n = progress.fraction
        self._bar.set_description_str(f"{progress.scale} px, {wording.time_left(progress.seconds_left)}", refresh=True)


def _sentence(event: Event, file: str) -> str:
    if isinstance(event, Started):
        tiles = f", in tiles of {event.tile} px" if event.tile else ""
        return f"{wording.started(event)}{tiles}: {wording.time_left(event.seconds)}."
    if isinstance(event, Result):
        state = "Wrote" if event.complete else "Stopped; wrote the unfinished picture to"
        size = f"{event.pixels.width} x {event.pixels.height} px"
        return f"{state} {file} ({size}) in {event.seconds:.1f} s."
    assert isinstance(event, Notice)
    return f"Note: {event.text}"
