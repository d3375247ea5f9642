"""Presets in the dialog of the real GIMP, and the settings that GIMP itself saves."""

from __future__ import annotations

import json

import pytest

from tests.hosts import stand_in
from tests.hosts.gimp.dialogs import CONTENT, LAYER, Open, close_dialog, show_dialog
from tests.hosts.gimp.editor import Gimp


def test_a_preset_is_chosen_changed_saved_and_deleted(open_gimp: Open, gimp: Gimp) -> None:
    stored = gimp.home / "neural-style" / "config" / "presets.json"
    window = open_gimp(seed=stand_in.REPEAT)
    show_dialog(window)
    window.press("Preset: No preset")
    window.press("Free")
    window.wait_for(lambda: "Preset: Free" in window.names(), "the preset")
    window.key("alt+n", "Down")
    window.press("Save as preset...")
    window.focus(window.wait_for(lambda: window.find("^Save as preset$"), "the question for a name"))
    window.type("Mine")
    window.key("Return")
    window.wait_for(stored.exists, "the preset")
    window.press("Stylize")
    window.wait_for(lambda: len(window.layers()) == 2, "the new layer")
    close_dialog(window)
    settings = window.ask("record(images()[0].get_layers()[0])")["settings"]
    assert (settings["keep_content"], settings["style_scale"], settings["seed"]) == (0.1, 1.5, stand_in.REPEAT)
    saved = json.loads(stored.read_text())["presets"]["Mine"]
    assert (saved["keep_content"], saved["strength"]) == (0.1, pytest.approx(0.99))

    window.ask("images()[0].set_selected_layers(images()[0].get_layers()[-1:])")
    show_dialog(window)
    window.press("Delete this preset")  # The dialog recognizes the settings of this preset.
    window.focus(window.wait_for(lambda: window.find("^Delete preset$"), "the question"))
    window.key("alt+d")
    window.wait_for(lambda: json.loads(stored.read_text())["presets"] == {}, "the end of the preset")


def test_saved_reset_and_loaded(open_gimp: Open, gimp: Gimp) -> None:
    """GIMP's own buttons at the bottom of the dialog change all settings and the styles."""
    window = open_gimp()
    show_dialog(window)
    window.key("alt+n", "Down", "Down", "alt+s")
    saved = gimp.profile / "plug-in-settings" / "GimpProcedureConfigRun-plug-in-neural-style.default"
    window.wait_for(saved.exists, "the saved settings")
    window.dialog()
    window.press("Reset")
    window.press("Reset to Factory Defaults")  # Without styles, the dialog can't paint.
    window.wait_for(lambda: not window.can_press("Stylize"), "the end of the styles")
    window.dialog()
    window.key("alt+l")
    window.press("Stylize")
    window.wait_for(lambda: window.layers() == [LAYER, CONTENT], "the new layer")
    close_dialog(window)
    assert window.ask("record(images()[0].get_layers()[0])")["settings"]["strength"] == pytest.approx(0.98)
