"""The dialog that paints an animation. It stays open until the user closes it."""

from __future__ import annotations

from typing import Optional

from gi.repository import GdkPixbuf, Gimp, GimpUi, GLib, Gtk

from nst_core.bridge.language import tr
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import NeuralStyleError
from nst_core.job.events import Failed, Notice
from nst_core.studio.animation import AnimationEvent, Ended, FramePainted, FrameProgress

from . import last_used, machine, manual, questions, widgets
from .engine_bar import EngineBar
from .film_order import FilmOrder
from .film_procedure import show_progress
from .film_run import FilmRun
from .frames import first_layer
from .frames_chooser import FramesChooser
from .painting_form import PaintingForm
from .stop_bar import StopBar

_SIZE = (940, 690)
#: The side in pixels of the square that shows the newest frame.
_PICTURE = 420


class FilmDialog:
    """A dialog that animates ``image`` or a folder with the arguments in ``config``."""

    def __init__(self, image: Gimp.Image, config: Gimp.ProcedureConfig) -> None:
        last_used.restore(config, image)
        self._config = config
        self._film: Optional[FilmRun] = None
        self._order: Optional[FilmOrder] = None
        self._keeps_frames = True
        self._is_closing = self.has_painted = False
        self._window = GimpUi.ProcedureDialog.new(config.get_procedure(), config, tr("Neural Style: Animate"))
        self._window.set_ok_label(tr("Animate"))
        self._window.set_default_size(*_SIZE)
        self._window.get_widget_for_response(Gtk.ResponseType.CANCEL).set_label(tr("_Close"))
        # Do not destroy the window, because `run` asks the user first.
        self._window.connect("delete-event", lambda *_: True)
        self._engine = EngineBar(self._engine_installed)
        self._form = PaintingForm(self._window, config, image, first_layer(image), self, of_film=True)
        self._frames = FramesChooser(config, self._form.align, self.chosen)
        self._picture = Gtk.Image()
        self._picture.set_size_request(_PICTURE, _PICTURE)
        dots = _PICTURE * self._picture.get_scale_factor()
        shown = image.get_thumbnail(dots, dots, Gimp.PixbufTransparency.SMALL_CHECKS)
        widgets.show_thumbnail(self._picture, shown)
        keep_hint = tr("Keeps the frames that are finished")
        self._bar = StopBar(self._stop, keep_hint, tr("Removes the frames that are finished"))
        self._window.get_content_area().pack_start(self._arrange(), True, True, 0)
        self._bar.hide()
        self._frames.refresh()
        manual.add_help(self._window, self.failed)

    def run(self) -> bool:
        """Show the dialog until the user closes it. Return True if an animation was painted."""
        self._form.show_stored()
        self.chosen()
        while True:
            if self._window.run():
                self._animate()
            elif self._may_close():
                return self.has_painted

    def close(self) -> None:
        """End the engine and an installation, and close the window."""
        self._engine.close()
        if self._film is not None:
            self._film.close()
        self._window.destroy()

    # The listener of the form

    def chosen(self) -> None:
        """Update the dialog after the user has changed the next animation."""
        can_animate = self._form.is_complete and self._frames.is_complete and self._film is None
        self._window.set_response_sensitive(Gtk.ResponseType.OK, can_animate)

    def content_chosen(self) -> None:
        """Do nothing, because the frames are the content."""

    def adjusted(self, adjustment: Adjustment) -> None:
        """Do nothing: an animation does not change while it is painted."""

    def failed(self, error: NeuralStyleError) -> None:
        """Show ``error``."""
        self._engine.show_error(error)

    # The animation

    def _animate(self) -> None:
        self._engine.message.hide()
        try:
            machine.remember(self._form.settings())
            self._form.remember()
            self._order = FilmOrder(self._form.paintings(in_color=False)[0], self._config)
            self._film = FilmRun(self._order.jobs, self._listen)
        except NeuralStyleError as error:
            if self._order is not None:
                self._order.output.discard()
                self._order = None
            self.failed(error)
            return
        self._keeps_frames = True
        Gimp.progress_init(tr("Reading the pictures..."))
        self._bar.begin()
        self._show_running(True)

    def _listen(self, event: AnimationEvent) -> None:
        show_progress(event)
        if isinstance(event, FrameProgress):
            self._bar.show_progress(event.fraction, event.text)
        elif isinstance(event, FramePainted):
            self._take(event)
        elif isinstance(event, Notice):
            self._engine.message.show_notice(tr(event.text))
        else:
            GLib.idle_add(self._end, event)  # The film must return from this call before it is closed.

    def _take(self, painted: FramePainted) -> None:
        assert self._order is not None
        dots = _PICTURE * self._picture.get_scale_factor()
        pixbuf = GdkPixbuf.Pixbuf.new_from_file_at_size(str(painted.file), dots, dots)
        widgets.show_thumbnail(self._picture, pixbuf)
        self._order.output.take(painted)

    def _stop(self, keep: bool) -> None:
        self._keeps_frames = keep
        if self._film is not None:
            self._film.stop()

    def _end(self, event: AnimationEvent) -> bool:
        """End the animation. Keep the finished frames, unless the user wants to discard them."""
        film, order = self._film, self._order
        assert film is not None and order is not None
        self._film = self._order = None
        film.close()
        Gimp.progress_end()
        if self._keeps_frames:
            order.output.finish(shown=True)
        else:
            order.output.discard()
        self.has_painted = self.has_painted or (isinstance(event, Ended) and self._keeps_frames)
        if isinstance(event, Failed):
            self.failed(event.error)
        elif isinstance(event, Ended) and event.complete:
            self._engine.message.show_notice(tr("All frames are painted."))
        self._show_running(False)
        if self._is_closing:
            self._window.response(Gtk.ResponseType.CANCEL)
        return False

    def _show_running(self, running: bool) -> None:
        self._bar.set_visible(running)
        self._inputs.set_sensitive(not running)
        self.chosen()

    def _engine_installed(self) -> None:
        """Let the user press *Animate* again."""

    def _may_close(self) -> bool:
        """Ask before finished frames are lost. The dialog closes after the engine has stopped."""
        if self._film is None:
            return True
        keep = questions.keep_or_discard(self._window)
        if keep is not None and self._film is not None:
            self._is_closing = True
            self._bar.stop(keep)
        return keep is not None and self._film is None

    def _arrange(self) -> Gtk.Box:
        self._inputs = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self._inputs.pack_start(self._frames, False, False, 0)
        self._inputs.pack_start(self._form, True, True, 0)
        left = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        left.pack_start(self._picture, True, True, 0)
        left.pack_start(self._bar, False, False, 0)
        sides = Gtk.Box(spacing=12)
        sides.pack_start(left, True, True, 0)
        sides.pack_start(self._inputs, False, True, 0)
        whole = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6, border_width=10)
        whole.pack_start(self._engine, False, False, 0)
        whole.pack_start(sides, True, True, 0)
        whole.show_all()
        return whole


def show(image: Gimp.Image, config: Gimp.ProcedureConfig) -> bool:
    """Run the dialog. Return True if an animation was painted."""
    GimpUi.init(config.get_procedure().get_name())
    dialog = FilmDialog(image, config)
    try:
        return dialog.run()
    finally:
        dialog.close()
