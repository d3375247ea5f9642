"""The controller of jobs: it reads the layers, lets the engine paint, and puts the picture into the document.

One controller serves all windows, so there is one engine, and one job at a time. It runs on the GUI thread: a timer
fetches the engine's events, and a :class:`~.steps.Pump` runs the long work on documents in short steps.
"""

from __future__ import annotations

import time
from typing import Any, Callable, Optional, Set, Tuple

from nst_core.bridge import wording
from nst_core.bridge.client import Client
from nst_core.bridge.language import tr
from nst_core.bridge.private_folder import remove_leftovers
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import HostError, NeuralStyleError
from nst_core.job.events import Canceled, Estimate, Failed, Notice, Preview, Progress, Ready, Result, Started
from nst_core.job.request import StyleJob
from nst_core.job.settings import Settings
from nst_core.job.sizes import JobSizes
from nst_core.studio.animation import Animation, FrameProgress
from nst_core.studio.queue import Queue

from .caught import error_of
from .conversion import Originals
from .document import Rect
from .film import FilmOrder
from .film_run import FilmRun
from .hidden import blank_document
from .job_layer import Added, JobLayer, add
from .painting import PREVIEW_SIDE, Painting
from .pictures import image_of, small_image
from .qt import QtCore, Signal
from .results import Results
from .steps import PAUSE, Pump, Steps

#: Milliseconds between two checks for events of the engine.
POLL_INTERVAL = 40
#: The longest time in seconds that Krita, when it closes, waits until the frames of a film are removed.
PATIENCE = 2.0

IDLE, READING, PAINTING, STOPPING, INSERTING = "idle", "reading", "painting", "stopping", "inserting"


