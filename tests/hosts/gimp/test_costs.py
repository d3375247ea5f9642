"""The texts of the real GIMP's dialog about a painting before it begins."""

from __future__ import annotations

from tests.hosts.gimp.conftest import each_gimp
from tests.hosts.gimp.dialogs import CONTENT, LAYER, Open, close_dialog, show_dialog

CAUTION = "The working size is small for this picture: strokes will look blurred. Use 128 px or more."


@each_gimp
def test_a_working_size_that_is_too_small_is_warned_of(open_gimp: Open) -> None:
    window = open_gimp(**{"working-size": 64})
    show_dialog(window)
    window.wait_for(lambda: CAUTION in window.texts(), "the warning")
    window.key("alt+w")
    window.type("128")
    window.key("Tab")
    window.wait_for(lambda: CAUTION not in window.texts(), "the end of the warning")


def test_a_quicker_working_size_is_offered_and_taken(open_gimp: Open) -> None:
    """The stand-in reports that this picture takes two minutes."""
    window = open_gimp()
    show_dialog(window)
    window.press("At 512 px: less than a minute")
    window.press("Stylize")
    window.wait_for(lambda: window.layers() == [LAYER, CONTENT], "the new layer")
    close_dialog(window)
    assert window.ask("record(images()[0].get_layers()[0])")["settings"]["size"] == 512
