"""Another strength of a finished result: a short job paints it again, and starts from the result.

The user moves a slider, looks, and moves it again. The first new strength makes a layer above the result, and the
result is hidden. This is one undo step, and nothing is lost. Later strengths go into the same layer, as long as nothing
else has happened in the document. All of them start from the result itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import List, Optional

from nst_core.bridge.language import tr
from nst_core.bridge.record import Record
from nst_core.job.errors import HostError
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import StyleJob
from nst_core.studio.extent import extent_in_steps
from nst_core.studio.history import HistoryEntry

from .conversion import Originals
from .document import Rect
from .new_layer import NewLayer
from .painting import Painting
from .recall import Recall
from .steps import Steps


@dataclass(eq=False)
class Trial:
    """The strengths of one result that the user tries: the result they ``start`` from, and their layer."""

    start: HistoryEntry
    layer: Optional[NewLayer] = None

    def has(self, entry: HistoryEntry) -> bool:
        """Return True if this trial may paint another strength of the result ``entry``."""
        layers = [self.start.layer] if self.layer is None else [self.start.layer, self.layer.id]
        is_here = entry.document == self.start.document and entry.layer in layers
        return is_here and self.start.document.find(self.start.layer) is not None


@dataclass(frozen=True)
class Variation(Painting):
    """A painting of a result with another strength. It starts from the first result of ``trial``."""

    trial: Optional[Trial] = None

    def selection(self, rect: Rect) -> Optional[PixelBuffer]:
        """Return the result's own extent: the user's selection is only for new pictures."""
        return None

    def job(self, rect: Rect, originals: Originals) -> Steps[StyleJob]:
        """Make the request to the engine. It paints only within the result, and starts from the result's strength."""
        job = yield from super().job(rect, originals)
        assert job.initial is not None
        selection = yield from extent_in_steps(job.initial, job.content)
        return replace(job, selection=selection, initial_strength=self._start.settings.strength or None)

    def new_layer(self, is_partial: bool, rect: Rect, originals: Originals) -> NewLayer:
        """Return the layer of the previous strength, or make a new one if the document has changed since then."""
        trial = self._trial
        if trial.layer is not None and trial.layer.is_last_step:
            trial.layer.is_kept = True
        else:
            trial.layer = super().new_layer(is_partial, rect, originals)
        return trial.layer

    def result_name(self, layer_id: str) -> str:
        """Return a new name for a new layer. A layer that is painted again keeps its name."""
        layer, trial = self.document.layer(layer_id), self._trial
        is_kept = layer is not None and trial.layer is not None and trial.layer.is_kept
        return layer.name if layer is not None and is_kept else super().result_name(layer_id)

    def outdated(self, is_partial: bool) -> List[str]:
        """Return the results that this one replaces: at least its start, which has the same extent."""
        return [self.initial_id] if is_partial else super().outdated(is_partial)

    def record(self, seed: int, size: int) -> Record:
        """Return the record of the result with this strength. *Repeat* paints from the start of the original result."""
        return replace(self._start, settings=replace(self._start.settings, strength=self.settings.strength))

    @property
    def _trial(self) -> Trial:
        assert self.trial is not None
        return self.trial

    @property
    def _start(self) -> Record:
        return self._trial.start.record


class Variations:
    """Makes a :class:`Variation` for each strength that the user tries."""

    def __init__(self) -> None:
        self._last: Optional[Trial] = None

    def painting(self, recalled: Recall, entry: HistoryEntry, strength: float) -> Variation:
        """Return a painting of the result ``entry`` with another ``strength``. ``recalled`` comes from its record.

        Raises HostError if its content is deleted or not known.
        """
        content_id = recalled.content_id()
        if content_id is None:
            problem = tr("The content of this layer can't be found.")
            raise HostError(problem, tr("Choose another content, then press Stylize."))
        if self._last is None or not self._last.has(entry):
            self._last = Trial(entry)
        return Variation(
            recalled.document,
            content_id,
            recalled.choices,
            replace(recalled.settings, strength=strength, init="picture"),
            keep_mask=recalled.keep_mask,
            initial_id=self._last.start.layer,
            trial=self._last,
        )


def is_of_trial(painting: Optional[Painting], trial: Optional[Trial]) -> bool:
    """Return True if ``painting`` is a strength of ``trial``, which a newer strength replaces."""
    return isinstance(painting, Variation) and painting.trial is trial
