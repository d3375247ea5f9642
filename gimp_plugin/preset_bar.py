"""The dialog's presets: choose one, save the settings under a name, delete one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Callable, Iterable, Iterator, Optional

from gi.repository import Gimp, GimpUi, Gtk, Pango

from nst_core.bridge.language import tr
from nst_core.bridge.presets import Presets
from nst_core.job.errors import NeuralStyleError
from nst_core.job.settings import Settings
from nst_core.studio.preset_list import Preset, PresetList

from . import arguments, questions, widgets
from .choosers import Chooser

#: Characters that have room in the list: the longest description of a shipped preset.
_LIST_WIDTH = 64


class PresetBar(Gtk.Box):
    """Shows which preset the settings in ``config`` come from, and calls ``failed`` with each error."""

    def __init__(self, config: Gimp.ProcedureConfig, failed: Callable[[NeuralStyleError], None]) -> None:
        super().__init__(spacing=6)
        self._config, self._failed = config, failed
        self._presets = PresetList(Presets())
        self._chosen: Optional[Preset] = None
        self._chooser = _PresetChooser(self._presets, self._choose)
        self._delete = widgets.icon_button(GimpUi.ICON_EDIT_DELETE, tr("Delete this preset"))
        self._delete.connect("clicked", lambda _: self._ask_to_delete())
        save = widgets.icon_button(GimpUi.ICON_DOCUMENT_SAVE_AS, tr("Save as preset..."))
        save.connect("clicked", lambda _: self._ask_name())
        self.label = Gtk.Label(label=tr("Preset"), xalign=0)
        self.pack_start(self.label, False, False, 0)
        self.pack_start(self._chooser, True, True, 0)
        for button in (save, self._delete):
            self.pack_start(button, False, False, 0)
        config.connect("notify", lambda *_: self._show_title())
        self._recognize()

    def _choose(self, preset: Preset) -> None:
        with self._reporting():
            self._chosen = preset
            arguments.store_settings(self._config, preset.applied_to(arguments.settings(self._config)))
            self._show_title()

    def _recognize(self) -> None:
        """Find the preset that the settings agree with."""
        current = self._settings()
        if current is not None:
            listed = self._presets.presets()
            self._chosen = next((preset for preset in listed if not preset.is_changed(current)), None)
        self._show_title()

    def _show_title(self) -> None:
        current, chosen = self._settings(), self._chosen
        if current is not None:
            self._chooser.show_title(tr("No preset") if chosen is None else chosen.title(current))
        self._delete.set_sensitive(chosen is not None and not chosen.is_shipped)

    def _settings(self) -> Optional[Settings]:
        """The settings as they are now; None while a text can't be one."""
        try:
            return arguments.settings(self._config)
        except NeuralStyleError:  # Stylize reports it.
            return None

    def _ask_name(self) -> None:
        suggestion = self._chosen.name if self._chosen is not None and not self._chosen.is_shipped else ""
        taken = [preset.name for preset in self._presets.presets()]
        name = questions.name_of_preset(suggestion, taken, self.get_toplevel())
        if name is not None:
            with self._reporting():
                self._chosen = self._presets.save(name, arguments.settings(self._config))
                self._show_title()

    def _ask_to_delete(self) -> None:
        preset = self._chosen
        if preset is not None and questions.may_delete_preset(preset.name, self.get_toplevel()):
            with self._reporting():
                self._presets.delete(preset)
                self._recognize()

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except NeuralStyleError as error:
            self._failed(error)


class _PresetChooser(Chooser):
    def __init__(self, presets: PresetList, chosen: Callable[[Preset], None]) -> None:
        super().__init__(chosen, tooltip_text=tr("Settings under a name, to begin with"))
        self._presets = presets
        self._title = Gtk.Label(xalign=0, ellipsize=Pango.EllipsizeMode.END)
        box = Gtk.Box(spacing=6)
        box.pack_start(self._title, True, True, 0)
        box.pack_start(Gtk.Image.new_from_icon_name("pan-down-symbolic", Gtk.IconSize.BUTTON), False, False, 0)
        self.add(box)

    def show_title(self, title: str) -> None:
        """Show which preset is chosen."""
        self._title.set_text(title)
        self.get_accessible().set_name(f"{tr('Preset')}: {title}")

    def _rows(self) -> Iterable[Gtk.ListBoxRow]:
        return map(_row, self._presets.presets())


def _row(preset: Preset) -> Gtk.ListBoxRow:
    row = Gtk.ListBoxRow()
    row.value = preset
    words = widgets.Words(preset.name, preset.detail or tr("Your own"), _LIST_WIDTH)
    words.set_border_width(4)
    row.add(words)
    return row
