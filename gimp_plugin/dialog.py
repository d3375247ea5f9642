"""The dialog, from its opening to the new layer: choose, paint, watch, stop, and try again after an error."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Optional, Sequence

from gi.repository import Gimp, GimpUi, Gtk

from nst_core.bridge.language import tr
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import NeuralStyleError
from nst_core.job.events import ClientEvent, Estimate, Failed, Notice, Preview, Ready
from nst_core.job.settings import Settings, definitions

from . import arguments, machine, parasites, questions
from .color_offer import ColorOffer
from .costs_view import CostsView
from .form import Form
from .install_panel import InstallPanel
from .message import Message, Offer
from .painting import Painting, paint
from .picture import LONGEST_SIDE, Picture
from .preset_bar import PresetBar
from .progress import ProgressView
from .recall import Recall, continuation, repetition
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
        self._is_painting = False
        self._on_event = on_event
        self._runner = Runner(self._show_event)
        self._window = GimpUi.ProcedureDialog.new(config.get_procedure(), config, tr("Neural Style"))
        self._window.set_ok_label(tr("S_tylize"))
        self._window.connect("delete-event", self._close_requested)
        self._message, self._color = Message(), ColorOffer(image)
        self._installation = InstallPanel(self._installed, self._install_failed, self._warm)
        self._picture = Picture()
        self._costs = CostsView(self._ask_costs, self._choose_size)
        self._progress = ProgressView(self._runner.stop, self._costs)
        self._styles = StyleList(content, self._styles_changed, self._reweighted, self._show_error)
        self._presets = PresetBar(config, self._show_error)
        self._form = Form(self._window, config, self._unfolded)
        self._form.align(self._presets.label)
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

    def run(self, recalled: Optional[Recall] = None) -> Optional[Gimp.Layer]:
        """Show the dialog until a layer was made (returned) or the user closed it (None).

        It begins with the painting that was ``recalled``, or with the styles and settings that were last used.
        """
        self._picture.show_layer(self._content)
        self._warm()
        if recalled is None:
            self._show_stored_styles()
            self._styles_changed()
            self._offer_repetition()
        else:
            self._show_recalled(recalled)
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
        self._costs.close()
        self._runner.close()
        self._window.destroy()

    def _paint(self) -> Optional[Gimp.Layer]:
        self._message.hide()
        self._lock(True)
        Gimp.progress_init(tr("Reading the pictures..."))
        try:
            chosen = self._chosen()
            machine.remember(chosen.settings)
            return paint(chosen, self._runner, LONGEST_SIDE)
        finally:
            Gimp.progress_end()
            self._lock(False)

    def _chosen(self) -> Painting:
        choices, settings = tuple(self._styles.choices), arguments.settings(self._config)
        pictures = arguments.keep_mask(self._config), self._config.get_property(arguments.INITIAL)
        painting = Painting(
            self._image, self._content, choices, settings, *pictures, self._selected, self._color.accepted
        )
        if self._continued is None:
            return painting
        return replace(painting, settings=replace(settings, init="picture"), initial=self._continued)

    def _lock(self, painting: bool) -> None:
        self._is_painting = painting
        if painting:
            self._progress.show_painting()
        else:
            self._progress.show_idle()
            self._costs.refresh()
            self._picture.show_layer(self._continued or self._content)
        self._styles.lock(painting)
        self._form.lock(painting)
        self._presets.set_sensitive(not painting)
        for part in self._window.get_content_area().get_children():  # The others are GIMP's buttons.
            part.set_sensitive(part == self._whole or not painting)
        while Gtk.events_pending():
            Gtk.main_iteration()

    def _show_event(self, event: ClientEvent) -> None:
        self._progress.show_event(event)
        self._on_event(event)
        if isinstance(event, Preview):
            self._picture.show_preview(event.pixels)
        elif isinstance(event, Ready):
            self._costs.refresh()
        elif isinstance(event, Estimate):
            self._costs.show_costs(event)
        elif isinstance(event, Notice):
            self._message.show_notice(tr(event.text))
        elif isinstance(event, Failed) and not self._is_painting:
            self._progress.show_status("")
            self._show_error(event.error)

    def _ask_costs(self) -> None:
        if self._is_painting:
            return
        try:
            chosen = self._chosen()
            self._runner.estimate(chosen.sizes(LONGEST_SIDE), chosen.settings)
        except NeuralStyleError:  # Stylize reports it.
            self._costs.show_nothing()

    def _choose_size(self, size: int) -> None:
        self._config.set_property(arguments.argument_name("size"), size)

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
        self._config.connect("notify", lambda *_: self._costs.refresh())
        # The selection and the layers may have changed in the image.
        self._window.connect("focus-in-event", lambda *_: self._costs.refresh())
        # GIMP's buttons Reset and Load Saved Settings change the styles without the list.
        for name in (arguments.STYLES, arguments.REGIONS):
            self._config.connect(f"notify::{name}", self._styles_restored)

    def _adjust(self, config: Gimp.ProcedureConfig, spec: Any, setting: str) -> None:
        self._runner.adjust(Adjustment({setting: config.get_property(spec.name)}))

    def _reweighted(self) -> None:
        arguments.store_choices(self._config, self._styles.choices)
        self._runner.adjust(Adjustment(weights=tuple(choice.weight for choice in self._styles.choices)))

    def _styles_changed(self) -> None:
        arguments.store_choices(self._config, self._styles.choices)
        self._window.set_response_sensitive(Gtk.ResponseType.OK, self._styles.is_complete)

    def _styles_restored(self, config: Gimp.ProcedureConfig, spec: Any) -> None:
        if not arguments.names(config, self._styles.choices):
            self._show_stored_styles()

    def _show_stored_styles(self) -> None:
        named = self._config.get_property(arguments.STYLES)
        self._styles.show_choices(still_there(named, self._config.get_property(arguments.REGIONS), self._image))

    def _offer_repetition(self) -> None:
        if parasites.read_record(self._selected):
            offer = tr("Neural Style painted this layer. Go on from where it is, or paint it anew from its content?")
            continued = (tr("Continue"), lambda: self._recall(continuation))
            self._message.show_offer(offer, continued, (tr("Repeat"), lambda: self._recall(repetition)))

    def _recall(self, recalled_by: Callable[[Gimp.Image, Gimp.Layer, Settings], Recall]) -> None:
        try:
            recalled = recalled_by(self._image, self._selected, arguments.settings(self._config))
        except NeuralStyleError as error:
            self._message.show_error(error)
        else:
            self._show_recalled(questions.without_refused_files(recalled, self._styles.files, self._window))

    def _show_recalled(self, recalled: Recall) -> None:
        painting = recalled.painting
        settings, initial = painting.settings, painting.initial
        if initial is not None and initial.get_id() == self._selected.get_id():
            self._continued = initial
            # Only this painting starts from the layer: other layers start as GIMP remembers it.
            settings, initial = replace(settings, init="content"), None
        self._content = painting.content
        self._picture.show_layer(self._continued or self._content)
        arguments.store_settings(self._config, settings)
        mask = None if painting.keep_mask is None else painting.keep_mask.drawable()
        self._config.set_property(arguments.KEEP_MASK, mask)
        self._config.set_property(arguments.INITIAL, initial)
        self._styles.show_recalled(painting.choices)
        self._show_missing(recalled)

    def _show_missing(self, recalled: Recall) -> None:
        try:
            recalled.require_styles()
        except NeuralStyleError as error:
            self._show_error(error)
        else:
            self._offer_start_anew()
            if self._continued is None:
                self._message.show_notice(tr("All is chosen as for this layer: Stylize paints it anew."))

    def _offer_start_anew(self) -> None:
        if self._continued is not None:
            self._message.show_offer(tr("The painting goes on from this layer."), *self._ways_back())

    def _ways_back(self) -> Sequence[Offer]:
        return () if self._continued is None else ((tr("Start Anew"), self._start_anew),)

    def _start_anew(self) -> None:
        self._continued = None
        self._message.hide()
        self._picture.show_layer(self._content)

    def _close_requested(self, window: Gtk.Window, event: Any) -> bool:
        """While it paints, ask before the work of perhaps an hour is lost; True keeps the window."""
        if not self._is_painting:
            return False
        keep = questions.keep_or_discard(self._window)
        if keep is not None and self._runner.busy:
            self._progress.stop(keep)
        return True

    def _unfolded(self, unfolded: bool) -> None:
        self._settings.set_min_content_height(_TALLEST_FORM if unfolded else self._folded_height)

    def _arrange(self) -> Gtk.Box:
        left = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        left.pack_start(self._picture, True, True, 0)
        left.pack_start(self._progress, False, False, 0)
        settings = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        settings.pack_start(self._presets, False, False, 0)
        settings.pack_start(self._settings, False, False, 0)
        right = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=12)
        right.pack_start(self._styles, True, True, 0)
        right.pack_start(settings, False, False, 0)
        sides = Gtk.Box(spacing=12)
        sides.pack_start(left, True, True, 0)
        sides.pack_start(right, False, True, 0)
        whole = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=12, border_width=12)
        for message in (self._message, self._color):
            whole.pack_start(message, False, False, 0)
        whole.pack_start(self._installation, False, False, 0)
        whole.pack_start(sides, True, True, 0)
        whole.show_all()
        return whole


def show(
    image: Gimp.Image,
    content: Gimp.Layer,
    config: Gimp.ProcedureConfig,
    on_event: Callable[[ClientEvent], None],
    recalled: Optional[Recall] = None,
) -> Optional[Gimp.Layer]:
    """Run the dialog; the new layer, or None if the user canceled. ``on_event`` gets every event of the engine.

    With ``recalled``, the dialog begins with what was found of an earlier painting, and names what is missing.
    """
    GimpUi.init(config.get_procedure().get_name())
    dialog = PaintDialog(image, content, config, on_event)
    try:
        return dialog.run(recalled)
    finally:
        dialog.close()
