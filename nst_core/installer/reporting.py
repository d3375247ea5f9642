"""How an installation tells what it does: to a person in a terminal, or to the docker or dialog that started it.

With ``--progress json`` each event is one JSON object on a line of its own on stdout; a reader takes lines until the
process ends and ignores events that it does not know::

    {"event": "stage", "text": "Downloading 38 packages"}
    {"event": "progress", "text": "torch", "done": 1048576, "total": 4194304, "unit": "bytes", "seconds_left": 12.5}
    {"event": "note", "text": "No NVIDIA GPU was found: the CPU build of torch is taken."}
    {"event": "done", "text": "The engine is installed."}
    {"event": "failed", "code": "install-failed", "problem": "The disk is full.", "remedy": "Free 3 GB and run ..."}

``seconds_left`` is null until it can be told; ``unit`` is ``bytes`` or ``packages``. Exactly one ``done`` or ``failed``
comes last, with exit code 0 or 2; a process that ends without either was killed.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any, Callable, Dict, Optional

from ..bridge.errors import NeuralStyleError

_SHOW_EVERY = 0.2  # seconds; more often costs a docker more than it tells
_PRINT_EVERY = 10.0  # seconds; in a log, which nothing can be rewritten in


class Reporter:
    """Turns what happens into events for ``show``; estimates the time left and drops events that come too fast."""

    def __init__(self, show: Callable[[Dict[str, Any]], None]) -> None:
        self._show = show
        self._began = 0.0
        self._began_at = 0
        self._shown = 0.0

    def stage(self, text: str) -> None:
        """A part of the work that may take more than a second begins."""
        self._began = 0.0
        self._show({"event": "stage", "text": text})

    def progress(self, text: str, done: int, total: int, unit: str = "bytes") -> None:
        """``done`` of ``total`` units of the stage are behind us; ``text`` names what is in work."""
        now = time.monotonic()
        if not self._began:
            self._began, self._began_at = now, done
        if done < total and now - self._shown < _SHOW_EVERY:
            return
        self._shown = now
        left = self._seconds_left(now - self._began, done, total)
        self._show(
            {"event": "progress", "text": text, "done": done, "total": total, "unit": unit, "seconds_left": left}
        )

    def note(self, text: str) -> None:
        """Something to know: a choice that was made, a fallback."""
        self._show({"event": "note", "text": text})

    def done(self, text: str) -> None:
        """The command succeeded."""
        self._show({"event": "done", "text": text})

    def failed(self, error: NeuralStyleError) -> None:
        """The command failed."""
        self._show({"event": "failed", **error.to_wire()})

    def _seconds_left(self, elapsed: float, done: int, total: int) -> Optional[float]:
        worked = done - self._began_at
        if worked <= 0 or elapsed < 1:
            return None
        return round(elapsed * (total - done) / worked, 1)


def json_lines(event: Dict[str, Any]) -> None:
    """Show events to a program."""
    print(json.dumps(event), flush=True)


class Terminal:
    """Shows events to a person: a line for each stage, and on a terminal one that is rewritten as it goes."""

    def __init__(self) -> None:
        self._live = sys.stdout.isatty()
        self._open = False
        self._printed = 0.0

    def __call__(self, event: Dict[str, Any]) -> None:
        """Show one event."""
        kind = event["event"]
        if kind == "progress":
            self._progress(event)
            return
        self._close()
        if kind == "failed":
            print(f"error: {event['problem']} {event['remedy']}".rstrip(), file=sys.stderr, flush=True)
        else:
            print(f"{event['text']} ..." if kind == "stage" else event["text"], flush=True)

    def _progress(self, event: Dict[str, Any]) -> None:
        if self._live:
            print(f"\r\033[K  {_bar(event)}", end="", flush=True)
            self._open = True
        elif time.monotonic() - self._printed > _PRINT_EVERY:
            print(f"  {_bar(event)}", flush=True)
            self._printed = time.monotonic()

    def _close(self) -> None:
        if self._open:
            print(flush=True)
        self._open = False


def _bar(event: Dict[str, Any], cells: int = 24) -> str:
    done, total = event["done"], max(event["total"], 1)
    filled = cells * min(done, total) // total
    bar = "#" * filled + "." * (cells - filled)
    sizes = f"{size(done)} of {size(total)}" if event["unit"] == "bytes" else f"{done} of {total} {event['unit']}"
    left = event["seconds_left"]
    return f"[{bar}] {sizes}" + (f", {duration(left)} left" if left else "") + f"  {event['text']}"


def size(count: float) -> str:
    """``count`` bytes, as people read it."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def duration(seconds: float) -> str:
    """``seconds``, as people read it."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
