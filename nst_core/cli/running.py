"""Runs the engine in this process or in a worker like that of the editors, and handles Ctrl-C.

Both have the same interface, so the code that reads the events works with each.
"""

from __future__ import annotations

import signal
import sys
import time
from contextlib import contextmanager
from types import FrameType
from typing import Callable, Generator, Iterator, List, Optional, Protocol

from nst_core.bridge import paths
from nst_core.job.errors import EngineMissing, EngineNotInstalled
from nst_core.job.events import Canceled, Estimate, Event, Failed, Ready
from nst_core.job.request import StyleJob

#: The seconds between two requests for the worker's events.
_POLL_SECONDS = 0.04

REPAIR_IT = "Run `python3 install.py` again."

Events = Generator[Event, None, None]


class Engine(Protocol):
    """Paint one job. The events end with a Result, or raise a named error."""

    def events(self, job: StyleJob) -> Events:
        """Paint ``job``, and yield its events."""

    def stop(self) -> None:
        """Stop after the current step, with the unfinished picture as the result."""


class InProcess:
    """The engine in this process. Raises :class:`EngineMissing` if it can't be loaded."""

    def __init__(self) -> None:
        try:
            from nst_core.engine.control import Control
            from nst_core.engine.stylize import stylize
        except ModuleNotFoundError:
            raise
        except (ImportError, OSError) as error:  # OSError: a file of torch is missing or damaged
            raise EngineMissing(f"The engine can't be loaded ({first_line(error)}).", REPAIR_IT) from error

        self._control = Control()
        self._stylize = stylize

    def events(self, job: StyleJob) -> Events:
        """Paint ``job``, and yield its events."""
        yield from self._stylize(job, self._control)

    def stop(self) -> None:
        """Stop after the current step, with the unfinished picture as the result."""
        self._control.stop(keep=True)


class InWorker:
    """The engine in a separate process, through the editors' client. Raises :class:`EngineMissing`."""

    def __init__(self) -> None:
        from nst_core.bridge.client import Client

        self._client = Client(_worker_command())
        self._client.start()
        self._stopping = False

    def events(self, job: StyleJob) -> Events:
        """Paint ``job``, and yield its events."""
        try:
            self._client.stylize(job)
            yield from self._drain()
        finally:
            self._client.close()

    def stop(self) -> None:
        """Stop after the current step, with the unfinished picture as the result."""
        # This only sets a flag, because a signal may arrive while the client is working.
        self._stopping = True

    def _drain(self) -> Events:
        canceled = False
        while self._client.busy:
            if self._stopping and not canceled:
                self._client.cancel(keep=True)
                canceled = True
            for event in self._client.poll():
                if isinstance(event, Failed):
                    raise event.error
                if not isinstance(event, (Ready, Estimate, Canceled)):
                    yield event
            time.sleep(_POLL_SECONDS)


def _worker_command() -> List[str]:
    """Return the command of the engine that the user chose, or of this interpreter: nst is part of an engine."""
    try:
        return paths.engine_command()
    except EngineNotInstalled:
        script = f"import sys; sys.path[:] = {sys.path!r}; from nst_core.worker import main; sys.exit(main())"
        return [sys.executable, "-c", script]


def first_line(error: Exception) -> str:
    """Return the first line of ``error`` as part of a sentence. The messages of some libraries fill a page."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


@contextmanager
def interruptible(stop: Callable[[], None]) -> Iterator[None]:
    """Handle Ctrl-C in this context: the first one calls ``stop``, and the second one raises KeyboardInterrupt."""
    pressed = False

    def interrupt(number: int, frame: Optional[FrameType]) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True
        print("\nnst: stopping after this step; press Ctrl-C again to abort.", file=sys.stderr)
        stop()

    previous = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
