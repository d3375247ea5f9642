"""The orders of the docker: paintings with the settings that it shows, or with the record of a painted layer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Optional, Sequence

from krita import Krita

from nst_core.bridge.language import tr
from nst_core.bridge.presets import Presets
from nst_core.job.errors import HostError
from nst_core.studio.bundled import painting_at
from nst_core.studio.history import HistoryEntry
from nst_core.studio.queue import Queue

from .controller import Controller
from .controls import Controls
from .document import Document
from .film_order import FilmOrder
from .painting import Painting
from .questions import may_read
from .range_dialog import frame_range
from .recall import Recall, recall
from .several import for_each_layer, for_each_style, selected_layers
from .steps import Steps
from .variation import Trial, Variations, is_of_trial


class Orders(Controls):
    """The widgets, and the methods that make paintings from them. The subclass sets the attributes."""

    _controller: Controller
    _presets: Presets
    _document: Optional[Document]
    _variations: Variations

    def _begin(self, content_id: Optional[str] = None, initial_id: str = "") -> None:
        """Paint the layer ``content_id``, or the chosen one if it is None. Start from ``initial_id`` if it is given."""
        self._add_to_queue([self._chosen(content_id, initial_id)])

    def _begin_each_style(self) -> None:
        self._add_to_queue(for_each_style(self._chosen()))

    def _begin_each_layer(self) -> None:
        self._add_to_queue(for_each_layer(self._chosen(), selected_layers(self._document)))

    def _animate(self, content_id: Optional[str] = None) -> Steps[None]:
        """Ask the user which frames of a layer to paint, and paint them.

        ``content_id`` None means the chosen layer. Raises HostError if the layer has no frames.
        """
        chosen = yield from frame_range(self, *self._animated(content_id).document.clip)
        if chosen is not None:  # The user may have changed the settings in the meantime.
            painting = self._animated(content_id)
            self._add_to_queue([FilmOrder(**vars(painting), first=chosen[0], last=chosen[1])])

    def _animated(self, content_id: Optional[str]) -> Painting:
        """Return the painting of a layer with frames. Raises HostError if the layer has none."""
        painting = self._chosen(content_id)
        if not painting.document.is_animated(painting.content_id):
            problem = tr("The content has no frames.")
            raise HostError(problem, tr("Animate a layer in the timeline, or choose another content."))
        return painting

    def _add_to_queue(self, paintings: Sequence[Painting]) -> None:
        """Add the paintings to the queue. Raises HostError if the content can't be painted."""
        for painting in paintings:
            painting.area()
        self.message.hide()
        self.notice.hide()
        self._controller.stylize(*paintings)
        self._presets.remember(self.form.settings())

    def _chosen(self, content_id: Optional[str] = None, initial_id: str = "") -> Painting:
        """Return the painting that the docker shows. Raises HostError if something is missing."""
        if self._document is None or not self._document.is_open:
            raise HostError(tr("No document is open."), tr("Open or create one, then stylize a layer of it."))
        if not self.styles.rows:
            raise HostError(tr("No style is chosen."), tr("Add a layer or an image file with Add style."))
        settings = self.form.settings()
        return Painting(
            self._document,
            self.content.content_id() if content_id is None else content_id,
            self.styles.choices(),
            replace(settings, init="picture") if initial_id else settings,
            self.on_canvas.isChecked(),
            self.keep_mask.region,
            initial_id,
        )

    def _reuse(self, layer_id: Optional[str] = None) -> Steps[None]:
        """Choose the content, styles and settings of a painted layer. None means the active layer."""
        recalled = yield from self._agreed(self._recall(layer_id))
        self._show_recalled(recalled)
        content_id = recalled.content_id()
        if content_id is not None:
            self.content.choose(content_id)
        recalled.require_all()

    def _repeat(self) -> Steps[None]:
        """Paint the active layer again from the same start. The docker keeps its chosen content."""
        recalled = yield from self._agreed(self._recall())
        layer = recalled.document.active_layer()
        self._show_recalled(recalled)
        recalled.require_all()
        if layer is not None and recalled.document.is_animated(layer.id):
            yield from self._animate(recalled.content_id())
        else:
            self._begin(recalled.content_id(), recalled.initial_id)

    def _continue(self) -> Steps[None]:
        """Continue to paint the active layer, with the styles and settings that the docker shows.

        If the docker shows no style, use the styles and settings of the layer. The docker keeps its chosen content.
        """
        recalled = self._recall()
        content_id = recalled.content_id()
        layer = recalled.document.active_layer()
        if layer is not None and recalled.document.is_animated(layer.id):
            raise _refused_animation()
        if not self.styles.rows:
            recalled = yield from self._agreed(recalled)
            self._show_recalled(recalled)
            recalled.require_all()
        self._begin(content_id, "" if layer is None else layer.id)

    def _vary(self, entry: HistoryEntry, strength: float) -> Steps[None]:
        """Paint a result with another strength. This replaces an earlier request that is not finished."""
        if entry.document.is_animated(entry.layer):
            self.results.show_strength()
            raise _refused_animation()
        recalled = yield from self._agreed(self._recall(entry.layer))
        recalled.require_all()
        painting = self._variations.painting(recalled, entry, strength)
        self._controller.change_queue(lambda queue: _remove_trial(queue, painting.trial))
        if is_of_trial(self._controller.painting, painting.trial):
            self._controller.stop(False)
        if strength != entry.record.settings.strength:
            self._controller.stylize(painting)

    def _recall(self, layer_id: Optional[str] = None) -> Recall:
        if self._document is None or not self._document.is_open:
            raise HostError(tr("No document is open."), tr("Open or create one, then stylize a layer of it."))
        return recall(self._document, self.form.settings(), layer_id)

    def _agreed(self, recalled: Recall) -> Steps[Recall]:
        """Return ``recalled`` without unreadable files, and without files that the user does not allow to read.

        The user is not asked about chosen files, files that Krita has opened, and the bundled paintings.
        """
        known = {*self._controller.chosen_files, *Krita.instance().recentDocuments()}
        foreign = [path for path in recalled.files if path not in known and painting_at(Path(path)) is None]
        if foreign and not (yield from may_read(self, foreign)):
            recalled = recalled.without(foreign)
        return (yield from recalled.readable())

    def _show_recalled(self, recalled: Recall) -> None:
        """Show the settings and the styles of ``recalled``."""
        self.form.show_settings(recalled.settings)
        self.keep_mask.choose(recalled.keep_mask)
        self.styles.clear()
        for choice in recalled.choices:
            self.styles.add(choice)


def _refused_animation() -> HostError:
    problem = tr("An animation can't be continued or get another strength.")
    return HostError(problem, tr("Use its settings, change them, and animate the content again."))


def _remove_trial(queue: Queue[Painting], trial: Optional[Trial]) -> None:
    """Remove the waiting strengths of the trial from the queue."""
    for waiting in queue.waiting:
        if is_of_trial(waiting.order, trial):
            queue.remove(waiting)
