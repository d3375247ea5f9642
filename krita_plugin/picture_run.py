"""The run of one picture: it reads the layers, handles the engine's events, and inserts the result."""

from __future__ import annotations

from typing import Any, Callable, Optional, Tuple

from nst_core.bridge import wording
from nst_core.bridge.client import Client
from nst_core.bridge.language import tr
from nst_core.job.adjustment import Adjustment
from nst_core.job.events import Canceled, Failed, Notice, Preview, Progress, Result, Started
from nst_core.job.request import StyleJob

from .conversion import Originals
from .document import Rect
from .job_layer import JobLayer
from .job_run import INSERTING, PAINTING, READING, STOPPING, JobRun, Listeners
from .painting import PREVIEW_SIDE, Painting
from .pictures import image_of, small_image
from .results import Results
from .steps import PAUSE, Pump, Steps


class PictureRun(JobRun):
    """The run of ``painting`` with the engine of ``client``. ``clock`` returns the time in seconds."""

    def __init__(
        self,
        painting: Painting,
        pump: Pump,
        results: Results,
        report: Listeners,
        client: Client,
        clock: Callable[[], float],
    ) -> None:
        super().__init__(painting, pump, results, report)
        self._client, self._clock = client, clock
        self._layer: Optional[JobLayer] = None

    def start(self) -> None:
        """Read the layers, and send them to the engine."""
        self._pump.run(self._read(), self._send)

    def stop(self, keep: bool) -> None:
        """End the run. Insert the unfinished picture if ``keep`` is true and the engine has begun."""
        if self.state == READING:
            self._report.ended(None, None)
        elif self.state in (PAINTING, STOPPING):
            self._enter(STOPPING)
            self._client.cancel(keep)

    def take(self, event: Any) -> None:
        """Handle an event of the engine, if it paints this picture."""
        if self.state not in (PAINTING, STOPPING):
            return
        if isinstance(event, Started):
            self._report.noticed(wording.started(event))
        elif isinstance(event, Progress):
            if self.state == PAINTING:  # While the job stops, the docker shows only that it stops.
                self._report.progressed(event)
        elif isinstance(event, Notice):
            self._report.noticed(tr(event.text))
        elif isinstance(event, Preview):
            self._show_preview(event)
        elif isinstance(event, Failed):
            self._report.ended(None, event.error)
        elif isinstance(event, Canceled):
            self._report.ended(None, None)
        elif isinstance(event, Result):
            self._insert(event)

    def adjust(self, adjustment: Adjustment) -> None:
        """Change the live settings and the weights of the styles, if the engine paints."""
        if self.state == PAINTING:
            self.painting = self.painting.adjusted(adjustment)
            self._client.adjust(adjustment)

    def show_on_canvas(self, is_wanted: bool) -> None:
        """Show the preview on the canvas, or hide it there."""
        if self._layer is not None and self.state == PAINTING:
            self._layer.reveal(is_wanted)
        super().show_on_canvas(is_wanted)

    def discard(self) -> None:
        """Remove the preview from the document."""
        if self._layer is not None:
            self._layer.discard()

    def _read(self) -> Steps[Tuple[StyleJob, Rect, Originals]]:
        self.require_document()
        rect, originals = self.painting.area(), Originals()
        job = yield from self.painting.job(rect, originals)
        self._report.begun((yield from small_image(job.content, PREVIEW_SIDE)))
        while self._client.busy:  # A canceled job has not ended yet.
            yield PAUSE
        return job, rect, originals

    def _send(self, read: Tuple[StyleJob, Rect, Originals]) -> None:
        job, rect, originals = read
        painting, is_partial = self.painting, job.selection is not None
        self._layer = JobLayer(
            lambda: painting.new_layer(is_partial, rect, originals),
            self._results,
            lambda: self.is_on_canvas,
            self._clock,
        )
        self._client.stylize(job)
        self._enter(PAINTING)

    def _show_preview(self, event: Preview) -> None:
        image = image_of(event.pixels)
        self._report.previewed(image)
        if self._layer is not None and self._layer.is_due and not self._pump.busy and self.state == PAINTING:
            self._pump.run(self._layer.show_preview(image), lambda nothing: None)

    def _insert(self, result: Result) -> None:
        assert self._layer is not None
        self._enter(INSERTING)
        self._pump.run(self._layer.insert(self.painting, result), self._inserted)
