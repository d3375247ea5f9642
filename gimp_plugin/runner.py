"""The engine in GIMP's own event loop: it is polled by a timer, and never waits in a way that freezes a window."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Callable, Iterator, Optional

from gi.repository import GLib

from nst_core.bridge.client import Client
from nst_core.job.adjustment import Adjustment
from nst_core.job.events import Canceled, ClientEvent, Failed, Result
from nst_core.job.request import StyleJob

#: Milliseconds between two polls: quick enough for a smooth preview.
POLL_INTERVAL = 40


class Runner:
    """Runs one job after the other on one engine, and tells ``listen`` of every event of it."""

    def __init__(self, listen: Callable[[ClientEvent], None], client: Optional[Client] = None) -> None:
        self._client = client or Client()
        self._listen = listen
        self._loop = GLib.MainLoop()
        self._end: Optional[ClientEvent] = None
        self._timer = GLib.timeout_add(POLL_INTERVAL, self._poll)

    @property
    def busy(self) -> bool:
        """Whether a job is running."""
        return bool(self._loop.is_running())

    def warm(self) -> None:
        """Start the engine before it is needed. Raises :class:`EngineMissing`."""
        self._client.start()

    def run(self, job: StyleJob) -> Optional[Result]:
        """Carry out ``job`` while the event loop goes on; None if it was stopped and discarded.

        Raises the named error that it failed with.
        """
        self._end = None
        self._client.stylize(job)
        self._loop.run()
        if isinstance(self._end, Failed):
            raise self._end.error
        return self._end if isinstance(self._end, Result) else None

    def stop(self, keep: bool) -> None:
        """End the job early, with its picture so far or without."""
        self._client.cancel(keep)

    def adjust(self, adjustment: Adjustment) -> None:
        """Change settings of the job that is running."""
        if self.busy:
            self._client.adjust(adjustment)

    def close(self) -> None:
        """End the engine."""
        GLib.source_remove(self._timer)
        self._client.close()

    def _poll(self) -> bool:
        for event in self._client.poll():
            self._listen(event)
            if isinstance(event, (Result, Failed, Canceled)):
                self._end = event
                self._loop.quit()
        return True


@contextmanager
def engine(listen: Callable[[ClientEvent], None]) -> Iterator[Runner]:
    """A runner that is closed at the end, however that comes."""
    runner = Runner(listen)
    try:
        yield runner
    finally:
        runner.close()
