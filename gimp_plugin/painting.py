"""One painting in GIMP, from the chosen layers to the new layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

from gi.repository import Gimp

from nst_core.bridge import record
from nst_core.bridge.language import tr
from nst_core.job.errors import InvalidJob
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import StyleJob
from nst_core.job.settings import Settings
from nst_core.job.sizes import JobSizes

from . import drawable, regions, styles
from .result import LayerPlan, insert_result
from .runner import Runner


@dataclass(frozen=True)
class Painting:
    """A painting of ``content``, a layer of ``image``, in the chosen styles.

    The content is kept where ``keep_mask`` is bright. ``initial`` is the layer to start from if the settings say so.
    The new layer goes above ``below`` (None: above the content) and above the earlier results there. With ``in_color``,
    a gray or indexed image becomes RGB.
    """

    image: Gimp.Image
    content: Gimp.Layer
    choices: Tuple[styles.Choice, ...]
    settings: Settings
    keep_mask: Optional[regions.Region] = None
    initial: Optional[Gimp.Layer] = None
    below: Optional[Gimp.Layer] = None
    in_color: bool = False

    def job(self, preview_side: int) -> StyleJob:
        """Make the request to the engine, with all pixels. Raises named errors if the painting is not possible."""
        return StyleJob(
            content=drawable.read(self.content),
            styles=tuple(choice.style(self.content) for choice in self.choices),
            settings=self.settings,
            selection=self._selection(),
            keep_mask=None if self.keep_mask is None else self.keep_mask.brightness(self.content),
            initial=self._initial(),
            preview_side=preview_side,
            result_format=drawable.pixel_format(self.image),
        )

    def sizes(self, preview_side: int) -> JobSizes:
        """Return the sizes of the pictures in :meth:`job` without reading them. Raises the same named errors."""
        return JobSizes(
            content=drawable.size(self.content),
            styles=tuple(choice.source.size for choice in self.choices),
            regions=sum(choice.region is not None for choice in self.choices),
            masks=self._is_selection_used + (self.keep_mask is not None),
            initial=self._starts_from_picture,
            preview_side=preview_side,
        )

    def new_layer(self) -> LayerPlan:
        """Return the plan of the new layer: its name (styles and quality) and its record."""
        recorded = tuple(choice.recorded(self.image) for choice in self.choices)
        content = styles.LayerSource(self.content).reference(self.image)
        initial = styles.LayerSource(self.initial).reference(self.image) if self._starts_from_picture else None
        keep_mask = None if self.keep_mask is None else self.keep_mask.reference()
        stored = record.dump(record.Record(self.settings, recorded, content, keep_mask, initial))
        below, position = self.below or self.content, drawable.position(self.content)
        names = tuple(choice.source.name for choice in self.choices)
        place = (below, self.content, position)
        return LayerPlan(names, self.settings.quality, stored, *place, self.in_color, not self._is_selection_used)

    @property
    def _starts_from_picture(self) -> bool:
        return self.settings.init == "picture" and self.initial is not None

    @property
    def _is_selection_used(self) -> bool:
        """True if only the selection is painted."""
        # If the selection is the region of a style, the other styles may paint outside of it.
        is_region = any(choice.region is not None and choice.region.kind == "selection" for choice in self.choices)
        return not is_region and not Gimp.Selection.is_empty(self.image)

    def _selection(self) -> Optional[PixelBuffer]:
        return drawable.read_selection(self.image, self.content) if self._is_selection_used else None

    def _initial(self) -> Optional[PixelBuffer]:
        if self.settings.init != "picture":
            return None
        if self.initial is None:
            raise InvalidJob(tr("The picture to start from is missing."), tr("Choose a layer as start picture."))
        return drawable.read_under(self.initial, self.content)


def paint(painting: Painting, runner: Runner, preview_side: int = 0) -> Optional[Gimp.Layer]:
    """Run ``painting`` on ``runner``. Return None if it was stopped and discarded. Raises named errors."""
    job = painting.job(preview_side)  # Do this first, because it raises the named error for a deleted layer.
    new = painting.new_layer()  # Do this before the run, because layers may be deleted during it.
    result = runner.run(job)
    if result is None:
        return None
    return insert_result(painting.image, result.pixels, new.painted_at(result.size))
