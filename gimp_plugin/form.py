"""The widgets of the settings.

GIMP's procedure dialog makes most of them from the arguments. This module arranges them.
"""

from __future__ import annotations

import math
from typing import Callable, Dict, Iterator, Optional, Sequence

from gi.repository import Gimp, GimpUi, GObject, Gtk

from nst_core.bridge.language import tr
from nst_core.job.events import Estimate
from nst_core.job.settings import AUTOMATIC, Definition, definitions
from nst_core.studio.costs import automatic_label

from . import arguments, widgets
from .choosers import RegionChooser
from .lists import DeviceList, SettingList, WeightsList

#: A number with more steps than this gets a field in place of a slider.
_LONGEST_SLIDER = 100.0


class Form(Gtk.Box):
    """The usual settings, and a part with the advanced ones. ``content`` returns the layer to paint.

    It calls ``unfolded`` when the user opens or closes the part with the advanced settings.
    """

    def __init__(
        self,
        dialog: GimpUi.ProcedureDialog,
        config: Gimp.ProcedureConfig,
        content: Callable[[], Optional[Gimp.Layer]],
        unfolded: Callable[[bool], None],
    ) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=4)
        self._config = config
        config.connect("notify::mode", lambda *_: self._enable())
        self._labels = Gtk.SizeGroup(mode=Gtk.SizeGroupMode.HORIZONTAL)
        self._widgets = {found.name: _widget(dialog, config, found) for found in arguments.declared(config)}
        for widget in self._widgets.values():
            if isinstance(widget, SettingList):
                self._labels.add_widget(widget.label)
        self._named = {
            definition.name: _NamedNumbers(self._widgets[definition.name], names)
            for definition in definitions()
            if (names := _names(definition))
        }
        # GIMP aligns the labels of its own fields with this one.
        self._labels.add_widget(self._widgets["seed"].get_label())
        self._keep = self._make_keep_mask(content)
        self._of_content = [self._keep, *(self._widgets[d.name] for d in arguments.declared(config) if d.of_content)]
        self.pack_start(self._column(advanced=False), False, False, 0)
        expander = Gtk.Expander(label=tr("_Advanced"), use_underline=True)
        expander.connect("notify::expanded", lambda *_: unfolded(expander.get_expanded()))
        folded = self._column(advanced=True)
        if config.find_property(arguments.INITIAL) is not None:
            self._of_content.append(dialog.get_widget(arguments.INITIAL, GObject.TYPE_NONE))
            folded.pack_start(self._of_content[-1], False, False, 0)
        folded.set_margin_top(6)
        expander.add(folded)
        self.pack_start(expander, False, False, 0)
        widgets.ignore_wheel(self)
        self._enable()

    def offer_devices(self, devices: Sequence[str]) -> None:
        """Offer the devices of the engine."""
        self._widgets["device"].offer(devices)

    def show_automatic(self, estimate: Estimate) -> None:
        """Show the working size that *Automatic* means now."""
        self._named["size"].rename(AUTOMATIC, automatic_label(estimate))

    def align(self, label: Gtk.Label) -> None:
        """Give ``label``, which is above the form, the width of the form's own labels."""
        self._labels.add_widget(label)

    def _enable(self) -> None:
        has_mode = self._config.find_property("mode") is not None
        is_texture = has_mode and self._config.get_property("mode") == "texture"
        for widget in self._of_content:
            widget.set_sensitive(not is_texture)

    def _make_keep_mask(self, content: Callable[[], Optional[Gimp.Layer]]) -> RegionChooser:
        """Make the button for the region where the content is kept, beside that setting's slider."""
        chooser = RegionChooser(
            content,
            lambda region: arguments.store_keep_mask(self._config, region),
            tr("Where the content is kept: everywhere, within a mask, or where a layer is bright."),
            shapes=False,
        )

        def show(*_: object) -> None:
            chooser.show_region(arguments.keep_mask(self._config))

        for name in (arguments.KEEP_MASK, arguments.KEEP_INVERTED):
            self._config.connect(f"notify::{name}", show)
        show()
        return chooser

    def _column(self, advanced: bool) -> Gtk.Box:
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=4)
        for definition in arguments.declared(self._config):
            if definition.advanced == advanced:
                box.pack_start(self._row(definition.name), False, False, 0)
        return box

    def _row(self, name: str) -> Gtk.Widget:
        if name != "keep_content":
            return self._widgets[name]
        row = Gtk.Box(spacing=6)
        row.pack_start(self._widgets[name], True, True, 0)
        row.pack_start(self._keep, False, False, 0)
        return row


def _widget(dialog: GimpUi.ProcedureDialog, config: Gimp.ProcedureConfig, definition: Definition) -> Gtk.Widget:
    name = arguments.argument_name(definition.name)
    if definition.kind in ("choice", "text"):
        kinds = {"device": DeviceList, "weights": WeightsList}
        return kinds.get(definition.name, SettingList)(config, definition)
    if definition.kind != "float" or definition.maximum - definition.minimum > _LONGEST_SLIDER:
        return dialog.get_widget(name, GObject.TYPE_NONE)
    slider = dialog.get_spin_scale(name, 1.0)
    slider.set_digits(2)
    if definition.logarithmic:
        slider.set_gamma(_gamma(definition))
    return slider


class _NamedNumbers:
    """Names that the field of ``widget`` shows in place of some numbers. The user can still type a number."""

    def __init__(self, widget: Gtk.Container, names: Dict[int, str]) -> None:
        self._names = names
        self._field = next(child for child in _descendants(widget) if isinstance(child, Gtk.SpinButton))
        self._field.set_numeric(False)  # Otherwise the field would not accept letters.
        self._field.set_update_policy(Gtk.SpinButtonUpdatePolicy.IF_VALID)  # Otherwise GTK would read a name as 0.
        self._field.connect("output", self._show)
        for number, name in names.items():
            self.rename(number, name)

    def rename(self, number: int, name: str) -> None:
        """Set the name of ``number``."""
        self._names[number] = name
        self._field.set_width_chars(max(self._field.get_width_chars(), _width(self._field, name)))
        self._show(self._field)

    def _show(self, field: Gtk.SpinButton) -> bool:
        name = self._names.get(field.get_value())
        if name is not None and name != field.get_text():
            field.set_text(name)
        return name is not None


def _names(definition: Definition) -> Dict[int, str]:
    """Return the names of a setting's numbers that have a special meaning."""
    names = {0: tr(definition.zero_label)} if definition.zero_label else {}
    return {**names, AUTOMATIC: automatic_label(None)} if definition.adaptive else names


def _width(field: Gtk.Entry, text: str) -> int:
    """Return the width of ``text`` in usual characters of ``field``, because Cyrillic characters are wider."""
    context = field.get_pango_context()
    usual: int = context.get_metrics(context.get_font_description(), None).get_approximate_char_width()
    width: int = field.create_pango_layout(text).get_size()[0]
    return math.ceil(width / usual)


def _descendants(widget: Gtk.Widget) -> Iterator[Gtk.Widget]:
    yield widget
    for child in widget.get_children() if isinstance(widget, Gtk.Container) else []:
        yield from _descendants(child)


def _gamma(definition: Definition) -> float:
    """Return the exponent that puts the square root of minimum times maximum into the slider's middle."""
    middle = math.sqrt(definition.minimum * definition.maximum)
    return math.log((middle - definition.minimum) / (definition.maximum - definition.minimum), 0.5)
