"""The presets: choose one, save the settings under a name, rename, delete."""

from __future__ import annotations

from typing import Any, Callable, List

from nst_core.bridge.language import tr
from nst_core.bridge.presets import Presets
from nst_core.job.settings import Settings

from .qt import QtWidgets, Signal
from .questions import question
from .widgets import flat_button, hint, let_shrink, row


class PresetsBar(QtWidgets.QWidget):
    """A box with the presets' names and a menu; ``chosen`` reports the settings of a preset.

    ``current`` gives the settings to save, ``guard`` shows errors.
    """

    chosen = Signal(object)

    def __init__(self, presets: Presets, current: Callable[[], Settings], guard: Callable[..., bool]) -> None:
        super().__init__()
        self._presets, self._current, self._guard = presets, current, guard
        self.box = QtWidgets.QComboBox()
        self.box.setObjectName("presets")
        self.box.setAccessibleName(tr("Preset"))
        hint(self.box, tr("Settings that you have saved under a name."))
        let_shrink(self.box)
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
        """The widgets that the Tab key reaches."""
        return [self.box, self._button]

    def refresh(self, name: str = "") -> None:
        """List the presets, with ``name`` as the chosen one."""
        self.box.clear()
        self.box.addItem(tr("Presets"), "")
        for preset in self._presets.names():
            self.box.addItem(preset, preset)
        self.box.setCurrentIndex(max(0, self.box.findData(name)))

    def _make_menu(self) -> Any:
        menu = QtWidgets.QMenu(self)
        self.save = menu.addAction(tr("Save as preset..."))
        self.rename = menu.addAction(tr("Rename preset..."))
        self.delete = menu.addAction(tr("Delete preset"))
        self.reset = menu.addAction(tr("Reset all settings"))
        self.save.triggered.connect(lambda checked=False: self._ask_name(tr("Save as preset"), self._save))
        self.rename.triggered.connect(lambda checked=False: self._ask_name(tr("Rename preset"), self._rename))
        self.delete.triggered.connect(lambda checked=False: self._ask_to_delete(self._name()))
        self.reset.triggered.connect(lambda checked=False: self.chosen.emit(Settings()))
        menu.aboutToShow.connect(self._update_menu)
        return menu

    def _update_menu(self) -> None:
        for action in (self.rename, self.delete):
            action.setEnabled(bool(self._name()))

    def _name(self) -> str:
        return str(self.box.currentData() or "")

    def _choose(self) -> None:
        if self._name():
            self.chosen.emit(self._presets.load(self._name()))

    def _ask_name(self, title: str, then: Callable[[str], None]) -> None:
        """Ask for a name, in a window that leaves Krita usable and says whether a preset has this name."""
        dialog = QtWidgets.QInputDialog(self)
        dialog.setWindowTitle(title)
        taken, free = tr("Name (there is a preset with this name)"), tr("Name")
        dialog.textValueChanged.connect(
            lambda text: dialog.setLabelText(taken if text.strip() in self._presets.names() else free)
        )
        dialog.setLabelText(free)
        dialog.setTextValue(self._name())
        dialog.setModal(False)
        dialog.textValueSelected.connect(lambda text: self._guard(lambda: then(text)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

    def _save(self, name: str) -> None:
        self.refresh(self._presets.save(name, self._current()))

    def _rename(self, name: str) -> None:
        self.refresh(self._presets.rename(self._name(), name))

    def _ask_to_delete(self, name: str) -> None:
        """Ask before a preset is deleted."""
        buttons = QtWidgets.QMessageBox.StandardButton
        box = question(self, tr("Delete preset"), tr("Delete the preset {name}?").format(name=name))
        box.setStandardButtons(buttons.Yes | buttons.Cancel)
        box.button(buttons.Yes).clicked.connect(lambda checked=False: self._guard(lambda: self._delete(name)))
        box.show()

    def _delete(self, name: str) -> None:
        self._presets.delete(name)
        self.refresh()
