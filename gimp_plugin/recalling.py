"""A painted layer in the dialog: the offers to repeat or to continue it, and what is missing of it."""

from __future__ import annotations

from typing import Callable, Sequence, Set

from gi.repository import Gimp, Gtk

from nst_core.bridge.language import tr
from nst_core.job.errors import NeuralStyleError
from nst_core.job.settings import Settings

from . import parasites, questions
from .engine_bar import EngineBar
from .message import Offer
from .painting import Painting
from .painting_form import PaintingForm
from .recall import Recall, continuation, repetition
from .styles import FileSource
from .variation import Variation, Variations


class Recalling:
    """Shows recalled paintings in ``form``, and offers and errors in ``bar``. Both belong to ``window``."""

    def __init__(self, image: Gimp.Image, form: PaintingForm, bar: EngineBar, window: Gtk.Window) -> None:
        self._image, self._form, self._bar, self._window = image, form, bar, window
        self._known: Set[str] = set()
        self._variations = Variations()

    def offer(self) -> None:
        """Offer to repeat and to continue the layer to paint, if Neural Style painted it."""
        layer = self._form.content
        if layer is None or not parasites.read_record(layer):
            return
        offer = tr("Neural Style painted this layer. Continue it, or paint its content again?")
        continued = (tr("Continue"), lambda: self.recall(continuation, layer))
        repeated = (tr("Repeat"), lambda: self.recall(repetition, layer))
        self._bar.message.show_offer(offer, continued, repeated)

    def recall(self, recalled_by: Callable[[Gimp.Image, Gimp.Layer, Settings], Recall], layer: Gimp.Layer) -> None:
        """Choose the painting of ``layer``, to be repeated or continued."""
        try:
            recalled = recalled_by(self._image, layer, self._form.settings())
        except NeuralStyleError as error:
            self._bar.message.show_error(error)
        else:
            self.show(self._allowed(recalled))

    def with_strength(self, layer: Gimp.Layer, strength: float) -> Painting:
        """The result in ``layer`` with another strength. Raises named errors."""
        trial = self._variations.trial(layer)
        recalled = self._allowed(continuation(self._image, trial.start, self._form.settings()))
        recalled.require_all()
        return Variation.of(recalled.painting, trial, strength)

    def show(self, recalled: Recall) -> None:
        """Choose the painting that was ``recalled``, and name what is missing."""
        self._bar.message.hide()
        self._form.show_recalled(recalled)
        try:
            recalled.require_all()
        except NeuralStyleError as error:
            self._bar.show_error(error, self.ways_back())
            return
        self.remind()
        if not recalled.continues:
            self._bar.message.show_notice(tr("The styles and settings of this layer are chosen. Press Stylize."))

    def remind(self) -> None:
        """Offer again not to continue a layer, unless there is a message."""
        if self._form.continued is not None and not self._bar.message.get_visible():
            self._bar.message.show_offer(tr("The painting goes on from this layer."), *self.ways_back())

    def painted(self, painting: Painting, layer: Gimp.Layer) -> None:
        """``painting`` has become ``layer``. If it continued a layer, the next painting does not."""
        sources = (choice.source for choice in painting.choices)
        self._known.update(source.text() for source in sources if isinstance(source, FileSource))
        if isinstance(painting, Variation) and painting.trial is not None:
            painting.trial.layers.append(layer)
        elif painting.initial is not None and painting.initial == self._form.continued:
            self._form.continued = None

    def ways_back(self) -> Sequence[Offer]:
        """The offer not to go on from a painted layer, if it is to be continued."""
        return () if self._form.continued is None else ((tr("Start Anew"), self._start_anew),)

    def _allowed(self, recalled: Recall) -> Recall:
        """``recalled`` without the files that the user does not want to read. Known ones need no question."""
        known = [*self._form.styles.files, *self._known]
        return questions.without_refused_files(recalled, known, self._window)

    def _start_anew(self) -> None:
        self._form.start_anew()
        self._bar.message.hide()
