"""A painted layer in the dialog: the offers to repeat or to continue it, and the names of its missing pictures."""

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
        """Offer to repeat and to continue the chosen layer, if Neural Style painted it."""
        layer = self._form.content
        if layer is None or not parasites.read_record(layer):
            return
        offer = tr("Neural Style painted this layer. Continue it, or paint its content again?")
        continued = (tr("Continue"), lambda: self.recall(continuation, layer))
        repeated = (tr("Repeat"), lambda: self.recall(repetition, layer))
        self._bar.message.show_offer(offer, continued, repeated)

    def recall(self, recalled_by: Callable[[Gimp.Image, Gimp.Layer, Settings], Recall], layer: Gimp.Layer) -> None:
        """Choose the painting of ``layer``. ``recalled_by`` returns it as a repetition or as a continuation."""
        try:
            recalled = recalled_by(self._image, layer, self._form.settings())
        except NeuralStyleError as error:
            self._bar.message.show_error(error)
        else:
            self.show(self._allowed(recalled))

    def with_strength(self, layer: Gimp.Layer, strength: float) -> Painting:
        """Return a painting of the result ``layer`` with another strength. Raises named errors."""
        trial = self._variations.trial(layer)
        recalled = self._allowed(continuation(self._image, trial.start, self._form.settings()))
        recalled.require_all()
        return Variation.of(recalled.painting, trial, strength)

    def show(self, recalled: Recall) -> None:
        """Choose the ``recalled`` painting, and name its missing pictures."""
        self._bar.message.hide()
        self._form.show_recalled(recalled)
        try:
            recalled.require_all()
        except NeuralStyleError as error:
            self._bar.show_error(error, self.start_over_offers())
            return
        self.offer_to_start_over()
        if not recalled.continues:
            self._bar.message.show_notice(tr("The styles and settings of this layer are chosen. Press Stylize."))

    def offer_to_start_over(self) -> None:
        """Show the offer of :meth:`start_over_offers` again, unless there is a message."""
        if self._form.continued is not None and not self._bar.message.get_visible():
            self._bar.message.show_offer(tr("The painting goes on from this layer."), *self.start_over_offers())

    def painted(self, painting: Painting, layer: Gimp.Layer) -> None:
        """After ``layer`` continued a painting, let the next painting start from the content again."""
        sources = (choice.source for choice in painting.choices)
        self._known.update(source.text() for source in sources if isinstance(source, FileSource))
        if isinstance(painting, Variation) and painting.trial is not None:
            painting.trial.layers.append(layer)
        elif painting.initial is not None and painting.initial == self._form.continued:
            self._form.continued = None

    def start_over_offers(self) -> Sequence[Offer]:
        """Return the offer to stop continuing a painted layer, if one is continued."""
        return () if self._form.continued is None else ((tr("Start Over"), self._start_over),)

    def _allowed(self, recalled: Recall) -> Recall:
        """Return ``recalled`` without the files that the user does not allow to read. Known files need no question."""
        known = [*self._form.styles.files, *self._known]
        return questions.without_refused_files(recalled, known, self._window)

    def _start_over(self) -> None:
        self._form.start_over()
        self._bar.message.hide()
