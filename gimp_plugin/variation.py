"""Another strength of a result: the result is painted anew from where it is, in a short job, and only where it lies.

The user moves a slider, looks, and moves it again. All these strengths start from the result itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import List, Optional

from gi.repository import Gimp

from nst_core.bridge import record
from nst_core.job.request import StyleJob
from nst_core.studio.extent import extent

from .painting import Painting
from .recall import record_of
from .result import LayerPlan


@dataclass(eq=False)
class Trial:
    """The strengths that the user tries: the result ``start`` that they start from, its record, and their layers."""

    start: Gimp.Layer
    record: record.Record
    layers: List[Gimp.Layer] = field(default_factory=list)

    def has(self, layer: Gimp.Layer) -> bool:
        """Whether another strength of ``layer`` can start from the result."""
        known = [tried.get_id() for tried in (self.start, *self.layers)]
        return bool(self.start.is_valid()) and layer.get_id() in known


@dataclass(frozen=True)
class Variation(Painting):
    """A result with another strength: the one that the ``trial`` starts from, which is the layer ``initial``."""

    trial: Optional[Trial] = None

    @classmethod
    def of(cls, painting: Painting, trial: Trial, strength: float) -> Variation:
        """``painting``, which continues the start of ``trial``, with another ``strength``."""
        settings = replace(painting.settings, strength=strength)
        more = (painting.keep_mask, painting.initial, painting.below)
        return cls(painting.image, painting.content, painting.choices, settings, *more, trial=trial)

    def job(self, preview_side: int) -> StyleJob:
        """The request to the engine: it paints only where the result is, and goes on from the result's strength."""
        job = super().job(preview_side)
        assert job.initial is not None
        selection = extent(job.initial, job.content)
        return replace(job, selection=selection, initial_strength=self._trial.record.settings.strength or None)

    def new_layer(self) -> LayerPlan:
        """The layer that will be made, in place of the result. Repeated, it is painted from the start of the result."""
        start = self._trial.record
        stored = replace(start, settings=replace(start.settings, strength=self.settings.strength))
        replaced = (self._trial.start, *self._trial.layers)
        return replace(super().new_layer(), record=record.dump(stored), covers=False, replaces=replaced)

    @property
    def _trial(self) -> Trial:
        assert self.trial is not None
        return self.trial

    @property
    def _is_selection_used(self) -> bool:
        """The user's selection is about new pictures; a result keeps its extent."""
        return False


class Variations:
    """Knows which results are strengths of the same one."""

    def __init__(self) -> None:
        self._trials: List[Trial] = []

    def trial(self, layer: Gimp.Layer) -> Trial:
        """The trial to which another strength of ``layer`` belongs.

        Raises :class:`HostError` if Neural Style did not paint it.
        """
        for trial in self._trials:
            if trial.has(layer):
                return trial
        self._trials.append(Trial(layer, record_of(layer)))
        return self._trials[-1]
