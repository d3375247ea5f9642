"""One painting in GIMP: what is painted in what, from the layers that are chosen to the layer that is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

import drawable
import styles
from gi.repository import Gimp
from runner import Runner

from nst_core.bridge import record, wording
from nst_core.bridge.errors import HostError, InvalidJob
from nst_core.bridge.job import StyleJob
from nst_core.bridge.language import tr
from nst_core.bridge.pixels import PixelBuffer
from nst_core.bridge.settings import Settings


@dataclass(frozen=True)
class Painting:
    """``content``, a layer of ``image``, painted in the chosen styles.

    ``initial`` is the layer to start from if the settings say so.
    """

    image: Gimp.Image
    content: Gimp.Layer
    choices: Tuple[styles.Choice, ...]
    settings: Settings
    initial: Optional[Gimp.Layer] = None

    def job(self, preview_side: int) -> StyleJob:
        """The request to the engine, with all pixels. Raises named errors for what can't be painted."""
        return StyleJob(
            content=drawable.read(self.content),
            styles=tuple(choice.style() for choice in self.choices),
            settings=self.settings,
            selection=drawable.read_selection(self.image, self.content),
            initial=self._initial(),
            preview_side=preview_side,
        )

    def new_layer(self) -> drawable.NewLayer:
        """The layer that will be made: named after the styles, with the record that repeats it."""
        name = wording.layer_name([choice.source.name for choice in self.choices])
        recorded = tuple(choice.recorded(self.image) for choice in self.choices)
        content = styles.LayerSource(self.content).reference(self.image)
        stored = record.dump(record.Record(self.settings, recorded, content))
        return drawable.NewLayer(name, stored, drawable.position(self.content))

    def _initial(self) -> Optional[PixelBuffer]:
        if self.settings.init != "picture":
            return None
        if self.initial is None:
            raise InvalidJob(tr("The picture to start from is missing."), tr("Choose a layer as start picture."))
        return drawable.read_under(self.initial, self.content)


def paint(painting: Painting, runner: Runner, preview_side: int = 0) -> Optional[Gimp.Layer]:
    """Carry out ``painting`` on ``runner``; None if it was stopped and discarded. Raises named errors."""
    new = painting.new_layer()  # Before the run: the layers may be gone after it.
    result = runner.run(painting.job(preview_side))
    return None if result is None else drawable.insert_result(painting.image, painting.content, result.pixels, new)


def repetition(image: Gimp.Image, layer: Gimp.Layer) -> Painting:
    """The painting that ``layer`` came from, to be painted again. Raises :class:`HostError` if it can't be told."""
    recorded = record.load(drawable.read_record(layer))
    if recorded is None:
        raise HostError(tr("Neural Style did not paint this layer."), tr("Select a layer that it painted."))
    content = None if recorded.content is None else styles.find(recorded.content, image)
    if not isinstance(content, styles.LayerSource):
        raise HostError(tr("The layer that was painted is gone."), tr("Paint another layer in this style instead."))
    choices = styles.recall(recorded.styles, image)
    if len(choices) < len(recorded.styles):
        raise HostError(tr("A style of this layer can't be found."), tr("Open its image, then try again."))
    return Painting(image, content.layer, tuple(choices), recorded.settings)
