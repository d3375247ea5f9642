"""The settings' widgets: made by GIMP's procedure dialog from the arguments, arranged and refined here."""

from __future__ import annotations

import math
from typing import Callable, Iterator, List

from gi.repository import Gimp, GimpUi, GObject, Gtk

from nst_core.bridge.language import tr
from nst_core.job.settings import Definition, definitions

from . import arguments

#: Choose a slider for a number up to this many steps; a longer range needs a field to type into.
_LONGEST_SLIDER = 100.0


class Form(Gtk.Box):
    """The usual settings in sight, the advanced ones folded away; calls ``unfolded`` when that changes."""

    def __init__(
        self, dialog: GimpUi.ProcedureDialog, config: Gimp.ProcedureConfig, unfolded: Callable[[bool], None]
    ) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self._config, self._locked = config, False
        config.connect("notify::mode", lambda *_: self._enable())
        self._labels = Gtk.SizeGroup(mode=Gtk.SizeGroupMode.HORIZONTAL)
        self._widgets = {d.name: _widget(dialog, config, d) for d in definitions()}
        self._pictures = [
            dialog.get_widget(name, GObject.TYPE_NONE) for name in (arguments.KEEP_MASK, arguments.INITIAL)
        ]
        for name in ("seed", *(d.name for d in definitions() if d.kind == "choice")):  # Seed for GIMP's own widgets.
            self._labels.add_widget(self._widgets[name].get_label())
        self.pack_start(self._column(advanced=False), False, False, 0)
        expander = Gtk.Expander(label=tr("_Advanced"), use_underline=True)
        expander.connect("notify::expanded", lambda *_: unfolded(expander.get_expanded()))
        folded = self._column(advanced=True)
        folded.set_margin_top(6)
        expander.add(folded)
        self.pack_start(expander, False, False, 0)
        self._enable()

    def lock(self, locked: bool) -> None:
        """While a picture is painted, only live settings may change."""
        self._locked = locked
        self._enable()

    def align(self, label: Gtk.Label) -> None:
        """Give ``label``, of a widget above the form, the width of the form's own labels."""
        self._labels.add_widget(label)

    def _enable(self) -> None:
        is_texture = self._config.get_property("mode") == "texture"
        for definition in definitions():
            counts = not (is_texture and definition.of_content)
            self._widgets[definition.name].set_sensitive(counts and (definition.live or not self._locked))
        for picture in self._pictures:
            picture.set_sensitive(not is_texture and not self._locked)

    def _column(self, advanced: bool) -> Gtk.Box:
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        for widget in self._of(advanced):
            box.pack_start(widget, False, False, 0)
        return box

    def _of(self, advanced: bool) -> List[Gtk.Widget]:
        widgets = [self._widgets[d.name] for d in definitions() if d.advanced == advanced]
        return [*widgets, *self._pictures] if advanced else widgets


def _widget(dialog: GimpUi.ProcedureDialog, config: Gimp.ProcedureConfig, definition: Definition) -> Gtk.Widget:
    name = arguments.argument_name(definition.name)
    if definition.kind == "choice":
        return _combo_box(config, name)
    if definition.kind != "float" or definition.maximum - definition.minimum > _LONGEST_SLIDER:
        widget = dialog.get_widget(name, GObject.TYPE_NONE)
        if definition.zero_label:
            _name_zero(widget, tr(definition.zero_label))
        return widget
    slider = dialog.get_spin_scale(name, 1.0)
    slider.set_digits(2)
    if definition.logarithmic:
        slider.set_gamma(_gamma(definition))
    return slider


def _combo_box(config: Gimp.ProcedureConfig, name: str) -> GimpUi.LabelStringWidget:
    """A list with its label, in every GIMP: the dialog of 3.2 makes a high group of radio buttons of a few choices."""
    argument = config.find_property(name)
    box = GimpUi.prop_choice_combo_box_new(config, name)
    box.set_hexpand(True)
    widget = GimpUi.LabelStringWidget.new(argument.nick, box)
    widget.set_tooltip_text(argument.blurb)
    return widget


def _name_zero(widget: Gtk.Container, name: str) -> None:
    """Show ``name`` in place of a 0; a typed number still works."""
    field = next(child for child in _descendants(widget) if isinstance(child, Gtk.SpinButton))

    def show(field: Gtk.SpinButton) -> bool:
        if field.get_value() == 0:
            field.set_text(name)
        return bool(field.get_value() == 0)

    field.set_numeric(False)  # Else it takes no letters.
    field.connect("output", show)
    field.set_width_chars(max(field.get_width_chars(), len(name)))
    field.update()


def _descendants(widget: Gtk.Widget) -> Iterator[Gtk.Widget]:
    yield widget
    for child in widget.get_children() if isinstance(widget, Gtk.Container) else []:
        yield from _descendants(child)


def _gamma(definition: Definition) -> float:
    """The exponent that puts the square root of minimum times maximum in the slider's middle."""
    middle = math.sqrt(definition.minimum * definition.maximum)
    return math.log((middle - definition.minimum) / (definition.maximum - definition.minimum), 0.5)
