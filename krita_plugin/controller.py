"""The controller of jobs: it runs them one after the other, and keeps the engine.

One controller serves all windows, so there is one engine, and one job at a time. It runs on the GUI thread: a timer
fetches the engine's events, and a :class:`~.steps.Pump` runs the long work on documents in short steps.
"""

from __future__ import annotations

import time
from typing import Any, Callable, Optional, Set, Tuple

from nst_core.bridge.client import Client
from nst_core.bridge.private_folder import remove_leftovers
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import NeuralStyleError
from nst_core.job.events import Estimate, Failed, Ready
from nst_core.job.settings import Settings
from nst_core.job.sizes import JobSizes
from nst_core.studio.animation import Animation
from nst_core.studio.queue import Queue

from .caught import error_of
from .film_order import FilmOrder
from .film_run import FilmRun
from .hidden import blank_document
from .job_layer import Added
from .job_run import READING, JobRun, Listeners
from .painting import Painting
from .picture_run import PictureRun
from .qt import QtCore, Signal
from .results import Results
from .steps import Pump

#: Milliseconds between two checks for events of the engine.
POLL_INTERVAL = 40
#: The longest time in seconds that Krita, when it closes, waits until the frames of a film are removed.
PATIENCE = 2.0

#: The state of the controller while no job runs. The other states are those of a run.
IDLE = "idle"


