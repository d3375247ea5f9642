"""How the installer reports its progress: to a person in a terminal, or to the docker or dialog that started it.

With ``--progress json`` each event is one JSON object on a line of its own on stdout. (Here, a long one is broken.) A
reader takes lines until the process ends and ignores events that it does not know::

    {"event": "stage", "text": "Making an environment"}
    {"event": "stage", "text": "Making an environment (3 s)", "seconds": 3}
    {"event": "stage", "text": "Downloading 38 packages"}
    {"event": "progress", "text": "torch (1 MB so far): 3 of 38 packages", "done": 3, "total": 38, "unit": "packages",
     "seconds_left": null}
    {"event": "progress", "text": "libtorch_cpu.so: 30 MB of 4.0 GB", "done": 30000000, "total": 4000000000,
     "unit": "bytes", "seconds_left": 12.5}
    {"event": "note", "text": "No NVIDIA GPU was found: the CPU build of torch is taken."}
    {"event": "done", "text": "The engine is installed."}
    {"event": "failed", "code": "install-failed", "problem": "The disk is full.", "remedy": "Free 3 GB and run ..."}

``seconds_left`` is null while it is not known; ``unit`` is ``bytes``, ``files`` or ``packages``. A stage of unknown
extent is reported again each second, with the ``seconds`` that it has taken. Exactly one ``done`` or ``failed`` comes
last; a process that ends without either was killed. ``demo``, ``test`` and ``bench`` are different: the programs that
they start print to the same stdout, as they like, and the exit code shows how those ended.
"""

from __future__ import annotations

import json
import shutil
import sys
import threading
import time
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, Optional, TextIO, Tuple

from ..job.errors import NeuralStyleError

_PRINT_EVERY = 10.0  # seconds; in a log, in which nothing can be rewritten

Event = Dict[str, Any]


class Reporter:
    """Turns the steps of an installation into events for ``show``; estimates the time left.

    Progress is shown every ``show_every`` seconds at most: a docker can't use more. Another program's work is looked at
    every ``beat`` seconds.
    """

    def __init__(self, show: Callable[[Event], None], show_every: float = 0.2, beat: float = 1.0) -> None:
        self._show = show
        self._show_every = show_every
        self._beat = beat
        self._lock = threading.Lock()  # Two threads must not write into one line.
        self._began = 0.0
        self._began_at = 0
        self._shown = 0.0

    @contextmanager
    def busy(self, text: str) -> Iterator[None]:
        """A stage of unknown extent, such as another program's work: its duration so far is reported."""
        self.stage(text)
        began = time.monotonic()

        def beat() -> None:
            seconds = int(time.monotonic() - began)
            self._report({"event": "stage", "text": f"{text} ({duration(seconds)})", "seconds": seconds})

        with repeated(beat, self._beat):
            yield

    @contextmanager
    def watching(self, look: Callable[[], Tuple[str, int]], total: int) -> Iterator[None]:
        """Progress of another program's work: ``look`` returns the package in work, and how many are complete."""

        def beat() -> None:
            text, done = look()
            self.progress(text, min(done, total), total, "packages")

        beat()
        with repeated(beat, self._beat):
            yield

    def stage(self, text: str) -> None:
        """A part of the work that may take more than a second begins."""
        self._began = 0.0
        self._report({"event": "stage", "text": text})

    def progress(self, text: str, done: int, total: int, unit: str = "bytes") -> None:
        """``done`` of ``total`` units of the stage are complete; ``text`` names the one in work."""
        now = time.monotonic()
        if not self._began:
            self._began, self._began_at = now, done
        if done != total and now - self._shown < self._show_every:
            return
        self._shown = now
        # Packages differ too much in size: their number says nothing about the time left.
        left = self._seconds_left(now - self._began, done, total) if unit != "packages" else None
        total = max(done, total)
        self._report(
            {"event": "progress", "text": text, "done": done, "total": total, "unit": unit, "seconds_left": left}
        )

    def note(self, text: str) -> None:
        """Something that the user should know: a choice that was made, a fallback."""
        self._report({"event": "note", "text": text})

    def done(self, text: str) -> None:
        """The command succeeded."""
        self._report({"event": "done", "text": text})

    def failed(self, error: NeuralStyleError) -> None:
        """The command failed."""
        self._report({"event": "failed", **error.to_wire()})

    def _report(self, event: Event) -> None:
        with self._lock:
            self._show(event)

    def _seconds_left(self, elapsed: float, done: int, total: int) -> Optional[float]:
        worked = done - self._began_at
        if worked <= 0 or elapsed < 1 or done > total:
            return None
        return round(elapsed * (total - done) / worked, 1)


