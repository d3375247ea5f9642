"""The dialog: the user chooses, paints, compares results, and paints again. It stays open until the user closes it."""

from __future__ import annotations

from typing import Callable, Optional

from gi.repository import Gimp, GimpUi, Gtk

from nst_core.bridge.language import tr
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import NeuralStyleError
from nst_core.job.events import ClientEvent, Estimate, Failed, Notice, Preview, Ready, Result
from nst_core.job.pixels import PixelBuffer
from nst_core.studio.costs import size_caution

from . import arrivals, machine, manual, questions
from .canvas_preview import CanvasPreview
from .color_offer import ColorOffer
from .costs_view import CostsView
from .engine_bar import EngineBar
from .history_view import HistoryView
from .painter import Painter
from .painting import Painting
from .painting_form import PaintingForm
from .picture_view import PictureView
from .progress import ProgressView
from .queue_button import QueueButton
from .recall import Recall, repetition
from .recalling import Recalling
from .variation import Variation

#: This size leaves enough space for a panel and a title on a screen of 1366 x 768.
_SIZE = (1040, 690)


class PaintDialog:
    """A dialog that paints layers of ``image``, first ``content``, with the arguments in ``config``."""

    def __init__(
        self,
        image: Gimp.Image,
        content: Gimp.Layer,
        config: Gimp.ProcedureConfig,
        on_event: Callable[[ClientEvent], None],
    ) -> None:
        self._on_event = on_event
        self._newest: Optional[Gimp.Layer] = None
        self._is_closing = False
        self._window = _new_window(config)
        # Do not destroy the window, because `run` asks the user first.
        self._window.connect("delete-event", lambda *_: True)
        self._canvas = CanvasPreview(self.failed)
        self._view = PictureView(self._canvas.switch)
        self._painter = Painter(self, lambda: self._view.picture.dots)
        self._engine, self._color = EngineBar(self._start_engine), ColorOffer(image)
        self._engine.message.connect("response", lambda *_: self._painter.dismiss_failures())
        self._form = PaintingForm(self._window, config, image, content, self)
        self._recalling = Recalling(image, self._form, self._engine, self._window)
        self._costs = CostsView(self._ask_costs, self._form.choose_size, self.failed)
        self._queue = QueueButton(self._painter.queue, self.queue_changed)
        self._progress = ProgressView(self._painter.engine.stop, self._costs, self._queue)
        self._history = HistoryView(image, self._look_at, self._use_settings, self._repaint, self.failed)
        self._window.get_content_area().pack_start(self._arrange(), True, True, 0)
        # The user may have changed the selection or the layers of the image.
        self._window.connect("focus-in-event", lambda *_: self._look_again())
        manual.add_help(self._window, self.failed)
        arrivals.accept_dropped(self._window, self._form.styles.add_files, self._form.styles.add_layer, self.failed)
        arrivals.accept_pasted(self._window, self._form.styles.add_files, self.failed)

    def run(self, recalled: Optional[Recall] = None) -> Optional[Gimp.Layer]:
        """Show the dialog until the user closes it. Return the newest layer, or None if there is none.

        The dialog starts with the ``recalled`` painting, or with the styles and settings of the last painting.
        """
        self.content_chosen()
        self._start_engine()
        if recalled is None:
            self._form.show_stored()
            self._recalling.offer()
        else:
            self._recalling.show(recalled)
        self.chosen()
        while True:
            if self._window.run():
                self._stylize()
            elif self._may_close():
                return self._newest

    def close(self) -> None:
        """End the engine and an installation, and close the window."""
        self._engine.close()
        self._costs.close()
        self._history.close()
        self._canvas.end()
        self._painter.close()
        self._window.destroy()

    # The listener of the form

    def chosen(self) -> None:
        """Update the dialog after the user has changed the next painting."""
        self._window.set_response_sensitive(Gtk.ResponseType.OK, self._form.is_complete)
        self._costs.refresh()

    def content_chosen(self) -> None:
        """Show the new layer to paint."""
        if self._form.content is not None:
            self._view.picture.show_content(self._form.continued or self._form.content)

    def adjusted(self, adjustment: Adjustment) -> None:
        """Send a changed setting to the running painting, if it has this content and these styles."""
        running = self._painter.running
        if running is None or isinstance(running, Variation) or self._form.content is None:
            return
        same_styles = [choice.source for choice in running.choices] == [c.source for c in self._form.styles.choices]
        if same_styles and running.content.get_id() == self._form.content.get_id():
            self._painter.adjust(adjustment)

    # The listener of the painter

    def failed(self, error: NeuralStyleError) -> None:
        """Show ``error``."""
        self._engine.show_error(error, self._recalling.start_over_offers())

    def queue_changed(self) -> None:
        """Show the queue again, because a painting was added, begun, ended or removed."""
        self._queue.refresh()
        failures = self._painter.queue.failures
        if failures:
            self._engine.message.show_failures("\n".join(failure.text for failure in failures))
        if self._painter.running is None:
            self._canvas.end()
            if self._history.chosen is None:
                self.content_chosen()
            self._progress.show_idle()
            self._costs.refresh()
            self._recalling.offer_to_start_over()
            if self._is_closing:
                self._window.response(Gtk.ResponseType.CANCEL)

    def began(self, painting: Painting) -> None:
        """Show that the engine has received ``painting``."""
        self._progress.show_painting()
        self._canvas.begin(painting)
        self._history.clear_choice()
        self._view.picture.show_content(painting.content)

    def painted(self, painting: Painting, layer: Gimp.Layer, result: Result) -> None:
        """Show the new ``layer`` of a painting."""
        self._newest = layer
        self._recalling.painted(painting, layer)
        self._history.add(layer, result.seconds)

    def show_event(self, event: ClientEvent) -> None:
        """Show an event that the engine has reported."""
        self._progress.show_event(event)
        self._on_event(event)
        if isinstance(event, Preview):
            self._show_preview(event.pixels)
        elif isinstance(event, Ready):
            self._form.offer_devices(event.devices)
            self._costs.refresh()
        elif isinstance(event, Estimate):
            self._costs.show_costs(event)
            self._form.show_automatic(event)
        elif isinstance(event, Notice):
            self._engine.message.show_notice(tr(event.text))
        elif isinstance(event, Failed):
            self._progress.show_status("")
            self.failed(event.error)

    def _show_preview(self, pixels: PixelBuffer) -> None:
        self._canvas.show(pixels)
        if self._history.chosen is None:
            self._view.picture.show_preview(pixels)

    # The actions of the user

    def _stylize(self) -> None:
        self._engine.message.hide()
        self._painter.dismiss_failures()
        try:
            machine.remember(self._form.settings())
            self._form.remember()
            for painting in self._form.paintings(self._color.accepted):
                self._painter.order(painting)
        except NeuralStyleError as error:
            self.failed(error)

    def _look_at(self, layer: Optional[Gimp.Layer], content: Optional[Gimp.Layer]) -> None:
        """Show a result and its content. Show the layer to paint if there is no result."""
        if layer is None:
            self.content_chosen()
            return
        if content is not None:
            self._view.picture.show_content(content)
        self._view.picture.show_result(layer)

    def _repaint(self, layer: Gimp.Layer, strength: float) -> None:
        """Paint a result again with another strength."""
        self._engine.message.hide()
        try:
            self._painter.order(self._recalling.with_strength(layer, strength))
        except NeuralStyleError as error:
            self.failed(error)

    def _use_settings(self, layer: Gimp.Layer) -> None:
        self._recalling.recall(repetition, layer)

    def _look_again(self) -> None:
        self._history.refresh()
        self._costs.refresh()

    def _ask_costs(self) -> None:
        try:
            chosen = self._form.paintings(self._color.accepted)[0]
            sizes = chosen.sizes(self._view.picture.dots)
            self._costs.show_caution(size_caution(sizes.content, chosen.settings.size))
            self._painter.engine.estimate(sizes, chosen.settings)
        except NeuralStyleError:  # The button Stylize shows this error.
            self._costs.show_nothing()

    def _start_engine(self) -> None:
        try:
            self._painter.engine.warm()
            self._progress.show_status(tr("The engine is starting..."))
            self._painter.resume()
        except NeuralStyleError as error:
            self.failed(error)

    def _may_close(self) -> bool:
        """Return True if the dialog may close. During a painting ask first, and close it after the engine has ended."""
        if self._painter.running is None:
            return True
        keep = questions.keep_or_discard(self._window)
        if keep is None:
            return False
        if self._painter.running is not None:
            self._is_closing = True
            self._painter.queue.clear()
            self._progress.stop(keep)
        return self._painter.running is None

    def _arrange(self) -> Gtk.Box:
        left = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        left.pack_start(self._view, True, True, 0)
        for part in (self._history, self._progress):
            left.pack_start(part, False, False, 0)
        sides = Gtk.Box(spacing=12)
        sides.pack_start(left, True, True, 0)
        sides.pack_start(self._form, False, True, 0)
        whole = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6, border_width=10)
        for bar in (self._engine, self._color):
            whole.pack_start(bar, False, False, 0)
        whole.pack_start(sides, True, True, 0)
        whole.show_all()
        return whole


def _new_window(config: Gimp.ProcedureConfig) -> GimpUi.ProcedureDialog:
    window = GimpUi.ProcedureDialog.new(config.get_procedure(), config, tr("Neural Style"))
    window.set_ok_label(tr("S_tylize"))
    window.set_default_size(*_SIZE)
    window.get_widget_for_response(Gtk.ResponseType.CANCEL).set_label(tr("_Close"))
    return window


def show(
    image: Gimp.Image,
    content: Gimp.Layer,
    config: Gimp.ProcedureConfig,
    on_event: Callable[[ClientEvent], None],
    recalled: Optional[Recall] = None,
) -> Optional[Gimp.Layer]:
    """Run the dialog, and return the newest layer, or None. ``on_event`` gets every event of the engine.

    With ``recalled``, the dialog starts with the found parts of an earlier painting, and names the missing ones.
    """
    GimpUi.init(config.get_procedure().get_name())
    dialog = PaintDialog(image, content, config, on_event)
    try:
        return dialog.run(recalled)
    finally:
        dialog.close()
