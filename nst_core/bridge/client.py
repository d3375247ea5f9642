"""The host's side of painting: start the engine, give it a job, fetch events, cancel.

A client is used from one thread, the one that its host's event loop runs in. Nothing blocks and nothing calls back:
the host calls :meth:`Client.poll` from a timer (about 40 ms), and acts on what it gets::

    client = Client()
    client.start()                      # early, so that the engine is loaded when it is needed
    client.stylize(job)
    for event in client.poll(): ...     # Ready, Started, Progress, Preview, Notice, Result, Failed, Canceled
    client.cancel(keep=True)
    client.close()
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Callable, List, Optional, Sequence

from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import EngineMissing, InvalidJob
from nst_core.job.events import Canceled, ClientEvent, Failed, Result
from nst_core.job.request import StyleJob
from nst_core.job.settings import Settings
from nst_core.job.sizes import JobSizes

from . import messages, paths
from .connection import Connection
from .framing import Frame
from .mailbox import Mailbox

#: Seconds that the engine may take to obey a cancel that discards the picture; after them its process is replaced.
OBEY_WITHIN = 1.0


class Client:
    """One host's way to the engine: at most one worker process, and one job at a time."""

    def __init__(
        self,
        command: Optional[Sequence[str]] = None,
        log: Optional[Path] = None,
        connect: Callable[[Sequence[str], Mailbox[ClientEvent], Path], Connection] = Connection,
    ) -> None:
        """``command`` starts a worker (None: :func:`.paths.engine_command`); its stderr is kept in the file ``log``."""
        self.command = command
        self._connect = connect
        self._log = log or paths.logs_folder() / "engine.log"
        self._mailbox: Mailbox[ClientEvent] = Mailbox()
        self._connection: Optional[Connection] = None
        self._job: Optional[messages.Expectation] = None
        self._jobs = 0
        self._patience_ends: Optional[float] = None

    @property
    def busy(self) -> bool:
        """Whether there is a job whose end ``poll`` has not handed out yet."""
        return self._job is not None

    def start(self) -> None:
        """Start a worker if none runs, and return at once; ``Ready`` or ``Failed`` follows.

        Raises :class:`EngineMissing` if there is nothing to start.
        """
        if self._connection is None or self._connection.is_over:
            self._replace_connection()

    def stylize(self, job: StyleJob) -> None:
        """Begin ``job`` and return at once; a worker is started if none runs.

        Raises :class:`EngineMissing` if there is nothing to start, :class:`InvalidJob` while another job runs,
        :class:`ProtocolError` if the names of the styles fill a megabyte. Each later error is in a ``Failed``.
        """
        if self.busy:
            raise InvalidJob("The engine is still at work on another picture.", "Wait for it, or cancel it.")
        self._jobs += 1
        expected, request = messages.expectation(self._jobs, job), messages.stylize_frame(self._jobs, job)
        if self._connection is None or not self._connection.begin(expected, [request]):
            # If the new worker ends as soon as it has started, this job ends in a Failed with the reason.
            self._replace_connection().begin(expected, [request])
        self._job = expected

    def cancel(self, keep: bool) -> None:
        """Stop the job: with ``keep`` it ends in a ``Result`` of the picture so far, without in ``Canceled``.

        Does nothing if no job runs. An engine that does not end a discarded job in time is replaced.
        """
        if self._connection is None or not self.busy:
            return
        self._connection.send("cancel", keep=keep)
        if not keep and self._patience_ends is None:
            self._patience_ends = time.monotonic() + OBEY_WITHIN

    def adjust(self, adjustment: Adjustment) -> None:
        """Change settings of the job while it runs. Does nothing if no job runs.

        Raises :class:`InvalidJob` if the number of weights is not that of the job's styles.
        """
        if self._connection is None or self._job is None:
            return
        adjustment.require_styles(self._job.styles)
        self._connection.send("adjust", **adjustment.to_dict())

    def estimate(self, sizes: JobSizes, settings: Settings) -> None:
        """Ask for the time and memory of a job; an ``Estimate`` follows. Does nothing if no worker was started."""
        if self._connection is not None:
            self._connection.ask("estimate", sizes=sizes.to_dict(), settings=settings.to_dict())

    def poll(self) -> List[ClientEvent]:
        """All that happened since the last call, oldest first; never blocks.

        Of several progress reports or previews only the newest is there. Every job ends in exactly one ``Result``,
        ``Failed`` or ``Canceled``.
        """
        if self._connection is not None:
            self._connection.watch()
            self._give_to_another(self._connection.take_unanswered())
        events = self._fetch()
        if self._patience_ends is not None and time.monotonic() > self._patience_ends:
            self._replace_disobedient()
            events += self._fetch()
        return events

    def close(self) -> None:
        """End the worker, within a second, and drop what was not fetched. The client can be started again."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._job = self._patience_ends = None
        self._mailbox.drain()

    def _fetch(self) -> List[ClientEvent]:
        events = self._mailbox.drain()
        if self._patience_ends is not None:  # A result that crossed the cancel is not wanted anymore.
            events = [Canceled() if isinstance(event, Result) else event for event in events]
        if any(isinstance(event, (Result, Failed, Canceled)) for event in events):
            self._job = self._patience_ends = None
        return events

    def _replace_connection(self) -> Connection:
        # Forget the error of an earlier start: the next job must not end with it.
        self._mailbox.discard("failed")
        self._connection = self._start_worker()
        return self._connection

    def _start_worker(self) -> Connection:
        return self._connect(self.command or paths.engine_command(), self._mailbox, self._log)

    def _give_to_another(self, frames: Sequence[Frame]) -> None:
        """Send the frames of the running job to a new worker, if there are any."""
        if not frames or self._job is None:
            return
        try:
            self._replace_connection().begin(self._job, frames)
        except EngineMissing as error:
            self._mailbox.post("failed", Failed(error))

    def _replace_disobedient(self) -> None:
        assert self._connection is not None
        self._connection.abort(Canceled())
        with contextlib.suppress(EngineMissing):  # The next job raises this error again.
            self._connection = self._start_worker()