class Tally:
    """Counts the work of several threads, and reports it as the progress of one stage."""

    def __init__(self, reporter: Reporter, total: int, unit: str = "bytes") -> None:
        self._reporter, self._total, self._unit = reporter, total, unit
        self._done = 0
        self._lock = threading.Lock()

    def add(self, text: str, count: int = 1) -> None:
        """``count`` more units of ``text`` are complete."""
        with self._lock:
            self._done += count
            self._reporter.progress(text, self._done, self._total, self._unit)


@contextmanager
def repeated(work: Callable[[], None], seconds: float) -> Iterator[None]:
    """Do ``work`` every so many ``seconds`` while the block runs."""
    ended = threading.Event()

    def repeat() -> None:
        while not ended.wait(seconds):
            work()

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def json_lines(event: Event) -> None:
    """Show events to a program, which shows their texts to a person."""
    if event["event"] == "progress":
        event = {**event, "text": f"{event['text']}: {_extent(event)}"}
    print(json.dumps(event), flush=True)


class Terminal:
    """Shows events to a person: a line for each stage, and on a terminal one that is rewritten as it goes."""

    def __init__(self, stream: Optional[TextIO] = None) -> None:
        self._stream = stream or sys.stdout
        self._live = self._stream.isatty()
        self._open = False
        self._printed = 0.0

    def __call__(self, event: Event) -> None:
        """Show one event."""
        kind = event["event"]
        if kind == "progress":
            self._passing(_bar(event))
        elif "seconds" in event:
            self._passing(duration(event["seconds"]))
        else:
            self._stay(event)

    def _stay(self, event: Event) -> None:
        if self._open:
            self._print("\n")
        self._open = False
        self._printed = time.monotonic()
        if event["event"] == "failed":
            print(f"error: {event['problem']} {event['remedy']}".rstrip(), file=sys.stderr, flush=True)
        else:
            self._print(f"{event['text']} ...\n" if event["event"] == "stage" else f"{event['text']}\n")

    def _passing(self, text: str) -> None:
        if self._live:
            # Cut, because a line that wraps can't be rewritten; filled up, because not every console can erase.
            width = shutil.get_terminal_size().columns - 3
            self._print(f"\r  {text[:width].ljust(width)}")
            self._open = True
        elif time.monotonic() - self._printed > _PRINT_EVERY:
            self._print(f"  {text}\n")
            self._printed = time.monotonic()

    def _print(self, text: str) -> None:
        print(text, end="", file=self._stream, flush=True)


def _bar(event: Event, cells: int = 24) -> str:
    done, total = event["done"], max(event["total"], 1)
    filled = cells * min(done, total) // total
    bar = "#" * filled + "." * (cells - filled)
    return f"[{bar}] {_extent(event)}{_left(event)}  {event['text']}"


def _left(event: Event) -> str:
    return f", {duration(event['seconds_left'])} left" if event["seconds_left"] else ""


def _extent(event: Event) -> str:
    done, total = event["done"], event["total"]
    return f"{size(done)} of {size(total)}" if event["unit"] == "bytes" else f"{done} of {total} {event['unit']}"


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
