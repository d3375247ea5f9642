"""Lists for settings: a choice, the device, and the network's weights.

GIMP's own widgets for arguments do not fit. Since GIMP 3.2, a choice is a high group of radio buttons, and the device
and the weights are text fields.
"""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Optional, Sequence

from gi.repository import Gimp, Gtk

from nst_core.bridge import wording
from nst_core.bridge.language import tr
from nst_core.job.settings import Definition

from . import arguments

#: The id of the entry that opens a file dialog. No path has this name, because paths are absolute.
_FILE = "file"


class SettingList(Gtk.Box):
    """A label and a list for a setting in ``config``. The list always contains the present value."""

    def __init__(self, config: Gimp.ProcedureConfig, definition: Definition) -> None:
        super().__init__(spacing=6)
        self._config, self._definition = config, definition
        self._name = arguments.argument_name(definition.name)
        self._list = Gtk.ComboBoxText()
        self.label = Gtk.Label.new_with_mnemonic(arguments.label(definition))
        self.label.set_xalign(0)
        self.label.set_mnemonic_widget(self._list)
        self._list.set_tooltip_text(tr(definition.help))
        self._list.get_accessible().set_name(tr(definition.label))
        self._list.connect("changed", lambda _: self._chosen(self._list.get_active_id()))
        self.pack_start(self.label, False, False, 0)
        self.pack_start(self._list, True, True, 0)
        config.connect(f"notify::{self._name}", lambda *_: self._fill())
        self._fill()

    def _entries(self) -> Dict[str, str]:
        """Return the text of each value that the list always offers."""
        return {value: tr(label) for value, label in zip(self._definition.choices, self._definition.choice_labels)}

    def _text(self, value: str) -> str:
        """Return the text for any other value."""
        return value

    def _fill(self) -> None:
        value = self._config.get_property(self._name) or ""
        entries = self._entries()
        self._list.remove_all()
        for key in [*entries, *([] if value in entries else [value])]:
            self._list.append(key, entries.get(key) or self._text(key))
        self._list.set_active_id(value)

    def _chosen(self, value: Optional[str]) -> None:
        if value is not None and value != self._config.get_property(self._name):
            self._config.set_property(self._name, value)


class DeviceList(SettingList):
    """A list of the engine's devices."""

    def __init__(self, config: Gimp.ProcedureConfig, definition: Definition) -> None:
        self._devices: List[str] = ["cpu"]
        super().__init__(config, definition)

    def offer(self, devices: Sequence[str]) -> None:
        """Offer ``devices`` with the engine's names for them."""
        self._devices = list(devices)
        self._fill()

    def _entries(self) -> Dict[str, str]:
        named = {device: self._text(device) for device in self._devices}
        return {"auto": tr("Automatic"), **named}

    def _text(self, value: str) -> str:
        words = wording.device(value)
        return words if words == value else f"{value}: {words}"


class WeightsList(SettingList):
    """A list of the two known networks and a file."""

    def _entries(self) -> Dict[str, str]:
        return {"original": tr("Original (best for style)"), "torchvision": "torchvision", _FILE: tr("From a file...")}

    def _text(self, value: str) -> str:
        return Path(value).name

    def _chosen(self, value: Optional[str]) -> None:
        if value == _FILE:
            self._ask_file()
        else:
            super()._chosen(value)

    def _ask_file(self) -> None:
        chooser = Gtk.FileChooserDialog(
            title=tr("File with Weights"), transient_for=self.get_toplevel(), action=Gtk.FileChooserAction.OPEN
        )
        chooser.add_buttons(tr("_Cancel"), Gtk.ResponseType.CANCEL, tr("_Open"), Gtk.ResponseType.OK)
        chooser.set_default_response(Gtk.ResponseType.OK)
        name = chooser.get_filename() if chooser.run() == Gtk.ResponseType.OK else None
        chooser.destroy()
        if name is not None:
            self._config.set_property(self._name, name)
        self._fill()
