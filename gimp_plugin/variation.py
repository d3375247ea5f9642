"""Another strength of a finished result: a short job paints it again within its extent, and starts from the result.

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
    """The strengths of one result that the user tries: the result ``start``, its record, and their layers."""

    start: Gimp.Layer
    record: record.Record
    layers: List[Gimp.Layer] = field(default_factory=list)

    def has(self, layer: Gimp.Layer) -> bool:
        """Return True if another strength of ``layer`` can start from this trial's result."""
        known = [tried.get_id() for tried in (self.start, *self.layers)]
        return bool(self.start.is_valid()) and layer.get_id() in known


@dataclass(frozen=True)
class Variation(Painting):
    """A painting of a result with another strength. It starts from the result of ``trial``, the layer ``initial``."""

    trial: Optional[Trial] = None

    @classmethod
    def of(cls, painting: Painting, trial: Trial, strength: float) -> Variation:
        """Return ``painting``, which continues the result of ``trial``, with another ``strength``."""
        settings = replace(painting.settings, strength=strength)
        more = (painting.keep_mask, painting.initial, painting.below)
        return cls(painting.image, painting.content, painting.choices, settings, *more, trial=trial)

    def job(self, preview_side: int) -> StyleJob:
        """Make the request to the engine. It paints only within the result, and starts from the result's strength."""
        job = super().job(preview_side)
        assert job.initial is not None
        selection = extent(job.initial, job.content)
        return replace(job, selection=selection, initial_strength=self._trial.record.settings.strength or None)

    def new_layer(self) -> LayerPlan:
        """Return the plan of a layer in place of the result. Its record repeats it from the start of the result."""
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
        """False: a result keeps its extent, and the user's selection is only for new pictures."""
        return False


class Variations:
    """Keeps the trials, so that each result is found in its trial."""

    def __init__(self) -> None:
        self._trials: List[Trial] = []

    def trial(self, layer: Gimp.Layer) -> Trial:
        """Return the trial of ``layer``, or begin a new one.

        Raises :class:`HostError` if Neural Style did not paint the layer.
        """
        for trial in self._trials:
            if trial.has(layer):
                return trial
        self._trials.append(Trial(layer, record_of(layer)))
        return self._trials[-1]
