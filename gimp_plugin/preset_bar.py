"""The dialog's presets: the user can choose, save, rename and delete them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Callable, Iterable, Iterator, List, Optional

from gi.repository import Gimp, GimpUi, Gtk, Pango

from nst_core.bridge.language import tr
from nst_core.bridge.presets import Presets
from nst_core.job.errors import NeuralStyleError
from nst_core.job.settings import Settings
from nst_core.studio.preset_list import Preset, PresetList

from . import arguments, preset_questions, widgets
from .choosers import Chooser
from .style_list import StyleList

#: Width of the list in characters: the longest description of a shipped preset.
_LIST_WIDTH = 64


class PresetBar(Gtk.Box):
    """Shows the preset of the settings in ``config``, and calls ``failed`` with each error.

    A preset may also hold ``styles``.
    """

    def __init__(
        self, config: Gimp.ProcedureConfig, styles: StyleList, failed: Callable[[NeuralStyleError], None]
    ) -> None:
        super().__init__(spacing=6)
        self._config, self._styles, self._failed = config, styles, failed
        self._presets = PresetList(Presets())
        self._chosen: Optional[Preset] = None
        self._chooser = _PresetChooser(self._presets, self._choose)
        save = widgets.icon_button(GimpUi.ICON_DOCUMENT_SAVE_AS, tr("Save as preset..."))
        save.connect("clicked", lambda _: self._ask_name())
        self._rename = widgets.icon_button("document-edit-symbolic", tr("Rename this preset"))
        self._rename.connect("clicked", lambda _: self._ask_new_name())
        self._delete = widgets.icon_button(GimpUi.ICON_EDIT_DELETE, tr("Delete this preset"))
        self._delete.connect("clicked", lambda _: self._ask_to_delete())
        self.label = Gtk.Label(label=tr("Preset"), xalign=0)
        self.pack_start(self.label, False, False, 0)
        self.pack_start(self._chooser, True, True, 0)
        for button in (save, self._rename, self._delete):
            self.pack_start(button, False, False, 0)
        config.connect("notify", lambda *_: self.refresh())
        self._recognize()

    def refresh(self) -> None:
        """Show if the settings or the styles still are those of the chosen preset."""
        current, chosen = self._settings(), self._chosen
        if current is not None:
            title = tr("No preset") if chosen is None else chosen.title(current, self._styles.file_styles)
            self._chooser.show_title(title)
        for button in (self._rename, self._delete):
            button.set_sensitive(chosen is not None and not chosen.is_shipped)

    def _choose(self, preset: Preset) -> None:
        with self._reporting():
            self._chosen = preset
            arguments.store_settings(self._config, preset.applied_to(arguments.settings(self._config)))
            if preset.styles:
                self._styles.show_files(preset.styles)
            self.refresh()

    def _recognize(self) -> None:
        """Find the preset with the present settings."""
        current, styles = self._settings(), self._styles.file_styles
        if current is not None:
            listed = self._presets.presets()
            self._chosen = next((preset for preset in listed if not preset.is_changed(current, styles)), None)
        self.refresh()

    def _settings(self) -> Optional[Settings]:
        """Return the present settings, or None while a text is not valid."""
        try:
            return arguments.settings(self._config)
        except NeuralStyleError:  # The button Stylize shows this error.
            return None

    def _ask_name(self) -> None:
        styles = self._styles.file_styles
        can_hold = bool(styles) and all(style.path for style in styles)
        answer = preset_questions.to_save(self._own_name(), self._names(), can_hold, self.get_toplevel())
        if answer is not None:
            with self._reporting():
                held = styles if answer.with_styles else ()
                self._chosen = self._presets.save(answer.name, arguments.settings(self._config), held)
                self.refresh()

    def _ask_new_name(self) -> None:
        preset = self._chosen
        name = preset_questions.new_name(self._own_name(), self._names(), self.get_toplevel())
        if preset is not None and name is not None:
            with self._reporting():
                self._chosen = self._presets.rename(preset, name)
                self.refresh()

    def _ask_to_delete(self) -> None:
        preset = self._chosen
        if preset is not None and preset_questions.may_delete(preset.name, self.get_toplevel()):
            with self._reporting():
                self._presets.delete(preset)
                self._recognize()

    def _own_name(self) -> str:
        return self._chosen.name if self._chosen is not None and not self._chosen.is_shipped else ""

    def _names(self) -> List[str]:
        return [preset.name for preset in self._presets.presets()]

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
        """Show the title of the chosen preset."""
        self._title.set_text(title)
        self.get_accessible().set_name(f"{tr('Preset')}: {title}")

    def _rows(self) -> Iterable[Gtk.ListBoxRow]:
        return map(_row, self._presets.presets())


def _row(preset: Preset) -> Gtk.ListBoxRow:
    row = Gtk.ListBoxRow()
    row.value = preset
    words = widgets.TwoLines(preset.name, preset.detail or tr("Your own"), _LIST_WIDTH)
    words.set_border_width(4)
    row.add(words)
    return row
