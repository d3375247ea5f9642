"""One painting in Krita: a layer, with the styles and settings that the user chose for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import List, Optional, Tuple

from nst_core.bridge.record import Record, RecordedStyle, Reference
from nst_core.job.adjustment import Adjustment
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings
from nst_core.job.sizes import JobSizes
from nst_core.studio.queue import job_title
from nst_core.studio.result_names import result_name

from .conversion import Originals
from .document import WHOLE, Document, Rect
from .new_layer import NewLayer
from .records import results_of
from .regions import Region, reference_of
from .steps import Steps
from .styles import Choice

#: Longest side in pixels of the previews.
PREVIEW_SIDE = 1024


@dataclass(frozen=True)
class Painting:
    """A layer of ``document``, or the whole picture, to paint in the chosen styles.

    ``keep_mask`` says where the content is kept; None means everywhere. ``initial_id`` is the painted layer to continue
    (with ``settings.init`` of ``picture``); the new layer will lie above it.
    """

    document: Document
    content_id: str
    choices: Tuple[Choice, ...]
    settings: Settings
    on_canvas: bool = False
    keep_mask: Optional[Region] = None
    initial_id: str = ""

    @property
    def title(self) -> str:
        """The painting's name in a list of jobs."""
        names = [choice.source.name for choice in self.choices]
        return job_title(names, self._reference(self.content_id).name, self.settings.quality)

    def adjusted(self, adjustment: Adjustment) -> Painting:
        """Return a copy with new values of the live settings."""
        weights = adjustment.weights or [choice.weight for choice in self.choices]
        choices = tuple(choice._replace(weight=weight) for choice, weight in zip(self.choices, weights))
        return replace(self, settings=adjustment.applied_to(self.settings), choices=choices)

    def result_name(self, layer_id: str) -> str:
        """Return a name for the new layer ``layer_id`` that no other layer of the document has."""
        others = (layer.name for layer in self.document.layers() if layer.id != layer_id)
        return result_name([choice.source.name for choice in self.choices], self.settings.quality, others)

    def area(self) -> Rect:
        """Return the rectangle to paint. Raises HostError if it is empty."""
        if self.settings.mode == "texture":
            return self.document.fillable_extent(self.content_id)
        return self.document.visible_extent(self.content_id)

    def sizes(self) -> JobSizes:
        """Return the sizes of the job's pictures without reading pixels.

        Raises HostError or InvalidJob if the painting is not possible.
        """
        area = self.area()
        return JobSizes(
            (area.width, area.height),
            tuple(choice.source.size() for choice in self.choices),
            sum(choice.region is not None for choice in self.choices),
            self.document.has_selection + (self.keep_mask is not None),
            bool(self.initial_id),
            PREVIEW_SIDE,
        )

    def selection(self, rect: Rect) -> Optional[PixelBuffer]:
        """Return the selected part as a mask, or None to paint everything. Raises HostError if it is elsewhere."""
        return self.document.selection(rect)

    def job(self, rect: Rect, originals: Originals) -> Steps[StyleJob]:
        """Make the request to the engine, with the pixels of ``rect``. ``originals`` keeps the pixels of the content.

        The layers are read one after the other. The request may miss a stroke that the user paints during this time.
        """
        selection = self.selection(rect)
        content = yield from self.document.read(self.content_id, rect, originals)
        styles: List[Style] = []
        for choice in self.choices:
            styles.append((yield from choice.style(rect)))
        keep_mask = None if self.keep_mask is None else (yield from self.keep_mask.brightness(rect))
        initial = (yield from self.document.read(self.initial_id, rect)) if self.initial_id else None
        return StyleJob(
            content,
            tuple(styles),
            self.settings,
            selection,
            keep_mask,
            initial,
            preview_side=PREVIEW_SIDE,
            result_format=self.document.result_format,
        )

    def new_layer(self, is_partial: bool, rect: Rect, originals: Originals) -> NewLayer:
        """Make the layer for the result, which fills ``rect`` or a part of it."""
        return NewLayer(self.document, self.content_id, rect, originals, self.initial_id, is_partial)

    def outdated(self, is_partial: bool) -> List[str]:
        """Return the earlier results that the new one replaces: none if it covers only a part of the content."""
        return [] if is_partial else results_of(self.document, self.content_id)

    def record(self, seed: int, size: int) -> Record:
        """Return the record of the new layer, with the engine's ``seed`` and working ``size``."""
        return Record(
            replace(self.settings, seed=seed, size=size),
            tuple(
                RecordedStyle(choice.source.reference(self.document), choice.weight, reference_of(choice.region))
                for choice in self.choices
            ),
            content=self._reference(self.content_id),
            keep_mask=reference_of(self.keep_mask),
            initial=self._reference(self.initial_id) if self.initial_id else None,
        )

    def _reference(self, layer_id: str) -> Reference:
        layer = None if layer_id == WHOLE else self.document.layer(layer_id)
        return Reference("layer", self.document.name if layer is None else layer.name, layer_id)
