"""One painting in GIMP: what is painted in what, from the layers that are chosen to the layer that is made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional, Tuple

from gi.repository import Gimp

from nst_core.bridge import record, wording
from nst_core.bridge.language import tr
from nst_core.job.errors import HostError, InvalidJob
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import StyleJob
from nst_core.job.settings import Settings

from . import drawable, regions, styles
from .runner import Runner


@dataclass(frozen=True)
class Painting:
    """``content``, a layer of ``image``, painted in the chosen styles.

    The brightness of ``keep_mask`` says where the content is kept; ``initial`` is the layer to start from if the
    settings say so; ``below`` the one that the new layer goes above, if not the content.
    """

    image: Gimp.Image
    content: Gimp.Layer
    choices: Tuple[styles.Choice, ...]
    settings: Settings
    keep_mask: Optional[regions.Region] = None
    initial: Optional[Gimp.Layer] = None
    below: Optional[Gimp.Layer] = None

    def job(self, preview_side: int) -> StyleJob:
        """The request to the engine, with all pixels. Raises named errors for what can't be painted."""
        return StyleJob(
            content=drawable.read(self.content),
            styles=tuple(choice.style(self.content) for choice in self.choices),
            settings=self.settings,
            selection=self._selection(),
            keep_mask=None if self.keep_mask is None else self.keep_mask.brightness(self.content),
            initial=self._initial(),
            preview_side=preview_side,
        )

    def new_layer(self) -> drawable.NewLayer:
        """The layer that will be made: named after the styles, with the record that repeats it."""
        name = wording.layer_name([choice.source.name for choice in self.choices])
        recorded = tuple(choice.recorded(self.image) for choice in self.choices)
        content = styles.LayerSource(self.content).reference(self.image)
        initial = styles.LayerSource(self.initial).reference(self.image) if self._starts_from_picture else None
        keep_mask = None if self.keep_mask is None else self.keep_mask.reference()
        stored = record.dump(record.Record(self.settings, recorded, content, keep_mask, initial))
        return drawable.NewLayer(
            name, stored, self.below or self.content, self.content, drawable.position(self.content)
        )

    @property
    def _starts_from_picture(self) -> bool:
        return self.settings.init == "picture" and self.initial is not None

    def _selection(self) -> Optional[PixelBuffer]:
        if any(choice.region is not None and choice.region.kind == "selection" for choice in self.choices):
            return None  # It says where a style paints; the others may paint around it.
        return drawable.read_selection(self.image, self.content)

    def _initial(self) -> Optional[PixelBuffer]:
        if self.settings.init != "picture":
            return None
        if self.initial is None:
            raise InvalidJob(tr("The picture to start from is missing."), tr("Choose a layer as start picture."))
        return drawable.read_under(self.initial, self.content)


def paint(painting: Painting, runner: Runner, preview_side: int = 0) -> Optional[Gimp.Layer]:
    """Carry out ``painting`` on ``runner``; None if it was stopped and discarded. Raises named errors."""
    job = painting.job(preview_side)  # First: if a layer is gone, it says so.
    new = painting.new_layer()  # Before the run: the layers may be gone after it.
    result = runner.run(job)
    return None if result is None else drawable.insert_result(painting.image, result.pixels, new)


def repetition(image: Gimp.Image, layer: Gimp.Layer) -> Painting:
    """The painting that ``layer`` came from, to be painted again. Raises :class:`HostError` if it can't be told."""
    recorded = _recorded(layer)
    initial = None if recorded.initial is None else styles.find(recorded.initial, image)
    if recorded.initial is not None and not isinstance(initial, styles.LayerSource):
        raise HostError(tr("The layer that this one started from is gone."), tr("Continue it instead."))
    painting = _recalled(recorded, image, layer)
    return replace(painting, initial=initial.layer) if isinstance(initial, styles.LayerSource) else painting


def continuation(image: Gimp.Image, layer: Gimp.Layer) -> Painting:
    """The painting that goes on from where ``layer`` is. Raises :class:`HostError` if that can't be told."""
    painting = _recalled(_recorded(layer), image, layer)
    return replace(painting, settings=replace(painting.settings, init="picture"), initial=layer)


def _recorded(layer: Gimp.Layer) -> record.Record:
    recorded = record.load(drawable.read_record(layer))
    if recorded is None:
        raise HostError(tr("Neural Style did not paint this layer."), tr("Select a layer that it painted."))
    return recorded


def _recalled(recorded: record.Record, image: Gimp.Image, layer: Gimp.Layer) -> Painting:
    content = None if recorded.content is None else styles.find(recorded.content, image)
    if not isinstance(content, styles.LayerSource):
        raise HostError(tr("The layer that was painted is gone."), tr("Paint another layer in this style instead."))
    choices = tuple(styles.recall(style, image) for style in recorded.styles)
    keep_mask = None if recorded.keep_mask is None else regions.find(recorded.keep_mask, image)
    if recorded.keep_mask is not None and keep_mask is None:
        problem = tr("The mask or layer that says where the content is kept is gone.")
        raise HostError(problem, tr("Paint anew, with another mask."))
    return Painting(image, content.layer, choices, recorded.settings, keep_mask, below=layer)
