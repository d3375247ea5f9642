"""The presets: the user can choose, save, rename and delete them. A preset may also hold the styles."""

from __future__ import annotations

from typing import Any, Callable, List, Optional

from nst_core.bridge.language import tr
from nst_core.bridge.presets import FileStyle, Presets
from nst_core.job.settings import Settings
from nst_core.studio.preset_list import Preset, PresetList

from .qt import Qt, QtWidgets, Signal
from .questions import question
from .widgets import ElidedBox, flat_button, hint, row, tooltip


class PresetBar(QtWidgets.QWidget):
    """A box with the presets' names and a menu; ``chosen`` reports a :class:`Preset`.

    ``current`` returns the settings that are shown, and ``styles`` returns the styles. ``guard`` calls a function and
    shows its error.
    """

    chosen = Signal(object)

    def __init__(
        self,
        presets: Presets,
        current: Callable[[], Settings],
        styles: Callable[[], List[FileStyle]],
        guard: Callable[..., bool],
    ) -> None:
        super().__init__()
        self._presets, self._current, self._styles, self._guard = PresetList(presets), current, styles, guard
        self._listed: List[Preset] = []
        self.box = ElidedBox()
        self.box.setObjectName("presets")
        self.box.setAccessibleName(tr("Preset"))
        self.box.activated.connect(lambda index: self._choose())
        self.menu = self._make_menu()
        self._button = flat_button("configure", tr("Presets menu"), tr("Save, rename or delete a preset."))
        self._button.setObjectName("presets_menu")
        self._button.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
        self._button.setMenu(self.menu)
        layout = row(self)
        layout.addWidget(self.box, 1)
        layout.addWidget(self._button)

    def tab_stops(self) -> List[Any]:
        """Return the widgets that the Tab key reaches."""
        return [self.box, self._button]

    def refresh(self, name: str = "") -> None:
        """List the presets. If the user has a preset with this name, choose it."""
        self._listed = self._presets.presets()
        self.box.clear()
        self.box.addItem(tr("Presets"))
        for place, preset in enumerate(self._listed):
            if place and self._listed[place - 1].is_shipped and not preset.is_shipped:
                self.box.insertSeparator(self.box.count())
            self.box.addItem(preset.name, place)
            if preset.detail:
                self.box.setItemData(self.box.count() - 1, tooltip(preset.detail), Qt.ItemDataRole.ToolTipRole)
            if preset.name == name and not preset.is_shipped:
                self.box.setCurrentIndex(self.box.count() - 1)
        self.show_changes()

    def show_changes(self) -> None:
        """Show if the settings or the styles differ from those of the chosen preset."""
        preset = self._preset()
        for index in range(self.box.count()):
            place = self.box.itemData(index)
            if place is not None and self._listed[place] is not preset:
                self.box.setItemText(index, self._listed[place].name)
        text = tr("Settings under a name: those that come with the program, and your own.")
        if preset is not None:
            self.box.setItemText(self.box.currentIndex(), preset.title(self._current(), self._styles()))
            text = preset.detail or text
        hint(self.box, text)

    def _make_menu(self) -> Any:
        menu = QtWidgets.QMenu(self)
        self.save = menu.addAction(tr("Save as preset..."))
        self.save_styles = menu.addAction(tr("Save as preset with the styles..."))
        self.rename = menu.addAction(tr("Rename preset..."))
        self.delete = menu.addAction(tr("Delete preset"))
        self.reset = menu.addAction(tr("Reset all settings"))
        for action, save in ((self.save, self._save), (self.save_styles, self._save_styles)):
            action.triggered.connect(lambda checked=False, save=save: self._ask_name(tr("Save as preset"), save))
        self.rename.triggered.connect(lambda checked=False: self._ask_name(tr("Rename preset"), self._rename))
        self.delete.triggered.connect(lambda checked=False: self._ask_to_delete())
        self.reset.triggered.connect(lambda checked=False: self.chosen.emit(Preset("", Settings())))
        menu.aboutToShow.connect(self._update_menu)
        return menu

    def _update_menu(self) -> None:
        preset = self._preset()
        for action in (self.rename, self.delete):
            action.setEnabled(preset is not None and not preset.is_shipped)
        self.save_styles.setEnabled(bool(self._styles()))

    def _preset(self) -> Optional[Preset]:
        """Return the chosen preset, or None."""
        place = self.box.currentData()
        return None if place is None else self._listed[place]

    def _choose(self) -> None:
        preset = self._preset()
        if preset is not None:
            self.chosen.emit(preset)
        self.show_changes()

    def _ask_name(self, title: str, then: Callable[[str], None]) -> None:
        """Ask for a name. The window does not block Krita, and says if a preset has this name."""
        dialog = QtWidgets.QInputDialog(self)
        dialog.setWindowTitle(title)
        taken, free = tr("Name (there is a preset with this name)"), tr("Name")
        names = [preset.name for preset in self._listed]
        dialog.textValueChanged.connect(lambda text: dialog.setLabelText(taken if text.strip() in names else free))
        dialog.setLabelText(free)
        preset = self._preset()
        dialog.setTextValue("" if preset is None or preset.is_shipped else preset.name)
        dialog.setModal(False)
        dialog.textValueSelected.connect(lambda text: self._guard(lambda: then(text)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

    def _save(self, name: str) -> None:
        self.refresh(self._presets.save(name, self._current()).name)

    def _save_styles(self, name: str) -> None:
        self.refresh(self._presets.save(name, self._current(), self._styles()).name)

    def _rename(self, name: str) -> None:
        preset = self._preset()
        if preset is not None:
            self.refresh(self._presets.rename(preset, name).name)

    def _ask_to_delete(self) -> None:
        """Ask the user, and then delete the preset."""
        preset = self._preset()
        if preset is None:
            return
        buttons = QtWidgets.QMessageBox.StandardButton
        box = question(self, tr("Delete preset"), tr("Delete the preset {name}?").format(name=preset.name))
        box.setStandardButtons(buttons.Yes | buttons.Cancel)
        box.button(buttons.Yes).clicked.connect(lambda checked=False: self._guard(lambda: self._delete(preset)))
        box.show()

    def _delete(self, preset: Preset) -> None:
        self._presets.delete(preset)
        self.refresh()
