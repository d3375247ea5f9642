"""The dialog in the real GIMP with keys and clicks, from the menu to the new layer.

The engine is the stand-in, and the last used seed chooses its behavior.
"""

from __future__ import annotations

from nst_core.job.settings import Settings
from tests.hosts import stand_in
from tests.hosts.gimp.conftest import each_gimp
from tests.hosts.gimp.dialogs import (
    CONTENT,
    INDEXED,
    LAYER,
    READY,
    STYLE,
    Open,
    close_dialog,
    converted,
    engine_log,
    show_dialog,
    start_painting,
)
from tests.hosts.gimp.editor import Gimp

WEIGHT = "Weight: this style's share in the mixture"


@each_gimp
def test_from_a_file_to_a_layer_and_back(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(styles=0)
    show_dialog(window)
    window.key("alt+f")
    chooser = window.wait_for(lambda: window.find("Style Pictures"), "the file chooser")
    window.focus(chooser)
    window.key("slash")
    window.wait_for(lambda: "/" in window.texts(), "the field for a path")
    window.type(str(STYLE)[1:])
    window.key("Return")
    window.wait_for(lambda: not window.find("Style Pictures"), "the file chooser's end")
    window.press("Stylize")
    window.wait_for(lambda: window.layers() == [LAYER, CONTENT], "the new layer")
    close_dialog(window)

    window.menu("ctrl+z")
    window.wait_for(lambda: window.layers() == [CONTENT], "undo in one step")
    window.key("ctrl+y")
    window.wait_for(lambda: window.layers() == [LAYER, CONTENT], "redo")
    window.wait_for(lambda: not gimp.processes("stand_in"), "the engine's end")


def test_the_wheel_changes_no_value(open_gimp: Open) -> None:
    window = open_gimp(seed=stand_in.REPEAT, styles=2)
    dialog = show_dialog(window)
    window.wait_for(lambda: READY in window.texts(), "the engine")
    for below in range(109, 560, 12):
        for right in (170, 280):
            window.wheel(dialog, window.size(dialog)[0] - right, below)
    window.press("Stylize")
    window.wait_for(lambda: len(window.layers()) == 2, "the new layer")
    close_dialog(window)
    painted = window.ask("record(images()[0].get_layers()[0])")
    assert painted["settings"] == Settings(seed=stand_in.REPEAT).to_dict()
    assert [style["weight"] for style in painted["styles"]] == [1.0, 1.0]


@each_gimp
def test_stop_and_discard_then_stop_and_keep(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(seed=stand_in.WORK)
    show_dialog(window)
    start_painting(window, gimp)
    window.press("Stop and Discard")
    start_painting(window, gimp)
    assert window.layers() == [CONTENT]
    window.key("Escape")
    question = window.wait_for(lambda: window.find("^Neural Style: Stop"), "the question whether to stop")
    window.focus(question)
    window.press("Keep the Picture so Far")
    window.wait_for(lambda: window.layers() == [LAYER, CONTENT], "the picture so far")
    window.wait_for(lambda: not gimp.processes("stand_in"), "the engine's end")


def test_the_engine_starts_with_the_dialog(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp()
    show_dialog(window)
    window.wait_for(lambda: gimp.processes("stand_in"), "the engine")
    window.key("Escape")
    window.wait_for(lambda: not gimp.processes("stand_in"), "the engine's end")
    assert window.layers() == [CONTENT]


def test_an_indexed_image_becomes_rgb_with_the_painting(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(converted(gimp, INDEXED), seed=stand_in.REPEAT)
    show_dialog(window)
    window.press("Convert to RGB")
    window.press("Stylize")
    window.wait_for(lambda: len(window.layers()) == 2, "the new layer")
    close_dialog(window)
    colors = "len({tuple(pixel(images()[0].get_layers()[0], x, 100)) for x in range(0, 400, 4)})"
    assert window.ask(colors) > 20, "the painting has no more colors than the palette"
    window.menu("ctrl+z")
    window.wait_for(lambda: len(window.layers()) == 1, "undo in one step")
    assert "INDEXED" in window.ask("str(images()[0].get_base_type())")


@each_gimp
def test_a_texture_heeds_nothing_of_the_content(open_gimp: Open) -> None:
    window = open_gimp()
    show_dialog(window)
    window.key("alt+i", "Down", "alt+n", "Down", "alt+z", "Down")
    window.press("Stylize")
    window.wait_for(lambda: window.layers() == [LAYER, CONTENT], "the new layer")
    close_dialog(window)
    settings = window.ask("record(images()[0].get_layers()[0])")["settings"]
    assert (settings["mode"], settings["strength"]) == ("texture", 1.0)
    assert settings["style_scale"] < 1.0


def test_what_is_live_changes_while_it_paints(open_gimp: Open, gimp: Gimp) -> None:
    """Settings change the running painting as long as its styles are chosen. Settings of another painting do not."""
    window = open_gimp(seed=stand_in.WORK, styles=2)
    show_dialog(window)
    start_painting(window, gimp)
    window.key("alt+n", "Down")
    window.wait_for(lambda: "'strength': 0.99" in engine_log(gimp), "the strength in the engine")
    window.key("alt+p", "Down")
    window.wait_for(lambda: "'keep_content': 0." in engine_log(gimp), "how firmly content is kept in the engine")
    window.press(WEIGHT, across=0.9)  # This is the plus button of the first style.
    window.wait_for(lambda: "weights=(1.1, 1.0)" in engine_log(gimp), "the weight in the engine")
    window.press("Remove this style")
    window.wait_for(lambda: "One picture for each style" not in window.texts(), "the end of the style")
    window.key("alt+n", "Down")
    window.wait_for(lambda: "0.98" in window.texts(), "the strength of the next painting")
    window.press("Stop and Discard")
    window.wait_for(lambda: "Stop and Discard" not in window.texts(), "the end of the painting")
    assert "'strength': 0.98" not in engine_log(gimp)
