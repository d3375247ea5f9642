"""The dialog in the real GIMP, by keys and clicks: from the menu to the new layer and back, and with errors.

The engine is the stand-in, and the last used seed chooses its behavior.
"""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from nst_core.job.settings import Settings
from tests.hosts import stand_in
from tests.hosts.gimp.conftest import each_gimp
from tests.hosts.gimp.dialogs import (
    CONTENT,
    LAYER,
    STYLE,
    Open,
    ask_to_repeat,
    assert_nothing_is_left,
    click_from_below,
    click_from_right,
    close_dialog,
    converted,
    engine_log,
    show_dialog,
    show_gallery,
    start_painting,
    top_of,
    visible,
)
from tests.hosts.gimp.editor import SAMPLES, Gimp

#: Where GIMP's main window has the Cancel button of its progress bar.
CANCEL = (990, 944)

#: Where GIMP's list of layers has the upper layer.
LAYER_IN_LIST = (1200, 725)

#: Where the dialog has the buttons of the first style and of the offer to continue: from its right and upper edges.
REGION_BUTTON, MORE_WEIGHT, REMOVE_BUTTON = (91, 109), (135, 109), (47, 109)
CONTINUE_BUTTON, REPEAT_BUTTON = (218, 48), (132, 48)
START_ANEW_BUTTON = (125, 48)
#: Where it has the button that offers full color.
CONVERT_BUTTON = (125, 48)
#: Where it has the button that takes a quicker working size: from its left and lower edges.
QUICKER_BUTTON = (100, 164)
#: Where it has the results and their buttons, while there is an offer of a quicker size: from its left and lower edges.
RESULTS = ((60, 285), (138, 285))
SHOW_RESULT, USE_RESULT, DISCARD_RESULT = (127, 233), (332, 233), (514, 233)
HALF_STRENGTH, QUARTER_STRENGTH = (500, 276), (470, 276)
#: Where it has the button that shows a picture in the image while it is painted: from its left and lower edges.
IN_IMAGE = (520, 230)
#: Where it has the field for one picture each, with two styles: from its right and upper edges.
ONE_EACH = (420, 212)
#: Where it has the list of presets, and the buttons that save and delete one: from its right and upper edges.
PRESETS, SAVE_PRESET, DELETE_PRESET = (234, 274), (124, 274), (40, 274)
#: Where it has the button that installs the engine.
INSTALL_BUTTON = (150, 48)
#: Where it has the button that closes a message.
CLOSE_MESSAGE = (46, 48)

#: Steps that take the usual picture out of RGB.
GRAY = "image.convert_grayscale()"
INDEXED = "image.convert_indexed(Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE, 8, False, False, '')"


