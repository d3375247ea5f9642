"""Results in the dialog of the real GIMP: they are compared, shown, discarded, and painted with another strength."""

from __future__ import annotations

import pytest

from tests.hosts import stand_in
from tests.hosts.gimp.dialogs import (
    CONTENT,
    LAYER,
    Open,
    close_dialog,
    show_dialog,
    start_painting,
    visible,
    wait_for_painting,
)
from tests.hosts.gimp.editor import Gimp

#: The name of the label and of the slider below it.
STRENGTH = "Strength of this result"


def test_results_are_painted_compared_and_discarded_in_one_dialog(open_gimp: Open) -> None:
    """The newest result is on top, and the earlier one is hidden. Each action is one undo step."""
    window = open_gimp()
    show_dialog(window)
    for count in (2, 3):
        window.press("Stylize")
        wait_for_painting(window, count)
    assert window.layers() == [f"{LAYER} 2", LAYER, CONTENT]
    assert visible(window) == [True, False, True]
    window.press(LAYER)
    window.press("Show in image")
    window.wait_for(lambda: visible(window) == [False, True, True], "the earlier result")
    window.press("Discard")
    window.wait_for(lambda: window.layers() == [f"{LAYER} 2", CONTENT], "the end of the earlier result")
    assert visible(window) == [True, True]
    close_dialog(window)
    for expected in ([False, True, True], [True, False, True], [True, True], [True]):
        window.menu("ctrl+z")
        window.wait_for(lambda: visible(window) == expected, "undo in one step")  # noqa: B023 - it is called at once


def test_the_settings_of_an_earlier_result_are_taken_over(open_gimp: Open) -> None:
    window = open_gimp()
    show_dialog(window)
    window.key("alt+n", "Down", "Down")
    window.press("Stylize")
    wait_for_painting(window, 2)
    window.key("alt+n", "Down", "Down", "Down")
    window.press("Use settings")
    window.wait_for(lambda: "0.98" in window.texts(), "the settings")
    window.press("Stylize")
    window.wait_for(lambda: len(window.layers()) == 3, "the second layer")
    close_dialog(window)
    strengths = window.ask("[record(layer)['settings']['strength'] for layer in images()[0].get_layers()[:2]]")
    assert strengths == [pytest.approx(0.98)] * 2


def test_a_result_gets_another_strength(open_gimp: Open) -> None:
    """It starts from the result and keeps its settings, and so does the next strength."""
    window = open_gimp(seed=stand_in.START)
    show_dialog(window)
    window.press("Stylize")
    wait_for_painting(window, 2)
    first = window.ask("record(images()[0].get_layers()[0])")
    for count, across in ((3, 0.5), (4, 0.3)):
        window.press(STRENGTH, 1, across)
        wait_for_painting(window, count)
    close_dialog(window)
    painted = window.ask("[record(layer) for layer in images()[0].get_layers()[:2]]")
    quarter, half = (found["settings"].pop("strength") for found in painted)
    assert 0.0 < quarter < half < 0.7 and first["settings"].pop("strength") == 1.0
    assert painted == [first, first]
    assert visible(window) == [True, False, False, True]


def test_another_strength_of_a_part_is_that_part(open_gimp: Open) -> None:
    """The present selection does not matter. The new layer hides the result that it started from."""
    window = open_gimp()
    window.ask("images()[0].select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 100, 100)")
    show_dialog(window)
    window.press("Stylize")
    wait_for_painting(window, 2)
    window.ask("images()[0].select_rectangle(Gimp.ChannelOps.REPLACE, 200, 200, 50, 50)")
    window.press(STRENGTH, 1)
    window.wait_for(lambda: len(window.layers()) == 3, "the next layer")
    close_dialog(window)
    assert visible(window) == [True, False, True]
    buffer = "images()[0].get_layers()[0].get_buffer()"
    alpha = f"{buffer}.get(Gegl.Rectangle.new(x, x, 1, 1), 1.0, 'A u8', Gegl.AbyssPolicy.NONE)"
    assert window.ask(f"[list(bytes({alpha})) for x in (50, 150, 220)]") == [[255], [0], [0]]


def test_an_image_that_is_converted_meanwhile_gets_the_same_colors(open_gimp: Open, gimp: Gimp) -> None:
    """Its pixels were read as sRGB of 8 bits, and it has 16 bits of a wide-gamut profile when the result comes."""
    window = open_gimp(seed=stand_in.WORK)
    show_dialog(window)
    start_painting(window, gimp)
    window.ask("images()[0].convert_precision(Gimp.Precision.U16_NON_LINEAR)")
    intent = "Gimp.ColorRenderingIntent.RELATIVE_COLORIMETRIC"
    window.ask(f"images()[0].convert_color_profile(Gimp.ColorProfile.new_rgb_adobe(), {intent}, False)")
    window.press("Stop and Keep")
    wait_for_painting(window, 2)
    close_dialog(window)
    places = [(20, 30), (200, 150), (430, 290)]  # babl's noise begins beyond the first pixels.
    result, content = window.ask(f"[[pixel(layer, *at) for at in {places}] for layer in images()[0].get_layers()]")
    for seen, expected in zip(result, content):
        assert seen == pytest.approx(expected, abs=2e-3)
