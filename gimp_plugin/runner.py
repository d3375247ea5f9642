"""The engine in GIMP's own event loop. A timer polls the engine, so no window freezes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Callable, Iterator, Optional

from gi.repository import GLib

from nst_core.bridge.client import Client
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import NeuralStyleError
from nst_core.job.events import Canceled, ClientEvent, Failed, Result
from nst_core.job.request import StyleJob
from nst_core.job.settings import Settings
from nst_core.job.sizes import JobSizes

from . import timers

#: Milliseconds between two polls. This is fast enough for a smooth preview.
POLL_INTERVAL = 40


class Runner:
    """Runs one job after the other on one engine, and calls ``listen`` with every event.

    If ``listen`` raises an exception, the job ends with a named error, and ``failed`` is called with it. The next job
    starts a new engine.
    """

    def __init__(
        self,
        listen: Callable[[ClientEvent], None],
        client: Optional[Client] = None,
        failed: Callable[[NeuralStyleError], None] = lambda error: None,
    ) -> None:
        self._client = client or Client()
        self._listen, self._failed = listen, failed
        self._loop = GLib.MainLoop()
        self._end: Optional[ClientEvent] = None
        self._timer = timers.every(POLL_INTERVAL, self._poll, self.fail)

    @property
    def busy(self) -> bool:
        """True if a job is running."""
        return self._client.busy

    def warm(self) -> None:
        """Start the engine before it is needed. Raises :class:`EngineMissing`."""
        self._client.start()

    def begin(self, job: StyleJob) -> None:
        """Start ``job`` and return immediately. ``listen`` gets its end."""
        self._client.stylize(job)

    def run(self, job: StyleJob) -> Optional[Result]:
        """Run ``job`` in the event loop, and return its result, or None if it was stopped and discarded.

        Raises the named error of the job if it fails.
        """
        self._end = None
        self.begin(job)
        self._loop.run()
        if isinstance(self._end, Failed):
            raise self._end.error
        return self._end if isinstance(self._end, Result) else None

    def stop(self, keep: bool) -> None:
        """End the job, and keep its unfinished picture or discard it."""
        self._client.cancel(keep)

    def adjust(self, adjustment: Adjustment) -> None:
        """Change settings of the running job."""
        if self.busy:
            self._client.adjust(adjustment)

    def estimate(self, sizes: JobSizes, settings: Settings) -> None:
        """Ask for the time and memory of a job, unless a job is running. An ``Estimate`` follows."""
        if not self.busy:
            self._client.estimate(sizes, settings)

    def fail(self, error: NeuralStyleError) -> None:
        """End the job with ``error``, and end the engine, which may still work on the job."""
        self._client.close()
        self._conclude(Failed(error))
        self._failed(error)

    def close(self) -> None:
        """End the engine."""
        GLib.source_remove(self._timer)
        self._client.close()

    def _poll(self) -> bool:
        for event in self._client.poll():
            if isinstance(event, (Result, Failed, Canceled)):
                self._conclude(event)
            self._listen(event)
        return True

    def _conclude(self, end: ClientEvent) -> None:
        self._end = end
        self._loop.quit()


@contextmanager
def engine(listen: Callable[[ClientEvent], None], client: Optional[Client] = None) -> Iterator[Runner]:
    """Make a runner, and close it at the end of this context, also after an error."""
    runner = Runner(listen, client)
    try:
        yield runner
    finally:
        runner.close()
