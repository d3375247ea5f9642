"""Waiting paintings in the dialog of the real GIMP: their order, and the failed ones."""

from __future__ import annotations

from tests.hosts import stand_in
from tests.hosts.gimp.conftest import each_gimp
from tests.hosts.gimp.dialogs import CONTENT, GONE, Open, close_dialog, engine_log, is_said, show_dialog, start_painting
from tests.hosts.gimp.editor import SAMPLES, Gimp, Window

#: The position of the button that closes a message, from the dialog's right and upper edges. The button has no name.
CLOSE_MESSAGE = (46, 48)
#: The title of a waiting painting, with its quality.
WAITING = "great_wave on chelsea.jpg ({})"


@each_gimp
def test_waiting_paintings_change_places_and_are_removed(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(seed=stand_in.WORK)
    show_dialog(window)
    start_painting(window, gimp)
    draft, high = WAITING.format("draft"), WAITING.format("high")
    for count, keys in enumerate((("Up",), ("Down", "Down")), 1):
        window.press("Quality", 1)  # This is the list beside the label.
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
    """Return the list of waiting paintings."""
    return [text for text in window.texts() if text[1:3] == ". "]


def test_more_paintings_line_up_while_one_is_painted(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(seed=stand_in.WORK)
    show_dialog(window)
    jobs_before = engine_log(gimp).count(" pixels.")
    start_painting(window, gimp)
    window.press("Stylize")
    window.wait_for(lambda: "+ 1" in window.texts(), "the second one in the queue")
    window.press("Stop and Keep")
    window.wait_for(lambda: len(window.layers()) == 2, "the first layer")
    window.wait_for(lambda: engine_log(gimp).count(" pixels.") == jobs_before + 2, "the second job")
    window.press("Stop and Keep")
    window.wait_for(lambda: len(window.layers()) == 3, "the second layer")
    close_dialog(window)
    window.wait_for(lambda: not gimp.processes("stand_in"), "the engine's end")


def test_a_failure_that_was_closed_does_not_come_back(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(SAMPLES / CONTENT, SAMPLES / "poppies.jpg", seed=stand_in.WORK)
    dialog = show_dialog(window)
    window.press("Add Layer")
    window.press("chelsea.jpg", 1)  # This is the row below the name of its image.
    window.press("One picture for each style")
    start_painting(window, gimp)
    window.press("Remove this style", 1)
    window.wait_for(lambda: "One picture for each style" not in window.texts(), "the end of the second style")
    window.press("Stylize")
    window.wait_for(lambda: "+ 2" in window.texts(), "both in the queue")
    window.ask("images()[0].remove_layer(images()[0].get_layers()[0])")
    jobs_before = engine_log(gimp).count(" pixels.")
    window.press("Stop and Discard")
    window.wait_for(lambda: is_said(window, GONE), "the message of the failure")
    window.wait_for(lambda: engine_log(gimp).count(" pixels.") == jobs_before + 1, "the next job")
    window.click(dialog, window.size(dialog)[0] - CLOSE_MESSAGE[0], CLOSE_MESSAGE[1])
    window.wait_for(lambda: not is_said(window, GONE), "the end of the message")
    window.press("Stop and Keep")
    window.wait_for(lambda: len(window.layers(1)) == 2, "the end of the next job")
    window.wait_for(lambda: "Stop and Keep" not in window.texts(), "the end of the queue")
    assert not is_said(window, GONE)
