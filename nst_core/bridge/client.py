"""The client with which a host (an editor, or ``nst``) starts the engine, gives it jobs, and fetches events.

Call a client only from the thread of the host's event loop. No method blocks, and there are no callbacks: the host
calls :meth:`Client.poll` from a timer (about every 40 ms) and handles the events::

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

#: The longest time in seconds between a cancel that discards the picture and the end of the job. After this time, the
#: engine's process is replaced.
CANCEL_WITHIN = 1.0


class Client:
    """The connection of one host to the engine. It has at most one worker process, and one job at a time."""

    def __init__(
        self,
        command: Optional[Sequence[str]] = None,
        log: Optional[Path] = None,
        connect: Callable[[Sequence[str], Mailbox[ClientEvent], Path], Connection] = Connection,
    ) -> None:
        """Make a client without a worker.

        ``command`` starts a worker (None: :func:`.paths.engine_command`). Its stderr is kept in the file ``log``.
        """
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
        """True if there is a job, and ``poll`` has not returned its end yet."""
        return self._job is not None

    def start(self) -> None:
        """Start a worker if none runs, and return at once. The event ``Ready`` or ``Failed`` follows.

        Raises :class:`EngineMissing` if there is no engine.
        """
        if self._connection is None or self._connection.is_over:
            self._replace_connection()

    def stylize(self, job: StyleJob) -> None:
        """Begin ``job`` and return at once. If no worker runs, one is started.

        Raises :class:`EngineMissing` if there is no engine, :class:`InvalidJob` while another job runs, and
        :class:`ProtocolError` if the names of the styles are too long. Each later error arrives as ``Failed``.
        """
        if self.busy:
            raise InvalidJob("The engine is still at work on another picture.", "Wait for it, or cancel it.")
        self._jobs += 1
        expected, request = messages.expectation(self._jobs, job), messages.stylize_frame(self._jobs, job)
        if self._connection is None or not self._connection.begin(expected, [request]):
            # If the new worker ends immediately, this job ends with a Failed that has the reason.
            self._replace_connection().begin(expected, [request])
        self._job = expected

    def cancel(self, keep: bool) -> None:
        """Stop the job. With ``keep`` it ends with a ``Result`` (the unfinished picture), otherwise with ``Canceled``.

        Does nothing if no job runs. If the engine does not end a discarded job in time, its process is replaced.
        """
        if self._connection is None or not self.busy:
            return
        self._connection.send("cancel", keep=keep)
        if not keep and self._patience_ends is None:
            self._patience_ends = time.monotonic() + CANCEL_WITHIN

    def adjust(self, adjustment: Adjustment) -> None:
        """Change settings of the running job. Does nothing if no job runs.

        Raises :class:`InvalidJob` if the adjustment has more or fewer weights than the job has styles.
        """
        if self._connection is None or self._job is None:
            return
        adjustment.require_styles(self._job.styles)
        self._connection.send("adjust", **adjustment.to_dict())

    def estimate(self, sizes: JobSizes, settings: Settings) -> None:
        """Ask for the time and memory of a job. An ``Estimate`` follows. Does nothing if no worker was started."""
        if self._connection is not None:
            self._connection.ask("estimate", sizes=sizes.to_dict(), settings=settings.to_dict())

    def poll(self) -> List[ClientEvent]:
        """Return the events since the last call, the oldest first. Never blocks.

        If several progress reports or previews have arrived, only the newest one is returned. Every job ends with
        exactly one ``Result``, ``Failed`` or ``Canceled``.
        """
        if self._connection is not None:
            self._connection.watch()
            self._send_to_new_worker(self._connection.take_unanswered())
        events = self._fetch()
        if self._patience_ends is not None and time.monotonic() > self._patience_ends:
            self._replace_stuck_worker()
            events += self._fetch()
        return events

    def close(self) -> None:
        """End the worker within a second, and drop all events that were not fetched. :meth:`start` works again then."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._job = self._patience_ends = None
        self._mailbox.drain()

    def _fetch(self) -> List[ClientEvent]:
        events = self._mailbox.drain()
        if self._patience_ends is not None:  # The worker sent this result before it received the cancel: drop it.
            events = [Canceled() if isinstance(event, Result) else event for event in events]
        if any(isinstance(event, (Result, Failed, Canceled)) for event in events):
            self._job = self._patience_ends = None
        return events

    def _replace_connection(self) -> Connection:
        # Drop the error of an earlier start. Otherwise the next job would end with it.
        self._mailbox.discard("failed")
        self._connection = self._start_worker()
        return self._connection

    def _start_worker(self) -> Connection:
        return self._connect(self.command or paths.engine_command(), self._mailbox, self._log)

    def _send_to_new_worker(self, frames: Sequence[Frame]) -> None:
        """Start a new worker and send it ``frames``, those of the running job. Does nothing if there are none."""
        if not frames or self._job is None:
            return
        try:
            self._replace_connection().begin(self._job, frames)
        except EngineMissing as error:
            self._mailbox.post("failed", Failed(error))

    def _replace_stuck_worker(self) -> None:
        assert self._connection is not None
        self._connection.abort(Canceled())
        with contextlib.suppress(EngineMissing):  # The next job will raise this error again.
            self._connection = self._start_worker()
