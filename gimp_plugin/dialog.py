"""The dialog, from its opening to the new layer: choose, paint, watch, stop, and try again after an error."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Optional, Sequence

from gi.repository import Gimp, GimpUi, Gtk

from nst_core.bridge.language import tr
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import NeuralStyleError
from nst_core.job.events import ClientEvent, Failed, Notice, Preview
from nst_core.job.settings import definitions

from . import arguments, drawable
from .form import Form
from .install_panel import InstallPanel
from .message import Message, Offer
from .painting import Painting, continuation, paint, repetition
from .picture import LONGEST_SIDE, Picture
from .progress import ProgressView
from .runner import Runner
from .style_list import StyleList
from .styles import still_there

#: Height in pixels at which the settings begin to scroll.
_TALLEST_FORM = 360


class PaintDialog:
    """One dialog for ``content``, a layer of ``image``, on the arguments in ``config``."""

    def __init__(
        self,
        image: Gimp.Image,
        content: Gimp.Layer,
        config: Gimp.ProcedureConfig,
        on_event: Callable[[ClientEvent], None],
    ) -> None:
        self._image, self._content, self._config = image, content, config
        self._selected = content
        self._continued: Optional[Gimp.Layer] = None
        self._on_event = on_event
        self._runner = Runner(self._tell)
        self._window = GimpUi.ProcedureDialog.new(config.get_procedure(), config, tr("Neural Style"))
        self._window.set_ok_label(tr("S_tylize"))
        self._window.connect("delete-event", self._close_requested)
        self._message = Message()
        self._installation = InstallPanel(self._installed, self._install_failed, self._warm)
        self._picture = Picture()
        self._progress = ProgressView(self._runner.stop)
        self._styles = StyleList(content, self._styles_changed, self._reweighted, self._show_error)
        self._form = Form(self._window, config, self._unfolded)
        # Scrolls when all is unfolded, so that the dialog fits a small screen.
        self._settings = Gtk.ScrolledWindow(hscrollbar_policy=Gtk.PolicyType.NEVER, propagate_natural_height=True)
        self._settings.set_max_content_height(_TALLEST_FORM)
        self._settings.add(self._form)
        self._form.show_all()
        self._folded_height = min(_TALLEST_FORM, self._form.get_preferred_height().natural_height)
        self._settings.set_min_content_height(self._folded_height)
        self._whole = self._arrange()
        self._window.get_content_area().pack_start(self._whole, True, True, 0)
        self._follow_config()

    def run(self) -> Optional[Gimp.Layer]:
        """Show the dialog until a layer was made (returned) or the user closed it (None)."""
        self._picture.show_layer(self._content)
        self._show_stored_styles()
        self._styles_changed()
        self._offer_repetition()
        self._warm()
        while self._window.run():
            try:
                layer = self._paint()
            except NeuralStyleError as error:
                self._show_error(error)
                continue
            if layer is not None:
                return layer
            self._offer_start_anew()
        return None

    def close(self) -> None:
        """End the engine, an installation and the window."""
        self._installation.stop()
        self._runner.close()
        self._window.destroy()

    def _paint(self) -> Optional[Gimp.Layer]:
        self._message.hide()
        self._lock(True)
        Gimp.progress_init(tr("Neural Style"))
        try:
            return paint(self._chosen(), self._runner, LONGEST_SIDE)
        finally:
            Gimp.progress_end()
            self._lock(False)

    def _chosen(self) -> Painting:
        choices, settings = tuple(self._styles.choices), arguments.settings(self._config)
        pictures = arguments.keep_mask(self._config), self._config.get_property(arguments.INITIAL)
        painting = Painting(self._image, self._content, choices, settings, *pictures, self._selected)
        if self._continued is None:
            return painting
        return replace(painting, settings=replace(settings, init="picture"), initial=self._continued)

    def _lock(self, painting: bool) -> None:
        if painting:
            self._progress.show_painting()
        else:
            self._progress.show_idle()
            self._picture.show_layer(self._continued or self._content)
        self._styles.lock(painting)
        self._form.lock(painting)
        for part in self._window.get_content_area().get_children():  # The others are GIMP's buttons.
            part.set_sensitive(part == self._whole or not painting)
        while Gtk.events_pending():
            Gtk.main_iteration()

    def _tell(self, event: ClientEvent) -> None:
        self._progress.tell(event)
        self._on_event(event)
        if isinstance(event, Preview):
            self._picture.show_preview(event.pixels)
        elif isinstance(event, Notice):
            self._message.show_notice(tr(event.text))
        elif isinstance(event, Failed) and not self._runner.busy:
            self._progress.show_status("")
            self._show_error(event.error)

    def _warm(self) -> None:
        try:
            self._runner.warm()
            self._progress.show_status(tr("The engine is starting..."))
        except NeuralStyleError as error:
            self._show_error(error)

    def _show_error(self, error: NeuralStyleError) -> None:
        if error.installing_helps:
            self._message.show_missing_engine(error, self._install)
        else:
            self._message.show_error(error, *self._ways_back())

    def _install(self) -> None:
        try:
            self._installation.start()
            self._message.hide()
        except NeuralStyleError as error:
            self._install_failed(error)

    def _install_failed(self, error: NeuralStyleError) -> None:
        self._message.show_error(error, (tr("Install engine"), self._install))

    def _installed(self) -> None:
        self._message.show_notice(tr("The engine is installed."))
        self._warm()

    def _follow_config(self) -> None:
        for definition in definitions():
            if definition.live:
                name = arguments.argument_name(definition.name)
                self._config.connect(f"notify::{name}", self._adjust, definition.name)
        # Reset and the stored settings of GIMP's dialog change the styles behind the list's back.
        for name in (arguments.STYLES, arguments.REGIONS):
            self._config.connect(f"notify::{name}", self._styles_restored)

    def _adjust(self, config: Gimp.ProcedureConfig, spec: Any, setting: str) -> None:
        self._runner.adjust(Adjustment({setting: config.get_property(spec.name)}))

    def _reweighted(self) -> None:
        arguments.store_choices(self._config, self._styles.choices)
        self._runner.adjust(Adjustment(weights=tuple(choice.weight for choice in self._styles.choices)))

    def _styles_changed(self) -> None:
        choices = self._styles.choices
        arguments.store_choices(self._config, choices)
        self._window.set_response_sensitive(Gtk.ResponseType.OK, bool(choices))

    def _styles_restored(self, config: Gimp.ProcedureConfig, spec: Any) -> None:
        if not arguments.names(config, self._styles.choices):
            self._show_stored_styles()

    def _show_stored_styles(self) -> None:
        named = self._config.get_property(arguments.STYLES)
        self._styles.show_choices(still_there(named, self._config.get_property(arguments.REGIONS), self._image))

    def _offer_repetition(self) -> None:
        if drawable.read_record(self._selected):
            offer = tr("Neural Style painted this layer. Go on from where it is, or paint it anew from its content?")
            self._message.show_offer(offer, (tr("Continue"), self._continue), (tr("Repeat"), self._repeat))

    def _repeat(self) -> None:
        try:
            earlier = repetition(self._image, self._selected)
        except NeuralStyleError as error:
            self._message.show_error(error)
            return
        self._recall(earlier)
        self._config.set_property(arguments.INITIAL, earlier.initial)
        self._message.show_notice(tr("All is chosen as for this layer: Stylize paints it anew."))

    def _continue(self) -> None:
        try:
            earlier = continuation(self._image, self._selected)
        except NeuralStyleError as error:
            self._message.show_error(error)
            return
        self._continued = self._selected
        # Only this painting starts from the layer: what GIMP remembers for other layers is the usual start.
        self._recall(replace(earlier, settings=replace(earlier.settings, init="content")))
        self._offer_start_anew()

    def _offer_start_anew(self) -> None:
        if self._continued is not None:
            self._message.show_offer(tr("The painting goes on from this layer."), *self._ways_back())

    def _ways_back(self) -> Sequence[Offer]:
        return () if self._continued is None else ((tr("Start Anew"), self._start_anew),)

    def _start_anew(self) -> None:
        self._continued = None
        self._message.hide()
        self._picture.show_layer(self._content)

    def _recall(self, earlier: Painting) -> None:
        self._content = earlier.content
        self._picture.show_layer(self._continued or self._content)
        arguments.store_settings(self._config, earlier.settings)
        mask = None if earlier.keep_mask is None else earlier.keep_mask.drawable()
        self._config.set_property(arguments.KEEP_MASK, mask)
        self._styles.show_choices(earlier.choices)

    def _close_requested(self, window: Gtk.Window, event: Any) -> bool:
        """While it paints, ask before the work of perhaps an hour is lost; True keeps the window."""
        if self._window.get_action_area().is_sensitive():
            return False
        question = Gtk.MessageDialog(
            transient_for=self._window, modal=True, title=tr("Neural Style: Stop?"), text=tr("Stop painting?")
        )
        question.add_buttons(tr("Keep _Painting"), Gtk.ResponseType.CANCEL, tr("_Discard"), Gtk.ResponseType.REJECT)
        question.add_button(tr("_Keep the Picture so Far"), Gtk.ResponseType.ACCEPT)
        question.set_default_response(Gtk.ResponseType.CANCEL)
        answer = question.run()
        question.destroy()
        if answer in (Gtk.ResponseType.ACCEPT, Gtk.ResponseType.REJECT) and self._runner.busy:
            self._progress.stop(answer == Gtk.ResponseType.ACCEPT)
        return True

    def _unfolded(self, unfolded: bool) -> None:
        self._settings.set_min_content_height(_TALLEST_FORM if unfolded else self._folded_height)

    def _arrange(self) -> Gtk.Box:
        left = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        left.pack_start(self._picture, True, True, 0)
        left.pack_start(self._progress, False, False, 0)
        right = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=12)
        right.pack_start(self._styles, True, True, 0)
        right.pack_start(self._settings, False, False, 0)
        sides = Gtk.Box(spacing=12)
        sides.pack_start(left, True, True, 0)
        sides.pack_start(right, False, True, 0)
        whole = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=12, border_width=12)
        whole.pack_start(self._message, False, False, 0)
        whole.pack_start(self._installation, False, False, 0)
        whole.pack_start(sides, True, True, 0)
        whole.show_all()
        return whole


def show(
    image: Gimp.Image,
    content: Gimp.Layer,
    config: Gimp.ProcedureConfig,
    on_event: Callable[[ClientEvent], None],
) -> Optional[Gimp.Layer]:
    """Run the dialog; the new layer, or None if the user canceled. ``on_event`` hears what the engine tells."""
    GimpUi.init(config.get_procedure().get_name())
    dialog = PaintDialog(image, content, config, on_event)
    try:
        return dialog.run()
    finally:
        dialog.close()
