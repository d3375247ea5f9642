"""Reports the installer's steps: to a person in a terminal, or to the docker or dialog that started it.

With ``--progress json``, each event is a JSON object on one line of stdout. A reader takes lines until the process
ends, and ignores events that it does not know::

    {"event": "stage", "text": "Making an environment"}
    {"event": "stage", "text": "Making an environment (3 s)", "seconds": 3, "detail": ""}
    {"event": "progress", "text": "Downloading torch: 3 of 38", "done": 2, "total": 38}
    {"event": "note", "text": "Build of torch: cpu (no supported GPU was found)."}
    {"event": "done", "text": "The engine is installed."}
    {"event": "failed", "code": "install-failed", "problem": "The disk is full.", "remedy": "Free 3 GB and run ..."}

A stage is reported again each second. Its ``seconds`` are the time until now, and ``detail`` is the last line of the
program that does the work. The last event is ``done`` or ``failed``. If neither comes, the process was killed.
``demo``, ``test`` and ``bench`` are different: they start programs that print to the same stdout in their own form, and
return the exit codes of these programs.
"""

from __future__ import annotations

import json
import shutil
import sys
import threading
import time
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, Optional, TextIO

from ..job.errors import NeuralStyleError

Event = Dict[str, Any]


class Reporter:
    """Turns the steps of an installation into events for ``show``.

    A stage is reported again after each ``interval``.
    """

    def __init__(self, show: Callable[[Event], None], interval: float = 1.0) -> None:
        self._show, self._interval = show, interval
        self._lock = threading.Lock()  # Two threads must not write into one line.

    @contextmanager
    def busy(self, text: str, done: int = 0, total: int = 0, detail: Callable[[], str] = str) -> Iterator[None]:
        """Report a stage that may take long or, with ``total``, one step of a stage after ``done`` others."""
        event: Event = {"event": "stage", "text": text}
        if total:
            event = {"event": "progress", "text": f"{text}: {done + 1} of {total}", "done": done, "total": total}
        self._report(event)
        began, ended = time.monotonic(), threading.Event()

        def repeat() -> None:
            while not ended.wait(self._interval):
                seconds = int(time.monotonic() - began)
                text = f"{event['text']} ({duration(seconds)})"
                self._report({**event, "text": text, "seconds": seconds, "detail": detail()})

        thread = threading.Thread(target=repeat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def note(self, text: str) -> None:
        """Report something that the user should know, such as a choice or a fallback."""
        self._report({"event": "note", "text": text})

    def done(self, text: str) -> None:
        """Report that the command succeeded."""
        self._report({"event": "done", "text": text})

    def failed(self, error: NeuralStyleError) -> None:
        """Report that the command failed."""
        self._report({"event": "failed", **error.to_wire()})

    def _report(self, event: Event) -> None:
        with self._lock:
            self._show(event)


def json_lines(event: Event) -> None:
    """Print an event for a program, which shows the text to a person."""
    print(json.dumps(event), flush=True)


class Terminal:
    """Shows each event to a person as one line. A terminal also shows a second line, which is updated."""

    def __init__(self, stream: Optional[TextIO] = None) -> None:
        self._stream = stream or sys.stdout
        self._is_open = False  # True if the last line will be updated.

    def __call__(self, event: Event) -> None:
        """Show one event."""
        if "seconds" in event:
            if self._stream.isatty():
                text = f"  {duration(event['seconds'])}  {event['detail']}"
                # A wrapped line can't be updated, so it is cut. Some consoles can't erase, so it is filled with spaces.
                width = shutil.get_terminal_size().columns - 1
                print(f"\r{text[:width].ljust(width)}", end="", file=self._stream, flush=True)
                self._is_open = True
            return
        if self._is_open:
            print(file=self._stream)
        self._is_open = False
        if event["event"] == "failed":
            print(f"error: {event['problem']} {event['remedy']}".rstrip(), file=sys.stderr, flush=True)
        else:
            print(event["text"] + " ..." * (event["event"] in ("stage", "progress")), file=self._stream, flush=True)


def duration(seconds: float) -> str:
    """Return ``seconds`` as a text for people."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