class Controller(QtCore.QObject):
    """Paints one job at a time and reports its progress. The other jobs wait in ``queue``.

    ``changed`` reports a new ``state``, and ``queue_changed`` that the queue holds other jobs. ``failed`` reports an
    error that the queue does not list, and ``finished`` the layer as :class:`Added`, or None if the picture was
    discarded. ``estimated`` reports an Estimate, and the object that has asked for it. The other signals are the
    :class:`~.job_run.Listeners` of the running job.
    """

    changed = Signal()
    queue_changed = Signal()
    progressed = Signal(object)
    begun = Signal(object)
    previewed = Signal(object)
    noticed = Signal(str)
    failed = Signal(object)
    finished = Signal(object)
    estimated = Signal(object, object)

    def __init__(
        self,
        client: Optional[Client] = None,
        clock: Callable[[], float] = time.monotonic,
        make_animation: Callable[[], Animation] = Animation,
    ) -> None:
        super().__init__()
        self._make_animation, self._clock = make_animation, clock
        self.devices: Tuple[str, ...] = ()
        #: The files that the user has chosen as styles since Krita started. The plug-in reads them without a question.
        self.chosen_files: Set[str] = set()
        self.client = client or Client()
        self.queue: Queue[Painting] = Queue()
        self.results = Results()
        self._run: Optional[JobRun] = None
        #: The object that asked for an estimate last.
        self._asker: Any = None
        self._pump = Pump(self._guard_job)
        self._poll = QtCore.QTimer(self)
        self._poll.setInterval(POLL_INTERVAL)
        self._poll.timeout.connect(self.poll)

    def warm(self) -> None:
        """Do slow work early: start the engine, make a document for conversions, and remove frames of a crash."""
        for work in (self._start, blank_document, remove_leftovers):
            QtCore.QTimer.singleShot(0, lambda work=work: self.guard(work))

    @property
    def state(self) -> str:
        """The state of the running job, or IDLE."""
        return IDLE if self._run is None else self._run.state

    @property
    def painting(self) -> Optional[Painting]:
        """The job that the engine paints, with its present live settings."""
        return None if self._run is None else self._run.painting

    @property
    def is_on_canvas(self) -> bool:
        """True if the canvas also shows the preview."""
        return self._run is not None and self._run.is_on_canvas

    @property
    def is_busy(self) -> bool:
        """True if the engine paints a picture, or will begin the next one in a moment."""
        return self._run is not None or (bool(self.queue.waiting) and not self.queue.is_halted)

    def stylize(self, *paintings: Painting) -> None:
        """Add paintings to the queue, and begin if the engine is free. ``failed`` or the queue reports an error.

        A painting is not added again while it waits or while its layers are read. So a double click adds it only once.
        """
        unread = [entry.order for entry in self.queue.waiting]
        if self._run is not None and self._run.state == READING:
            unread.append(self._run.painting)
        for painting in paintings:
            if painting not in unread:
                self.queue.add(painting.title, painting)
        self.begin_next()

    def change_queue(self, change: Callable[[Queue[Painting]], None]) -> None:
        """Let the user move or remove waiting jobs, or resume a queue that was halted."""
        change(self.queue)
        self.begin_next()

    def begin_next(self) -> None:
        """Begin the next job of the queue if no job is running."""
        entry = self.queue.begin() if self._run is None else None
        self.queue_changed.emit()
        if entry is not None:
            self._run = self._make_run(entry.order)
            self.changed.emit()
            self._poll.start()
            self._run.start()

    def stop(self, keep: bool) -> None:
        """End the job. Keep the unfinished picture if ``keep`` is true."""
        if self._run is not None:
            self._run.stop(keep)

    def estimate(self, asker: Any, sizes: JobSizes, settings: Settings) -> None:
        """Ask the engine for the costs of a job, unless it paints. ``estimated`` reports them to ``asker``."""
        if self._run is None:
            self._asker = asker
            self.client.estimate(sizes, settings)

    def adjust(self, adjustment: Adjustment) -> None:
        """Change the live settings and the weights of the styles in the job that the engine paints."""
        run = self._run
        if run is not None:
            self.guard(lambda: run.adjust(adjustment))

    def show_on_canvas(self, is_wanted: bool) -> None:
        """Show the preview of the job on the canvas, or hide it there."""
        if self._run is not None:
            self._run.show_on_canvas(is_wanted)

    def poll(self) -> None:
        """Handle the events that the engine has sent."""
        self._guard_job(self._fetch)

    def close(self) -> None:
        """End the engine and the job."""
        self._poll.stop()
        self._pump.drop()
        if self._run is not None:
            self._run.close(PATIENCE)
        self.client.close()

    def guard(self, action: Callable[[], None]) -> bool:
        """Call ``action`` and return True if it succeeds. ``failed`` reports its exception, but the job goes on."""
        error = error_of(action)
        if error is not None:
            self.failed.emit(error)
        return error is None

    def _guard_job(self, action: Callable[[], None]) -> bool:
        """Call ``action``, a part of the job, and return True if it succeeds. An exception ends the job."""
        error = error_of(action)
        if error is not None:
            self._fail(error)
        return error is None

    def _start(self) -> None:
        self._poll.start()
        self.client.start()

    def _make_run(self, painting: Painting) -> JobRun:
        report = Listeners(
            self.changed.emit,
            self.progressed.emit,
            self.begun.emit,
            self.previewed.emit,
            self.noticed.emit,
            self._end,
        )
        if isinstance(painting, FilmOrder):
            return FilmRun(painting, self._pump, self.results, report, self._make_animation)
        return PictureRun(painting, self._pump, self.results, report, self.client, self._clock)

    def _fetch(self) -> None:
        for event in self.client.poll():
            self._take(event)
        if self._run is not None:
            self._run.require_document()

    def _take(self, event: Any) -> None:
        if isinstance(event, Ready):
            self.devices = event.devices
            self.changed.emit()
            self.change_queue(Queue.resume)
        elif isinstance(event, Estimate):
            self.estimated.emit(self._asker, event)
        elif self._run is not None:
            self._run.take(event)
        elif isinstance(event, Failed):
            self._fail(event.error)

    def _fail(self, error: NeuralStyleError) -> None:
        if self._run is None:
            self.failed.emit(error)
        else:
            self._end(None, error)

    def _end(self, added: Optional[Added], error: Optional[NeuralStyleError]) -> None:
        """End the job, and remove the preview layer if the job added no layer. The next job begins a moment later."""
        if error is not None and added is None:
            self.client.cancel(keep=False)
        self._pump.drop()
        run, self._run = self._run, None
        if run is not None and added is None:
            run.discard()
        is_listed = self.queue.end(error)
        self.changed.emit()
        self.finished.emit(added)
        if error is not None and not is_listed:
            self.failed.emit(error)
        QtCore.QTimer.singleShot(0, self.begin_next)
