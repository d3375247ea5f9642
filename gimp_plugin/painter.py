"""The dialog's queue: paintings that wait, and the engine that paints them one after the other into new layers."""

from __future__ import annotations

from functools import partial
from typing import Callable, Optional, Protocol

from gi.repository import Gimp

from nst_core.bridge.client import Client
from nst_core.bridge.language import tr
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import NeuralStyleError
from nst_core.job.events import Canceled, ClientEvent, Failed, Result
from nst_core.studio.queue import Queue, job_title

from .painting import Painting
from .result import LayerPlan, insert_result
from .runner import Runner
from .timers import attempt


class QueueListener(Protocol):
    """The methods that the queue calls when it changes."""

    def queue_changed(self) -> None:
        """Called when a painting was added, begun, ended or removed."""

    def began(self, painting: Painting) -> None:
        """Called when the engine has received the pixels of ``painting``."""

    def painted(self, painting: Painting, layer: Gimp.Layer, result: Result) -> None:
        """Called when ``painting`` has become ``layer``."""

    def failed(self, error: NeuralStyleError) -> None:
        """Called when the only painting failed, or when the engine did not start. The queue lists other failures."""

    def show_event(self, event: ClientEvent) -> None:
        """Called with each event of the engine."""


class Painter:
    """Paints the paintings of the queue one after the other. It reads pixels only when a painting begins.

    So a layer may be deleted while its painting waits.
    """

    def __init__(self, listener: QueueListener, dots: Callable[[], int], client: Optional[Client] = None) -> None:
        self.queue: Queue[Painting] = Queue()
        self._listener, self._dots = listener, dots
        self._new: Optional[LayerPlan] = None
        self.engine = Runner(self._listen, client, self._end)

    @property
    def running(self) -> Optional[Painting]:
        """The painting that the engine paints, or None."""
        return None if self.queue.running is None else self.queue.running.order

    def order(self, painting: Painting) -> None:
        """Add ``painting`` to the queue."""
        names = [choice.source.name for choice in painting.choices]
        self.queue.add(job_title(names, painting.content.get_name(), painting.settings.quality), painting)
        self.begin_next()

    def dismiss_failures(self) -> None:
        """Remove the failures, because the user has seen them."""
        for failure in self.queue.failures:
            self.queue.dismiss(failure)

    def resume(self) -> None:
        """Continue after an engine was installed."""
        self.queue.resume()
        self.begin_next()

    def adjust(self, adjustment: Adjustment) -> None:
        """Change settings of the running painting, also in the record of its layer."""
        if self._new is not None:
            self._new = self._new.adjusted(adjustment)
            self.engine.adjust(adjustment)

    def close(self) -> None:
        """End the engine, and remove the waiting paintings."""
        self.queue.clear()
        self.engine.close()

    def begin_next(self) -> None:
        """Begin the next painting if none runs."""
        entry = self.queue.begin()
        if entry is None:
            self._listener.queue_changed()
        else:
            attempt(partial(self._begin, entry.order), self.engine.fail)

    def _begin(self, painting: Painting) -> None:
        self._listener.queue_changed()
        Gimp.progress_init(tr("Reading the pictures..."))
        try:
            job = painting.job(self._dots())  # Do this first, because it raises the named error for a deleted layer.
            self._new = painting.new_layer()  # Do this before the run, because layers may be deleted during it.
            self.engine.begin(job)
        except NeuralStyleError as error:
            self._end(error)
        else:
            self._listener.began(painting)

    def _listen(self, event: ClientEvent) -> None:
        if self.queue.running is not None:
            if isinstance(event, Result):
                self._insert(event)
            elif isinstance(event, (Canceled, Failed)):
                self._end(event.error if isinstance(event, Failed) else None)
                return
        self._listener.show_event(event)

    def _insert(self, result: Result) -> None:
        painting, new = self.running, self._new
        assert painting is not None and new is not None
        layer = insert_result(painting.image, result.pixels, new.painted_at(result.size))
        self._listener.painted(painting, layer, result)
        self._end()

    def _end(self, error: Optional[NeuralStyleError] = None) -> None:
        """End the painting. Report its error directly, unless the queue lists it."""
        listed = len(self.queue.failures)
        self.queue.end(error)
        self._new = None
        Gimp.progress_end()
        if error is not None and len(self.queue.failures) == listed:
            self._listener.failed(error)
        self.begin_next()