class Controller(QtCore.QObject):
    """Paints one job at a time and reports its progress. The other jobs wait in ``queue``.

    ``changed`` reports a new ``state``, and ``queue_changed`` that the queue holds other jobs. ``failed`` reports an
    error that the queue does not list, and ``noticed`` a sentence for the user. ``finished`` reports the layer as
    :class:`Added`, or None if the picture was discarded. ``begun`` reports a QImage of the content, and ``previewed`` a
    QImage of the unfinished picture. ``estimated`` reports an Estimate, and the object that asked for it last.
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
        self._make_animation = make_animation
        self._film: Optional[FilmRun] = None
        self._clock = clock
        self.state = IDLE
        self.devices: Tuple[str, ...] = ()
        #: The files that the user has chosen as styles since Krita started. The plug-in reads them without a question.
        self.chosen_files: Set[str] = set()
        self.client = client or Client()
        self.queue: Queue[Painting] = Queue()
        self.results = Results()
        self._asker: Any = None
        self._painting: Optional[Painting] = None
        self._layer: Optional[JobLayer] = None
        #: True if the canvas also shows the preview.
        self.is_on_canvas = False
        self._pump = Pump(self._guard_job)
        self._poll = QtCore.QTimer(self)
        self._poll.setInterval(POLL_INTERVAL)
        self._poll.timeout.connect(self.poll)

    def warm(self) -> None:
        """Do slow work early: start the engine, make a document for conversions, and remove frames left by a crash."""
        for work in (self._start, blank_document, remove_leftovers):
            QtCore.QTimer.singleShot(0, lambda work=work: self.guard(work))

    @property
    def painting(self) -> Optional[Painting]:
        """The job that the engine paints, with its present live settings."""
        return self._painting

    @property
    def is_busy(self) -> bool:
        """True if the engine paints a picture, or will begin the next one in a moment."""
        return self.state != IDLE or (bool(self.queue.waiting) and not self.queue.is_halted)

    def stylize(self, *paintings: Painting) -> None:
        """Add paintings to the queue, and begin if the engine is free. ``failed`` or the queue reports an error.

        A painting is not added again while it waits or while its layers are read. So a double click adds it only once.
        """
        unread = [entry.order for entry in self.queue.waiting]
        if self.state == READING:
            unread.append(self._current())
        for painting in paintings:
            if painting not in unread:
                self.queue.add(painting.title, painting)
        self.go_on()

    def change_queue(self, change: Callable[[Queue[Painting]], None]) -> None:
        """Let the user move or remove waiting jobs, or resume a queue that was halted."""
        change(self.queue)
        self.go_on()

    def go_on(self) -> None:
        """Begin the next job of the queue if no job is running."""
        entry = self.queue.begin() if self.state == IDLE else None
        self.queue_changed.emit()
        if entry is not None:
            self._painting = entry.order
            self.is_on_canvas = entry.order.on_canvas
            self._enter(READING)
            if isinstance(entry.order, FilmOrder):
                self._film = FilmRun(entry.order, self._tell, self._make_animation)
                self._pump.run(self._animate(self._film), self._inserted)
            else:
                self._pump.run(self._read(entry.order), self._send)

    def stop(self, keep: bool) -> None:
        """End the job. Keep the unfinished picture if ``keep`` is true."""
        if self._film is not None and keep and self.state == PAINTING:
            self._enter(STOPPING)
            self._film.stop()
        elif self._film is not None and self.state in (READING, PAINTING, STOPPING):
            self._end(None)
        elif self.state in (PAINTING, STOPPING):
            self._enter(STOPPING)
            self.client.cancel(keep)
        elif self.state == READING:
            self._end(None)

    def estimate(self, asker: Any, sizes: JobSizes, settings: Settings) -> None:
        """Ask the engine for the costs of a job, unless it paints. ``estimated`` reports them to ``asker``."""
        if self.state == IDLE:
            self._asker = asker
            self.client.estimate(sizes, settings)

    def adjust(self, adjustment: Adjustment) -> None:
        """Change the live settings and the weights of the styles in the job that the engine paints."""
        if self.state == PAINTING and self._painting is not None and self._film is None:
            self._painting = self._painting.adjusted(adjustment)
            self.guard(lambda: self.client.adjust(adjustment))

    def show_on_canvas(self, is_wanted: bool) -> None:
        """Show the preview of the job on the canvas, or hide it there."""
        self.is_on_canvas = is_wanted
        if self._layer is not None and self.state == PAINTING:
            self._layer.reveal(is_wanted)
        self.changed.emit()

    def poll(self) -> None:
        """Handle the events that the engine has sent."""
        self._guard_job(self._fetch)

    def close(self) -> None:
        """End the engine and the job."""
        self._poll.stop()
        self._pump.drop()
        if self._film is not None:
            self._film.close(PATIENCE)
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

    def _read(self, painting: Painting) -> Steps[Tuple[StyleJob, Rect, Originals]]:
        self._require_document(painting)
        rect, originals = painting.area(), Originals()
        job = yield from painting.job(rect, originals)
        self.begun.emit((yield from small_image(job.content, PREVIEW_SIDE)))
        while self.client.busy:  # A canceled job has not ended yet.
            yield PAUSE
        return job, rect, originals

    def _animate(self, run: FilmRun) -> Steps[Tuple[Optional[Added], str]]:
        """Read, paint and insert the frames of a film. Insert nothing if no frame was painted."""
        try:
            self._require_document(run.film)
            yield from run.read()
            self._enter(PAINTING)
            if not (yield from run.paint()):
                return None, ""
            self._enter(INSERTING)
            layer = yield from run.insert()
            record = run.film.record(run.film.settings.seed, run.film.settings.size)
            return (yield from add(layer, run.film, self.results, run.thumbnail, record, run.seconds))
        finally:
            run.close()

    def _tell(self, news: Any) -> None:
        """Report the events and the painted frames of a film."""
        if isinstance(news, FrameProgress):
            if self.state == PAINTING:
                self.progressed.emit(news)
        elif isinstance(news, Notice):
            self.noticed.emit(tr(news.text))
        else:
            self.previewed.emit(news)

    def _send(self, read: Tuple[StyleJob, Rect, Originals]) -> None:
        job, rect, originals = read
        painting, is_partial = self._current(), job.selection is not None
        self._layer = JobLayer(
            lambda: painting.new_layer(is_partial, rect, originals),
            self.results,
            lambda: self.is_on_canvas,
            self._clock,
        )
        self.client.stylize(job)
        self._poll.start()
        self._enter(PAINTING)

    def _fetch(self) -> None:
        for event in self.client.poll():
            self._take(event)
        if self._painting is not None:
            self._require_document(self._painting)

    def _take(self, event: Any) -> None:
        if isinstance(event, Ready):
            self.devices = event.devices
            self.changed.emit()
            self.change_queue(Queue.resume)
        elif isinstance(event, Estimate):
            self.estimated.emit(self._asker, event)
        elif self._film is None and self.state in (PAINTING, STOPPING):
            self._take_news(event)
        elif self.state == IDLE and isinstance(event, Failed):
            self._fail(event.error)

    def _take_news(self, event: Any) -> None:
        if isinstance(event, Started):
            self.noticed.emit(wording.started(event))
        elif isinstance(event, Progress):
            if self.state == PAINTING:  # While the job stops, the docker shows only that it stops.
                self.progressed.emit(event)
        elif isinstance(event, Notice):
            self.noticed.emit(tr(event.text))
        elif isinstance(event, Preview):
            self._show_preview(event)
        elif isinstance(event, Failed):
            self._fail(event.error)
        elif isinstance(event, Canceled):
            self._end(None)
        elif isinstance(event, Result):
            self._insert(event)

    def _show_preview(self, event: Preview) -> None:
        image = image_of(event.pixels)
        self.previewed.emit(image)
        if self._layer is not None and self._layer.is_due and not self._pump.busy and self.state == PAINTING:
            self._pump.run(self._layer.show_preview(image), lambda nothing: None)

    def _insert(self, result: Result) -> None:
        assert self._layer is not None
        self._enter(INSERTING)
        self._pump.run(self._layer.insert(self._current(), result), self._inserted)

    def _inserted(self, inserted: Tuple[Optional[Added], str]) -> None:
        added, caution = inserted
        self._end(added, None if self._film is None else self._film.error)
        if caution:
            self.noticed.emit(caution)

    def _end(self, added: Optional[Added], error: Optional[NeuralStyleError] = None) -> None:
        """End the job, and remove the preview layer if the job added no layer. The next job begins a moment later."""
        self._pump.drop()
        layer, self._layer, self._painting, self._film = self._layer, None, None, None
        if layer is not None and added is None:
            layer.discard()
        is_listed = self.queue.end(error)
        self._enter(IDLE)
        self.finished.emit(added)
        if error is not None and not is_listed:
            self.failed.emit(error)
        QtCore.QTimer.singleShot(0, self.go_on)

    def _fail(self, error: NeuralStyleError) -> None:
        if self._painting is None:
            self.failed.emit(error)
        else:
            self.client.cancel(keep=False)
            self._end(None, error)

    def _require_document(self, painting: Painting) -> None:
        if not painting.document.is_open:
            unpainted = tr("The document was closed before its picture was painted.")
            unfinished = tr("The document was closed, so its picture was not finished.")
            raise HostError(unpainted if self.state == READING else unfinished, tr("Open it and start again."))

    def _current(self) -> Painting:
        assert self._painting is not None
        return self._painting

    def _enter(self, state: str) -> None:
        self.state = state
        self.changed.emit()