@each_gimp
def test_from_a_file_to_a_layer_and_back(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(styles=0)
    dialog = show_dialog(window)
    window.key("alt+f")
    chooser = window.wait_for(lambda: window.find("Style Pictures"), "the file chooser")
    window.focus(chooser)
    window.key("slash")
    time.sleep(1.5)  # GTK turns the first letter into a field for the rest.
    window.type(str(STYLE)[1:])
    window.key("Return")
    window.wait_for(lambda: not window.find("Style Pictures"), "the file chooser's end")
    window.dialog()
    window.click_from_corner(dialog, 66, 42)
    window.wait_for(lambda: window.layers() == [LAYER, CONTENT], "the new layer")
    close_dialog(window)

    window.menu("ctrl+z")
    window.wait_for(lambda: window.layers() == [CONTENT], "undo in one step")
    window.key("ctrl+y")
    window.wait_for(lambda: window.layers() == [LAYER, CONTENT], "redo")
    window.wait_for(lambda: not gimp.processes("stand_in"), "the engine's end")


@each_gimp
def test_repeat_last_and_show_last_again(open_gimp: Open) -> None:
    window = open_gimp()
    show_dialog(window)
    window.key("alt+t")
    window.wait_for(lambda: len(window.layers()) == 2, "the first layer")
    close_dialog(window)
    window.menu("ctrl+f")
    window.wait_for(lambda: len(window.layers()) == 3, "the layer of the repetition")
    assert not window.find("^Neural Style$")
    painted = window.ask("[record(layer)['content']['name'] for layer in images()[0].get_layers()[:2]]")
    assert painted == [CONTENT] * 2, "the painting was painted instead of its content"
    assert window.ask("[l.get_parasite_list() for l in images()[0].get_layers()]") == [["neural-style"]] * 2 + [[]]
    window.menu("ctrl+shift+f")
    window.dialog()
    window.key("alt+t")
    window.wait_for(lambda: len(window.layers()) == 4, "the layer of the dialog that was shown again")


def test_results_are_painted_compared_and_discarded_in_one_dialog(open_gimp: Open) -> None:
    """The newest is on top, and the earlier one is hidden. Each action is one step of undo."""
    window = open_gimp()
    dialog = show_dialog(window)
    for count in (2, 3):
        window.key("alt+t")
        window.wait_for(lambda: len(window.layers()) == count, "the new layer")  # noqa: B023 - it is called at once
        time.sleep(1)
    assert window.layers() == [f"{LAYER} 2", LAYER, CONTENT]
    assert visible(window) == [True, False, True]
    for place in (RESULTS[1], SHOW_RESULT):
        click_from_below(window, dialog, place)
        time.sleep(0.5)
    window.wait_for(lambda: visible(window) == [False, True, True], "the earlier result")
    click_from_below(window, dialog, DISCARD_RESULT)
    window.wait_for(lambda: window.layers() == [f"{LAYER} 2", CONTENT], "the end of the earlier result")
    assert visible(window) == [True, True]
    close_dialog(window)
    for expected in ([False, True, True], [True, False, True], [True, True], [True]):
        window.menu("ctrl+z")
        window.wait_for(lambda: visible(window) == expected, "undo in one step")  # noqa: B023 - it is called at once


def test_the_settings_of_an_earlier_result_are_taken_over(open_gimp: Open) -> None:
    window = open_gimp()
    dialog = show_dialog(window)
    window.key("alt+n", "Down", "Down", "alt+t")
    window.wait_for(lambda: len(window.layers()) == 2, "the first layer")
    time.sleep(1)
    window.key("alt+n", "Down", "Down", "Down")
    click_from_below(window, dialog, USE_RESULT)
    time.sleep(1)
    window.dialog()
    window.key("alt+t")
    window.wait_for(lambda: len(window.layers()) == 3, "the second layer")
    close_dialog(window)
    strengths = window.ask("[record(layer)['settings']['strength'] for layer in images()[0].get_layers()[:2]]")
    assert strengths == [pytest.approx(0.98)] * 2


def test_a_result_gets_another_strength(open_gimp: Open) -> None:
    """It is painted from where it is, and so is the next strength, with the settings of the result."""
    window = open_gimp(seed=stand_in.START)
    dialog = show_dialog(window)
    window.key("alt+t")
    window.wait_for(lambda: len(window.layers()) == 2, "the first layer")
    time.sleep(1)
    first = window.ask("record(images()[0].get_layers()[0])")
    for count, place in ((3, HALF_STRENGTH), (4, QUARTER_STRENGTH)):
        click_from_below(window, dialog, place)
        window.wait_for(lambda: len(window.layers()) == count, "the next layer")  # noqa: B023 - it is called at once
        time.sleep(1)
    close_dialog(window)
    painted = window.ask("[record(layer) for layer in images()[0].get_layers()[:2]]")
    quarter, half = (found["settings"].pop("strength") for found in painted)
    assert 0.0 < quarter < half < 0.7 and first["settings"].pop("strength") == 1.0
    assert painted == [first, first]
    assert visible(window) == [True, False, False, True]


def test_another_strength_of_a_part_is_that_part(open_gimp: Open) -> None:
    """Whatever is selected by then. It hides the result that it starts from."""
    window = open_gimp()
    window.ask("images()[0].select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 100, 100)")
    dialog = show_dialog(window)
    window.key("alt+t")
    window.wait_for(lambda: len(window.layers()) == 2, "the first layer")
    time.sleep(1)
    window.ask("images()[0].select_rectangle(Gimp.ChannelOps.REPLACE, 200, 200, 50, 50)")
    click_from_below(window, dialog, HALF_STRENGTH)
    window.wait_for(lambda: len(window.layers()) == 3, "the next layer")
    close_dialog(window)
    assert visible(window) == [True, False, True]
    buffer = "images()[0].get_layers()[0].get_buffer()"
    alpha = f"{buffer}.get(Gegl.Rectangle.new(x, x, 1, 1), 1.0, 'A u8', Gegl.AbyssPolicy.NONE)"
    assert window.ask(f"[list(bytes({alpha})) for x in (50, 150, 220)]") == [[255], [0], [0]]


def test_the_picture_is_seen_in_the_image_as_it_forms(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(seed=stand_in.WORK)
    dialog = show_dialog(window)
    start_painting(window, gimp)
    click_from_below(window, dialog, IN_IMAGE)
    window.wait_for(lambda: len(window.layers()) == 2, "the layer")
    window.wait_for(lambda: window.ask("pixel(images()[0].get_layers()[0], 5, 5)")[0] > 0.5, "the preview in it")
    click_from_below(window, dialog, IN_IMAGE)
    window.wait_for(lambda: len(window.layers()) == 1, "the end of the layer")
    click_from_below(window, dialog, IN_IMAGE)
    window.wait_for(lambda: len(window.layers()) == 2, "the layer again")
    window.key("alt+d")
    window.wait_for(lambda: len(window.layers()) == 1, "the end of the painting")
    assert not window.ask("images()[0].is_dirty()")


@pytest.mark.parametrize("conversion", [GRAY, INDEXED], ids=["gray", "indexed"])
def test_the_picture_is_seen_in_an_image_of_other_colors(open_gimp: Open, gimp: Gimp, conversion: str) -> None:
    window = open_gimp(converted(gimp, conversion), seed=stand_in.WORK)
    dialog = show_dialog(window)
    start_painting(window, gimp)
    click_from_below(window, dialog, IN_IMAGE)
    window.wait_for(lambda: len(window.layers()) == 2, "the layer")
    colors = "len({tuple(pixel(images()[0].get_layers()[0], x, 5)) for x in (5, 100, 300, 400)})"
    window.wait_for(lambda: window.ask(colors) > 1, "the preview in it")
    window.key("alt+k")
    window.wait_for(lambda: window.ask("bool(images()[0].get_layers()[0].get_parasite_list())"), "the painting")
    assert len(window.layers()) == 2


def test_a_pasted_picture_becomes_a_style(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(styles=0)
    window.ask("Gimp.edit_copy([images()[0].get_layers()[0]])")
    show_dialog(window)
    time.sleep(1)
    window.key("ctrl+v")
    window.wait_for(lambda: list((gimp.home / "neural-style" / "data" / "pasted").glob("*.png")), "the file")
    time.sleep(1)
    window.key("alt+t")
    window.wait_for(lambda: len(window.layers()) == 2, "the new layer")
    assert window.layers()[0].startswith("Pasted 2")


def test_a_layer_that_is_dropped_becomes_a_style(open_gimp: Open) -> None:
    window = open_gimp(styles=0)
    window.ask("add_masked_layer('dropped', 300)")
    show_dialog(window)
    time.sleep(2)
    window.drop(LAYER_IN_LIST, (300, 300))
    time.sleep(2)
    window.dialog()
    window.key("alt+t")
    window.wait_for(lambda: len(window.layers()) == 3, "the new layer")
    close_dialog(window)
    painted = window.ask("[record(layer) for layer in images()[0].get_layers() if layer.get_parasite_list()]")
    assert [found["styles"][0]["reference"]["name"] for found in painted] == ["dropped"]


def test_the_wheel_changes_no_value(open_gimp: Open) -> None:
    window = open_gimp(seed=stand_in.REPEAT, styles=2)
    dialog = show_dialog(window)
    time.sleep(2)
    for below in range(MORE_WEIGHT[1], 560, 12):
        for right in (170, 280):
            window.wheel(dialog, window.size(dialog)[0] - right, below)
    window.key("alt+t")
    window.wait_for(lambda: len(window.layers()) == 2, "the new layer")
    close_dialog(window)
    painted = window.ask("record(images()[0].get_layers()[0])")
    assert painted["settings"] == Settings(seed=stand_in.REPEAT).to_dict()
    assert [style["weight"] for style in painted["styles"]] == [1.0, 1.0]


def test_one_picture_for_each_style(open_gimp: Open) -> None:
    window = open_gimp(styles=2)
    dialog = show_dialog(window)
    time.sleep(1)
    click_from_right(window, dialog, ONE_EACH)
    time.sleep(0.5)
    window.key("alt+t")
    window.wait_for(lambda: len(window.layers()) == 3, "both layers")
    assert window.layers() == [f"{LAYER} 2", LAYER, CONTENT]


def test_more_paintings_line_up_while_one_is_painted(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(seed=stand_in.WORK)
    show_dialog(window)
    jobs_before = engine_log(gimp).count(" pixels.")
    start_painting(window, gimp)
    window.key("alt+t")
    time.sleep(0.5)
    window.key("alt+k")
    window.wait_for(lambda: len(window.layers()) == 2, "the first layer")
    window.wait_for(lambda: engine_log(gimp).count(" pixels.") == jobs_before + 2, "the second job")
    window.key("alt+k")
    window.wait_for(lambda: len(window.layers()) == 3, "the second layer")
    close_dialog(window)
    window.wait_for(lambda: not gimp.processes("stand_in"), "the engine's end")


def test_a_failure_that_was_closed_does_not_come_back(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(SAMPLES / CONTENT, SAMPLES / "poppies.jpg", seed=stand_in.WORK)
    dialog = show_dialog(window)
    window.key("alt+y")
    time.sleep(2)
    window.key("Down", "Return")
    window.dialog()
    time.sleep(1)
    click_from_right(window, dialog, ONE_EACH)
    jobs_before = engine_log(gimp).count(" pixels.")
    start_painting(window, gimp)
    click_from_right(window, dialog, (REMOVE_BUTTON[0], REMOVE_BUTTON[1] + 60))
    time.sleep(1)
    window.key("alt+t")
    time.sleep(1)
    before = top_of(window, dialog)
    window.ask("images()[0].remove_layer(images()[0].get_layers()[0])")
    window.key("alt+d")
    window.wait_for(lambda: top_of(window, dialog) != before, "the message of the failure")
    window.wait_for(lambda: engine_log(gimp).count(" pixels.") == jobs_before + 2, "the next job")
    time.sleep(1)
    click_from_right(window, dialog, CLOSE_MESSAGE)
    window.point(dialog, 5, 5)  # A button below the pointer looks different.
    window.wait_for(lambda: top_of(window, dialog) == before, "the end of the message")
    window.dialog()
    window.key("alt+k")
    window.wait_for(lambda: len(window.layers(1)) == 2, "the end of the next job")
    time.sleep(1)
    assert top_of(window, dialog) == before


def test_a_quicker_working_size_is_offered_and_taken(open_gimp: Open) -> None:
    """The stand-in says that this picture takes two minutes."""
    window = open_gimp()
    dialog = show_dialog(window)
    time.sleep(3)  # The engine loads, and the dialog asks it.
    window.click(dialog, QUICKER_BUTTON[0], window.size(dialog)[1] - QUICKER_BUTTON[1])
    time.sleep(0.5)
    window.key("alt+t")
    window.wait_for(lambda: window.layers() == [LAYER, CONTENT], "the new layer")
    close_dialog(window)
    assert window.ask("record(images()[0].get_layers()[0])")["settings"]["size"] == 512


def test_a_preset_is_chosen_changed_saved_and_deleted(open_gimp: Open, gimp: Gimp) -> None:
    stored = gimp.home / "neural-style" / "config" / "presets.json"
    window = open_gimp(seed=stand_in.REPEAT)
    click_from_right(window, show_dialog(window), PRESETS)
    time.sleep(1)
    window.key("Down", "Down", "Return")  # Free
    time.sleep(1)
    window.key("alt+n", "Down")
    click_from_right(window, window.dialog(), SAVE_PRESET)
    window.focus(window.wait_for(lambda: window.find("^Save as preset$"), "the question for a name"))
    window.type("Mine")
    window.key("Return")
    window.wait_for(stored.exists, "the preset")
    window.dialog()
    window.key("alt+t")
    window.wait_for(lambda: len(window.layers()) == 2, "the new layer")
    close_dialog(window)
    settings = window.ask("record(images()[0].get_layers()[0])")["settings"]
    assert (settings["keep_content"], settings["style_scale"], settings["seed"]) == (0.1, 1.5, stand_in.REPEAT)
    saved = json.loads(stored.read_text())["presets"]["Mine"]
    assert (saved["keep_content"], saved["strength"]) == (0.1, pytest.approx(0.99))

    window.ask("images()[0].set_selected_layers(images()[0].get_layers()[-1:])")
    click_from_right(window, show_dialog(window), DELETE_PRESET)  # The settings are recognized as this preset's.
    window.focus(window.wait_for(lambda: window.find("^Delete preset$"), "the question"))
    window.key("alt+d")
    window.wait_for(lambda: json.loads(stored.read_text())["presets"] == {}, "the end of the preset")


def test_a_style_from_the_gallery_by_keys(open_gimp: Open, gimp: Gimp) -> None:
    stored = gimp.home / "neural-style" / "config" / "styles.json"
    window = open_gimp(styles=0)
    show_dialog(window)
    gallery = show_gallery(window)
    window.key("Tab", "space")  # The star of the first painting.
    window.wait_for(stored.exists, "the favorite")
    window.key("alt+f")
    window.focus(window.wait_for(lambda: window.find("^Folder of Styles$"), "the folder chooser"))
    window.key("slash")
    time.sleep(1.5)
    window.type(str(SAMPLES)[1:])
    window.key("Return")
    window.wait_for(lambda: json.loads(stored.read_text())["folders"] == [str(SAMPLES)], "the folder")
    window.wait_for(lambda: not window.find("^Folder of Styles$"), "the folder chooser's end")
    window.focus(gallery)
    window.key("Escape")
    window.wait_for(lambda: not window.find("^Style Gallery$"), "the gallery's end")
    window.dialog()
    show_gallery(window)
    window.key("Return")  # The first favorite.
    window.wait_for(lambda: not window.find("^Style Gallery$"), "the gallery's end")
    window.dialog()
    window.key("alt+t")
    window.wait_for(lambda: window.layers() == ["Great Wave \u2013 Neural Style", CONTENT], "the new layer")
    lists = json.loads(stored.read_text())
    assert [Path(path).name for path in lists["favorites"] + lists["recent"]] == ["great_wave.jpg"] * 2


def test_a_style_from_another_open_image(open_gimp: Open) -> None:
    window = open_gimp(SAMPLES / CONTENT, SAMPLES / "poppies.jpg", styles=0)
    show_dialog(window)
    window.key("alt+y")
    time.sleep(2)
    window.key("Down", "Return")
    window.dialog()
    window.key("alt+t")
    painted = window.wait_for(lambda: len(window.layers(1)) == 2 and window.layers(1), "the new layer")
    assert painted[0] == f"{CONTENT} \u2013 Neural Style"


@each_gimp
def test_stop_and_discard_then_stop_and_keep(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(seed=stand_in.WORK)
    show_dialog(window)
    start_painting(window, gimp)
    window.key("alt+d")
    start_painting(window, gimp)
    assert window.layers() == [CONTENT]
    window.key("Escape")
    question = window.wait_for(lambda: window.find("^Neural Style: Stop"), "the question whether to stop")
    window.focus(question)
    window.key("alt+k")
    window.wait_for(lambda: window.layers() == [LAYER, CONTENT], "the picture so far")
    window.wait_for(lambda: not gimp.processes("stand_in"), "the engine's end")


def test_the_engine_starts_with_the_dialog(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp()
    show_dialog(window)
    window.wait_for(lambda: gimp.processes("stand_in"), "the engine")
    window.key("Escape")
    window.wait_for(lambda: not gimp.processes("stand_in"), "the engine's end")
    assert window.layers() == [CONTENT]


def test_saved_reset_and_loaded(open_gimp: Open, gimp: Gimp) -> None:
    """GIMP's own buttons at the dialog's foot work on all settings and on the styles."""
    window = open_gimp()
    show_dialog(window)
    window.key("alt+n", "Down", "Down", "alt+s")
    saved = gimp.profile / "plug-in-settings" / "GimpProcedureConfigRun-plug-in-neural-style.default"
    window.wait_for(saved.exists, "the saved settings")
    window.dialog()
    window.key("alt+r")
    time.sleep(0.5)
    window.key("Down", "Return")  # Factory defaults: without styles there is nothing to paint.
    time.sleep(0.5)
    window.key("alt+t")
    time.sleep(1.5)
    assert window.layers() == [CONTENT]
    window.dialog()
    window.key("alt+l")
    time.sleep(0.5)
    window.key("alt+t")
    window.wait_for(lambda: window.layers() == [LAYER, CONTENT], "the new layer")
    close_dialog(window)
    assert window.ask("record(images()[0].get_layers()[0])")["settings"]["strength"] == pytest.approx(0.98)


def test_two_styles_with_regions_from_layer_masks(open_gimp: Open) -> None:
    """Chosen in the dialog; the new layer shows the regions that the engine got."""
    window = open_gimp(seed=stand_in.MASKS, styles=2)
    window.ask("[add_masked_layer('right', 300), add_masked_layer('middle', 150)]")
    dialog = show_dialog(window)
    for row, steps in ((1, 2), (0, 1)):  # From below, because a button's tooltip hides the next row.
        window.click(dialog, window.size(dialog)[0] - REGION_BUTTON[0], REGION_BUTTON[1] + 60 * row)
        time.sleep(1)  # A popover opens and closes slowly, and nothing outside of it shows when.
        window.key(*["Down"] * steps, "Return")
        time.sleep(1)
    window.key("alt+t")
    window.wait_for(lambda: len(window.layers()) == 4, "the new layer")
    close_dialog(window)
    layer = "images()[0].get_layers()[2]"
    regions = [style["region"] for style in window.ask(f"record({layer})")["styles"]]
    assert [(region["kind"], region["name"]) for region in regions] == [("mask", "middle"), ("mask", "right")]
    seen = window.ask(f"[pixel({layer}, x, 100)[:2] for x in (50, 200, 400)]")
    assert seen == [[0, 0], [1, 0], [1, 1]]


def test_continue_and_repeat_in_the_dialog(open_gimp: Open) -> None:
    window = open_gimp(seed=stand_in.START)
    show_dialog(window)
    window.key("alt+t")
    window.wait_for(lambda: len(window.layers()) == 2, "the first layer")
    close_dialog(window)
    for button in (CONTINUE_BUTTON, REPEAT_BUTTON):
        count = len(window.layers())
        dialog = show_dialog(window)
        window.click(dialog, window.size(dialog)[0] - button[0], button[1])
        time.sleep(0.5)
        window.dialog()
        window.key("alt+t")
        window.wait_for(lambda: len(window.layers()) > count, "the next layer")  # noqa: B023 - it is called at once
        close_dialog(window)
    records = window.ask("[record(layer) for layer in images()[0].get_layers()[:3]]")
    assert [found["settings"]["init"] for found in records] == ["picture", "picture", "content"]
    assert [found["content"]["name"] for found in records] == [CONTENT] * 3
    assert [(found["initial"] or {}).get("name") for found in records] == [LAYER, LAYER, None]


def test_repeat_in_the_menu_asks_before_it_reads_a_file(open_gimp: Open) -> None:
    window = open_gimp(seed=stand_in.REPEAT)
    show_dialog(window)
    window.key("alt+t")
    window.wait_for(lambda: len(window.layers()) == 2, "the first layer")
    close_dialog(window)
    ask_to_repeat(window)
    window.key("alt+r")  # Read
    window.wait_for(lambda: len(window.layers()) == 3, "the layer of the repetition")
    ask_to_repeat(window)
    window.key("alt+l")  # Leave Out
    window.dialog()
    window.key("alt+t")  # Without a style there is nothing to paint.
    time.sleep(1.5)
    assert len(window.layers()) == 3


def test_repeat_in_the_menu_names_a_missing_style_and_keeps_the_others(open_gimp: Open) -> None:
    window = open_gimp(SAMPLES / CONTENT, SAMPLES / "poppies.jpg", styles=1)
    show_dialog(window)
    window.key("alt+y")
    time.sleep(2)
    window.key("Down", "Return")
    window.dialog()
    window.key("alt+t")
    window.wait_for(lambda: len(window.layers(1)) == 2, "the first layer")
    close_dialog(window)
    window.ask("images()[0].remove_layer(images()[0].get_layers()[0])")
    ask_to_repeat(window)
    window.key("alt+r")
    window.dialog()
    time.sleep(1.5)  # The file appears in the list once another thread has looked at it.
    window.key("alt+t")
    window.wait_for(lambda: len(window.layers(1)) == 3, "the layer of the repetition")
    close_dialog(window)
    styles = window.ask("record(images()[1].get_layers()[0])")["styles"]
    assert [style["reference"]["name"] for style in styles] == ["great_wave"]


def test_an_indexed_image_becomes_rgb_with_the_painting(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(converted(gimp, INDEXED), seed=stand_in.REPEAT)
    dialog = show_dialog(window)
    window.click(dialog, window.size(dialog)[0] - CONVERT_BUTTON[0], CONVERT_BUTTON[1])
    time.sleep(0.5)
    window.key("alt+t")
    window.wait_for(lambda: len(window.layers()) == 2, "the new layer")
    close_dialog(window)
    colors = "len({tuple(pixel(images()[0].get_layers()[0], x, 100)) for x in range(0, 400, 4)})"
    assert window.ask(colors) > 20, "the painting has no more colors than the palette"
    window.menu("ctrl+z")
    window.wait_for(lambda: len(window.layers()) == 1, "undo in one step")
    assert "INDEXED" in window.ask("str(images()[0].get_base_type())")


def test_continuing_can_be_undone_after_a_stop(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(seed=stand_in.WORK)
    show_dialog(window)
    start_painting(window, gimp)
    window.key("alt+k")
    window.wait_for(lambda: len(window.layers()) == 2, "the first layer")
    close_dialog(window)
    dialog = show_dialog(window)
    window.click(dialog, window.size(dialog)[0] - CONTINUE_BUTTON[0], CONTINUE_BUTTON[1])
    time.sleep(0.5)
    start_painting(window, gimp)
    window.key("alt+d")
    time.sleep(1.5)
    window.click(dialog, window.size(dialog)[0] - START_ANEW_BUTTON[0], START_ANEW_BUTTON[1])
    time.sleep(0.5)
    start_painting(window, gimp)
    window.key("alt+k")
    window.wait_for(lambda: len(window.layers()) == 3, "the second layer")
    close_dialog(window)
    assert window.ask("record(images()[0].get_layers()[0])")["settings"]["init"] == "content"


def test_a_style_layer_that_is_deleted_meanwhile(open_gimp: Open) -> None:
    """The dialog shows the error, and keeps the other choices."""
    window = open_gimp(SAMPLES / CONTENT, SAMPLES / "poppies.jpg", styles=0)
    dialog = show_dialog(window)
    window.key("alt+y")
    time.sleep(2)
    window.key("Down", "Return")
    before = top_of(window, window.dialog())
    window.ask("images()[0].remove_layer(images()[0].get_layers()[0])")
    window.key("alt+t")
    window.wait_for(lambda: top_of(window, dialog) != before, "the message")
    assert window.find("^Neural Style$")
    assert window.layers(1) == ["poppies.jpg"]


@each_gimp
def test_a_texture_heeds_nothing_of_the_content(open_gimp: Open) -> None:
    window = open_gimp()
    show_dialog(window)
    window.key("alt+i", "Down", "alt+n", "Down", "alt+z", "Down")
    window.key("alt+t")
    window.wait_for(lambda: window.layers() == [LAYER, CONTENT], "the new layer")
    close_dialog(window)
    settings = window.ask("record(images()[0].get_layers()[0])")["settings"]
    assert (settings["mode"], settings["strength"]) == ("texture", 1.0)
    assert settings["style_scale"] < 1.0


def test_what_is_live_changes_while_it_paints(open_gimp: Open, gimp: Gimp) -> None:
    """As long as the same styles are chosen: settings of another painting are only for that one."""
    window = open_gimp(seed=stand_in.WORK, styles=2)
    dialog = show_dialog(window)
    start_painting(window, gimp)
    window.key("alt+n", "Down")
    window.wait_for(lambda: "'strength': 0.99" in engine_log(gimp), "the strength in the engine")
    window.key("alt+p", "Down")
    window.wait_for(lambda: "'keep_content': 0." in engine_log(gimp), "how firmly content is kept in the engine")
    window.click(dialog, window.size(dialog)[0] - MORE_WEIGHT[0], MORE_WEIGHT[1])
    window.wait_for(lambda: "weights=(1.1, 1.0)" in engine_log(gimp), "the weight in the engine")
    window.click(dialog, window.size(dialog)[0] - REMOVE_BUTTON[0], REMOVE_BUTTON[1])
    time.sleep(0.5)
    window.key("alt+n", "Down")
    time.sleep(1)
    assert "'strength': 0.98" not in engine_log(gimp)
    window.key("alt+d")


def test_the_engine_dies_and_the_dialog_goes_on(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(seed=stand_in.WORK)
    dialog = show_dialog(window)
    before = top_of(window, dialog)
    start_painting(window, gimp)
    os.kill(gimp.processes("stand_in")[0], signal.SIGKILL)
    window.wait_for(lambda: top_of(window, dialog) != before, "the message")
    start_painting(window, gimp)
    window.key("alt+k")
    window.wait_for(lambda: window.layers() == [LAYER, CONTENT], "the picture so far")


def test_cancel_in_gimp_itself(open_gimp: Open, gimp: Gimp) -> None:
    """GIMP kills the plug-in: its engine ends, and nothing is left in the image."""
    window = open_gimp(seed=stand_in.WORK)
    show_dialog(window)
    start_painting(window, gimp)
    window.click(window.find("GIMP$"), *CANCEL)
    assert_nothing_is_left(window, gimp)


def test_the_plug_in_is_killed(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(seed=stand_in.WORK)
    show_dialog(window)
    start_painting(window, gimp)
    for plug_in in gimp.processes("neural_style.py"):
        os.kill(plug_in, signal.SIGKILL)
    assert_nothing_is_left(window, gimp)


def test_gimp_itself_is_killed(open_gimp: Open, gimp: Gimp) -> None:
    """Neither the plug-in nor its engine outlives it."""
    window = open_gimp(seed=stand_in.WORK)
    show_dialog(window)
    start_painting(window, gimp)
    window.process.kill()
    window.wait_for(lambda: not gimp.processes("stand_in"), "the engine's end")
    window.wait_for(lambda: not gimp.processes("neural_style.py"), "the plug-in's end")


def test_gimp_itself_is_killed_while_nothing_happens(open_gimp: Open, gimp: Gimp) -> None:
    """Nothing is painted, so the plug-in has no reason to ask GIMP for anything."""
    window = open_gimp()
    show_dialog(window)
    window.wait_for(lambda: gimp.processes("stand_in"), "the engine")
    time.sleep(2)
    window.process.kill()
    window.wait_for(lambda: not gimp.processes("stand_in"), "the engine's end")
    window.wait_for(lambda: not gimp.processes("neural_style.py"), "the plug-in's end")


def test_the_image_is_closed_while_it_is_painted(open_gimp: Open, gimp: Gimp) -> None:
    """The picture gets an image of its own, so that nothing is lost."""
    window = open_gimp(SAMPLES / "poppies.jpg", SAMPLES / CONTENT, seed=stand_in.WORK)
    show_dialog(window)
    start_painting(window, gimp)
    window.menu("ctrl+w")
    window.wait_for(lambda: window.ask("len(images())") == 1, "the image's end")
    dialog = window.dialog()
    before = top_of(window, dialog)
    window.key("alt+t")
    window.wait_for(lambda: top_of(window, dialog) != before, "the message that there is nothing more to paint")
    window.key("alt+k")
    window.wait_for(lambda: window.ask("len(images())") == 2, "the new image")
    window.wait_for(lambda: window.layers(1) == [LAYER], "the picture in it")
    assert window.layers(0) == ["poppies.jpg"]
    assert not window.find("Message")


def test_without_an_engine_the_dialog_says_what_to_do(open_gimp: Open, gimp: Gimp) -> None:
    """It offers to install one, and again after that failed: this GIMP's system has no Python that would do."""
    gimp.install_engine(["/no/such/python"])
    window = open_gimp()
    dialog = show_dialog(window)
    begun = gimp.home / "neural-style" / "data" / "placed.json"
    for _ in range(2):
        time.sleep(1)
        window.click(dialog, window.size(dialog)[0] - INSTALL_BUTTON[0], INSTALL_BUTTON[1])
        window.wait_for(begun.exists, "the installer")
        window.wait_for(lambda: not gimp.processes("install.py"), "the installer's end")
        begun.unlink()
    close_dialog(window)
    assert window.layers() == [CONTENT]
