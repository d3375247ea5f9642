"""Paintings that wait in the dialog of the real GIMP: their order, and those that fail."""

from __future__ import annotations

from tests.hosts import stand_in
from tests.hosts.gimp.conftest import each_gimp
from tests.hosts.gimp.dialogs import Open, close_dialog, show_dialog, start_painting
from tests.hosts.gimp.editor import Gimp, Window

#: What waits in the list, with its quality.
WAITING = "great_wave on chelsea.jpg ({})"


@each_gimp
def test_waiting_paintings_change_places_and_are_removed(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(seed=stand_in.WORK)
    show_dialog(window)
    start_painting(window, gimp)
    draft, high = WAITING.format("draft"), WAITING.format("high")
    for count, keys in enumerate((("Up",), ("Down", "Down")), 1):
        window.press("Quality", 1)  # The list beside the label.
        window.key(*keys, "Return")
        window.press("Stylize")
        window.wait_for(lambda: f"+ {count}" in window.texts(), "the waiting painting")  # noqa: B023 - called at once
    window.press("+ 2")
    window.wait_for(lambda: waiting(window) == [f"1. {draft}", f"2. {high}"], "the list")
    window.press(f"Paint {high} earlier")
    window.wait_for(lambda: waiting(window) == [f"1. {high}", f"2. {draft}"], "the other order")
    window.press(f"Remove {draft}")
    window.wait_for(lambda: waiting(window) == [f"1. {high}"], "the end of the second")
    window.key("Escape")
    window.press("Stop and Discard")
    window.wait_for(lambda: "+ 1" not in window.texts(), "the next painting")
    window.press("Stop and Keep")
    window.wait_for(lambda: len(window.layers()) == 2, "its layer")
    close_dialog(window)
    assert window.ask("record(images()[0].get_layers()[0])")["settings"]["quality"] == "high"


def waiting(window: Window) -> list[str]:
    """The list of waiting paintings."""
    return [text for text in window.texts() if text[1:3] == ". "]
