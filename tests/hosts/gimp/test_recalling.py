"""The dialog and the menu of the real GIMP repeat and continue a painted layer."""

from __future__ import annotations

from tests.hosts import stand_in
from tests.hosts.gimp.conftest import each_gimp
from tests.hosts.gimp.dialogs import (
    CONTENT,
    LAYER,
    READY,
    Open,
    ask_to_repeat,
    close_dialog,
    show_dialog,
    start_painting,
)
from tests.hosts.gimp.editor import SAMPLES, Gimp


@each_gimp
def test_repeat_last_and_show_last_again(open_gimp: Open) -> None:
    window = open_gimp()
    show_dialog(window)
    window.press("Stylize")
    window.wait_for(lambda: len(window.layers()) == 2, "the first layer")
    close_dialog(window)
    window.menu("ctrl+f")
    window.wait_for(lambda: len(window.layers()) == 3, "the layer of the repetition")
    assert not window.find("^Neural Style$")
    painted = window.ask("[record(layer)['content']['name'] for layer in images()[0].get_layers()[:2]]")
    assert painted == [CONTENT] * 2, "the painting was painted instead of its content"
    assert window.ask("[l.get_parasite_list() for l in images()[0].get_layers()]") == [["neural-style"]] * 2 + [[]]
    window.menu("ctrl+shift+f")
    window.press("Stylize")
    window.wait_for(lambda: len(window.layers()) == 4, "the layer of the dialog that was shown again")


def test_continue_and_repeat_in_the_dialog(open_gimp: Open) -> None:
    window = open_gimp(seed=stand_in.START)
    show_dialog(window)
    window.press("Stylize")
    window.wait_for(lambda: len(window.layers()) == 2, "the first layer")
    close_dialog(window)
    for button in ("Continue", "Repeat"):
        count = len(window.layers())
        show_dialog(window)
        window.press(button)
        window.wait_for(lambda: button not in window.texts(), "the other painting")  # noqa: B023 - called at once
        window.press("Stylize")
        window.wait_for(lambda: len(window.layers()) > count, "the next layer")  # noqa: B023 - it is called at once
        close_dialog(window)
    records = window.ask("[record(layer) for layer in images()[0].get_layers()[:3]]")
    assert [found["settings"]["init"] for found in records] == ["picture", "picture", "content"]
    assert [found["content"]["name"] for found in records] == [CONTENT] * 3
    assert [(found["initial"] or {}).get("name") for found in records] == [LAYER, LAYER, None]


def test_repeat_in_the_menu_asks_before_it_reads_a_file(open_gimp: Open) -> None:
    window = open_gimp(seed=stand_in.REPEAT)
    show_dialog(window)
    window.press("Stylize")
    window.wait_for(lambda: len(window.layers()) == 2, "the first layer")
    close_dialog(window)
    ask_to_repeat(window)
    window.key("alt+r")  # The button Read
    window.wait_for(lambda: len(window.layers()) == 3, "the layer of the repetition")
    ask_to_repeat(window)
    window.key("alt+l")  # The button Leave Out
    window.dialog()
    window.wait_for(lambda: READY in window.texts(), "the engine")
    assert not window.can_press("Stylize"), "without a style there is nothing to paint"


def test_repeat_in_the_menu_names_a_missing_style_and_keeps_the_others(open_gimp: Open) -> None:
    window = open_gimp(SAMPLES / CONTENT, SAMPLES / "poppies.jpg", styles=1)
    show_dialog(window)
    window.press("Add Layer")
    window.press("chelsea.jpg", 1)  # This is the row below the name of its image.
    window.press("Stylize")
    window.wait_for(lambda: len(window.layers(1)) == 2, "the first layer")
    close_dialog(window)
    window.ask("images()[0].remove_layer(images()[0].get_layers()[0])")
    ask_to_repeat(window)
    window.key("alt+r")
    window.press("Stylize")
    window.wait_for(lambda: len(window.layers(1)) == 3, "the layer of the repetition")
    close_dialog(window)
    styles = window.ask("record(images()[1].get_layers()[0])")["styles"]
    assert [style["reference"]["name"] for style in styles] == ["great_wave"]


def test_continuing_can_be_undone_after_a_stop(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(seed=stand_in.WORK)
    show_dialog(window)
    start_painting(window, gimp)
    window.press("Stop and Keep")
    window.wait_for(lambda: len(window.layers()) == 2, "the first layer")
    close_dialog(window)
    show_dialog(window)
    window.press("Continue")
    window.wait_for(lambda: "Start Over" in window.texts(), "the continuation")
    start_painting(window, gimp)
    window.press("Stop and Discard")
    window.press("Start Over")
    window.wait_for(lambda: "Start Over" not in window.texts(), "the end of the offer")
    start_painting(window, gimp)
    window.press("Stop and Keep")
    window.wait_for(lambda: len(window.layers()) == 3, "the second layer")
    close_dialog(window)
    assert window.ask("record(images()[0].get_layers()[0])")["settings"]["init"] == "content"
