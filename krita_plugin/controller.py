"""The life of a job: read the layers, let the engine paint, put the picture into the document.

One controller serves all windows, so that there is one engine and one job at a time. It lives on the GUI thread: a
timer fetches the engine's events, and a pump does the document's long work in steps.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Callable, List, NamedTuple, Optional, Sequence, Tuple

from nst_core.bridge import wording
from nst_core.bridge.client import Client
from nst_core.bridge.language import tr
from nst_core.bridge.record import Record, RecordedStyle, Reference
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import EngineFailed, HostError, NeuralStyleError
from nst_core.job.events import Canceled, Failed, Notice, Preview, Progress, Ready, Result, Started
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings

from .conversion import Originals
from .document import WHOLE, Document, Rect
from .hidden import blank_document
from .new_layer import NewLayer
from .qt import QtCore, QtGui, Signal
from .regions import Region, reference_of
from .sources import ChosenStyle
from .steps import PAUSE, Pump, Steps

#: Milliseconds between two looks at what the engine sent.
POLL_INTERVAL = 40
#: Longest side in pixels of the previews.
PREVIEW_SIDE = 512
#: A preview on the canvas, during which Krita answers nobody, may take one part in this many of the time.
CANVAS_SHARE = 10

IDLE, READING, PAINTING, STOPPING, INSERTING = "idle", "reading", "painting", "stopping", "inserting"


@dataclass(frozen=True)
class Order:
    """What the user asked for: a layer (or the whole picture) in styles.

    ``keep_mask`` says where the content is kept (None: everywhere); ``initial_id`` is the painted layer to go on from
    (with ``settings.init`` of ``picture``), above which the new one will lie.
    """

    document: Document
    content_id: str
    styles: Tuple[ChosenStyle, ...]
    settings: Settings
    on_canvas: bool = False
    keep_mask: Optional[Region] = None
    initial_id: str = ""


class Added(NamedTuple):
    """The layer that a job has put into a document."""

    document: Document
    id: str
    name: str


class Controller(QtCore.QObject):
    """Carries out one order at a time and tells how it goes.

    ``changed`` tells a new ``state``; ``failed`` an error that ended the job, ``noticed`` a sentence that did not;
    ``finished`` the layer :class:`Added`, or None if the picture was discarded.
    """

    changed = Signal()
    progressed = Signal(object)
    previewed = Signal(object)
    noticed = Signal(str)
    failed = Signal(object)
    finished = Signal(object)

    def __init__(self, client: Optional[Client] = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self.state = IDLE
        self.devices: Tuple[str, ...] = ()
        self._client = client or Client()
        self._order: Optional[Order] = None
        self._layer: Optional[NewLayer] = None
        self._next_sketch = 0.0
        self._pump = Pump(self._guard_job)
        self._poll = QtCore.QTimer(self)
        self._poll.setInterval(POLL_INTERVAL)
        self._poll.timeout.connect(lambda: self._guard_job(self._fetch))

    def warm(self) -> None:
        """Prepare what takes long before it is needed: start the engine, make a document for conversions."""
        self.guard(self._start)
        QtCore.QTimer.singleShot(0, lambda: self.guard(blank_document))

    def stylize(self, order: Order) -> None:
        """Begin; what goes wrong is told by ``failed``."""
        if self.state == IDLE:
            self._order = order
            self._enter(READING)
            self._pump.run(self._read(order), self._send)

    def stop(self, keep: bool) -> None:
        """End the job at once, with the picture so far or without one."""
        if self.state in (PAINTING, STOPPING):
            self._enter(STOPPING)
            self._client.cancel(keep)
        elif self.state == READING:
            self._end(None)

    def adjust(self, order: Optional[Order], settings: Settings, weights: Sequence[float]) -> None:
        """Change what may be changed while the engine paints ``order``; of other orders nothing.

        ``weights`` may go on with those of styles that the user has added meanwhile.
        """
        if self.state == PAINTING and order is not None and order is self._order:
            adjustment = Adjustment(settings.live(), tuple(weights[: len(order.styles)]))
            self.guard(lambda: self._client.adjust(adjustment))

    def close(self) -> None:
        """End the engine and what is under way."""
        self._poll.stop()
        self._pump.drop()
        self._client.close()

    def guard(self, action: Callable[[], None]) -> bool:
        """Call ``action`` and tell whatever it raises by ``failed``; a job that is under way goes on."""
        error = _error_of(action)
        if error is not None:
            self.failed.emit(error)
        return error is None

    def _guard_job(self, action: Callable[[], None]) -> bool:
        """Call ``action``, which is a part of the job; whatever it raises ends that."""
        error = _error_of(action)
        if error is not None:
            self._fail(error)
        return error is None

    def _start(self) -> None:
        self._poll.start()
        self._client.start()

    def _read(self, order: Order) -> Steps[Tuple[StyleJob, Rect, Originals]]:
        """All pictures of the job. The layers are read one after the other; a stroke meanwhile may be seen or not."""
        rect, originals = _area(order), Originals()
        selection = order.document.selection(rect)
        content = yield from order.document.read(order.content_id, rect, originals)
        styles: List[Style] = []
        for style in order.styles:
            styles.append((yield from _read_style(style, rect)))
        keep_mask = None if order.keep_mask is None else (yield from order.keep_mask.brightness(rect))
        initial = (yield from order.document.read(order.initial_id, rect)) if order.initial_id else None
        while self._client.busy:  # A job that was given up has not ended yet.
            yield PAUSE
        job = StyleJob(
            content,
            tuple(styles),
            order.settings,
            selection,
            keep_mask,
            initial,
            preview_side=PREVIEW_SIDE,
            result_format=order.document.engine_format,
        )
        return job, rect, originals

    def _send(self, read: Tuple[StyleJob, Rect, Originals]) -> None:
        job, rect, originals = read
        order = self._ordered()
        self._layer = NewLayer(order.document, order.initial_id or order.content_id, rect, originals)
        self._next_sketch = 0.0
        self._client.stylize(job)
        self._poll.start()
        self._enter(PAINTING)

    def _fetch(self) -> None:
        for event in self._client.poll():
            self._take(event)
        if self._order is not None and not self._order.document.is_open:
            self._document_closed()

    def _take(self, event: Any) -> None:
        if isinstance(event, Ready):
            self.devices = event.devices
            self.changed.emit()
        elif self.state in (PAINTING, STOPPING):
            self._take_news(event)
        elif self.state == IDLE and isinstance(event, Failed):
            self._fail(event.error)

    def _take_news(self, event: Any) -> None:
        if isinstance(event, Started):
            self.noticed.emit(wording.started(event))
        elif isinstance(event, Progress):
            if self.state == PAINTING:  # Else the docker says that it stops.
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
        image = _image(event)
        self.previewed.emit(image)
        is_free = not self._pump.busy and self.state == PAINTING and self._clock() >= self._next_sketch
        if self._ordered().on_canvas and self._layer is not None and is_free:
            self._pump.run(self._sketch(self._layer, image), lambda above: None)

    def _sketch(self, layer: NewLayer, image: Any) -> Steps[None]:
        yield from layer.sketch(image)
        begin = self._clock()
        yield from layer.show()
        end = self._clock()
        self._next_sketch = end + (CANVAS_SHARE - 1) * (end - begin)

    def _insert(self, result: Result) -> None:
        assert self._layer is not None
        self._enter(INSERTING)
        self._pump.run(self._finish(self._layer, result), self._inserted)

    def _finish(self, layer: NewLayer, result: Result) -> Steps[Tuple[Added, str]]:
        order = self._ordered()
        name = wording.layer_name([style.source.name for style in order.styles])
        yield from layer.write(result.pixels)
        layer.name(name)
        above = yield from layer.show()
        order.document.remember(layer.id, _record(order, result.seed))
        added = Added(order.document, layer.id, name)
        if not above:
            return added, tr("The content layer is gone: the picture lies on top of all layers.")
        return added, "" if layer.fits else tr("The canvas has another size now: see whether the picture lies right.")

    def _inserted(self, inserted: Tuple[Added, str]) -> None:
        added, caution = inserted
        self._end(added)
        if caution:
            self.noticed.emit(caution)

    def _end(self, added: Optional[Added]) -> None:
        """The job is over; without a new layer nothing may stay in the document."""
        self._pump.drop()
        layer, self._layer, self._order = self._layer, None, None
        if layer is not None and added is None:
            layer.discard()
        self._enter(IDLE)
        self.finished.emit(added)

    def _fail(self, error: NeuralStyleError) -> None:
        if self._order is not None:
            self._client.cancel(keep=False)
            self._end(None)
        self.failed.emit(error)

    def _document_closed(self) -> None:
        raise HostError(tr("The document was closed, so its picture was not finished."), tr("Open it and start again."))

    def _ordered(self) -> Order:
        assert self._order is not None
        return self._order

    def _enter(self, state: str) -> None:
        self.state = state
        self.changed.emit()


def _error_of(action: Callable[[], None]) -> Optional[NeuralStyleError]:
    """Call ``action``; what it raised, in words for the user.

    This is the outermost edge of the plug-in: what leaves it would stop the artist with a window of Krita's own.
    """
    try:
        action()
    except NeuralStyleError as error:
        return error
    except Exception as error:
        failure = EngineFailed(tr("The plug-in met an error that it did not expect."), tr("Please report it."))
        failure.__cause__ = error
        return failure
    return None


def _area(order: Order) -> Rect:
    document = order.document
    is_texture = order.settings.mode == "texture"
    return document.fillable_extent(order.content_id) if is_texture else document.visible_extent(order.content_id)


def _read_style(style: ChosenStyle, rect: Rect) -> Steps[Style]:
    picture = yield from style.source.read()
    region = None if style.region is None else (yield from style.region.coverage(rect))
    return Style(picture, style.weight, style.source.name, region)


def _record(order: Order, seed: int) -> Record:
    settings = Settings.from_dict({**order.settings.to_dict(), "seed": seed})
    styles = [
        RecordedStyle(style.source.reference(order.document), style.weight, reference_of(style.region))
        for style in order.styles
    ]
    return Record(
        settings,
        tuple(styles),
        content=_reference(order.document, order.content_id),
        keep_mask=reference_of(order.keep_mask),
        initial=_reference(order.document, order.initial_id) if order.initial_id else None,
    )


def _reference(document: Document, layer_id: str) -> Reference:
    layer = None if layer_id == WHOLE else document.layer(layer_id)
    return Reference("layer", document.name if layer is None else layer.name, layer_id)


def _image(event: Preview) -> Any:
    pixels = event.pixels
    data = bytes(pixels.data)
    shown = QtGui.QImage.Format.Format_RGBA8888
    # A copy, because a QImage does not keep the bytes alive that it is made of.
    return QtGui.QImage(data, pixels.width, pixels.height, pixels.width * 4, shown).copy()
