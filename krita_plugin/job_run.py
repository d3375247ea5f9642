"""The run of a job: the parts that are the same for a picture and a film."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple, Optional, Tuple

from nst_core.bridge.language import tr
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import HostError, NeuralStyleError

from .job_layer import Added
from .painting import Painting
from .results import Results
from .steps import Pump

#: The states of a run, in their order. STOPPING can be left out.
READING, PAINTING, STOPPING, INSERTING = "reading", "painting", "stopping", "inserting"


class Listeners(NamedTuple):
    """The functions that a run calls.

    ``changed`` reports a new ``state``. ``progressed`` gets the progress of the engine. ``begun`` gets a QImage of the
    content, ``previewed`` a QImage of the unfinished picture, and ``noticed`` a sentence for the user. ``ended`` gets
    the new layer if there is one, and the error if the run failed.
    """

    changed: Callable[[], None]
    progressed: Callable[[Any], None]
    begun: Callable[[Any], None]
    previewed: Callable[[Any], None]
    noticed: Callable[[str], None]
    ended: Callable[[Optional[Added], Optional[NeuralStyleError]], None]


class JobRun:
    """One run of ``painting``, from reading the layers to the new layer.

    It calls ``report.ended`` at the end. If a step or :meth:`take` raises an exception, the controller ends the run,
    and ``ended`` is not called.
    """

    def __init__(self, painting: Painting, pump: Pump, results: Results, report: Listeners) -> None:
        #: The painting with its present live settings.
        self.painting = painting
        self.state = READING
        #: True if the canvas also shows the preview.
        self.is_on_canvas = painting.on_canvas
        self._pump, self._results, self._report = pump, results, report
        #: The error of a run that keeps the part that was painted before it.
        self._error: Optional[NeuralStyleError] = None

    def start(self) -> None:
        """Read the layers, and then let the engine paint."""
        raise NotImplementedError

    def stop(self, keep: bool) -> None:
        """End the run. Insert the unfinished picture if ``keep`` is true."""
        raise NotImplementedError

    def take(self, event: Any) -> None:
        """Handle an event of the controller's engine."""

    def adjust(self, adjustment: Adjustment) -> None:
        """Change the live settings and the weights of the styles, if the engine paints and can change them."""

    def show_on_canvas(self, is_wanted: bool) -> None:
        """Show the preview on the canvas, or hide it there."""
        self.is_on_canvas = is_wanted
        self._report.changed()

    def discard(self) -> None:
        """Remove the preview from the document, because the run has added no layer."""

    def close(self, patience: float = 0) -> None:
        """Remove all files of the run. Wait at most ``patience`` seconds for this."""

    def require_document(self) -> None:
        """Raise HostError if the user has closed the document."""
        if not self.painting.document.is_open:
            unpainted = tr("The document was closed before its picture was painted.")
            unfinished = tr("The document was closed, so its picture was not finished.")
            raise HostError(unpainted if self.state == READING else unfinished, tr("Open it and start again."))

    def _enter(self, state: str) -> None:
        self.state = state
        self._report.changed()

    def _inserted(self, inserted: Tuple[Optional[Added], str]) -> None:
        added, caution = inserted
        self._report.ended(added, self._error)
        if caution:
            self._report.noticed(caution)
