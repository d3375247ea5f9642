"""The unfinished painting in the image of the real GIMP."""

from __future__ import annotations

import pytest

from tests.hosts import stand_in
from tests.hosts.gimp.dialogs import GRAY, INDEXED, Open, converted, show_dialog, start_painting
from tests.hosts.gimp.editor import Gimp


def test_the_picture_is_seen_in_the_image_as_it_forms(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(seed=stand_in.WORK)
    show_dialog(window)
    start_painting(window, gimp)
    window.press("In image")
    window.wait_for(lambda: len(window.layers()) == 2, "the layer")
    window.wait_for(lambda: window.ask("pixel(images()[0].get_layers()[0], 5, 5)")[0] > 0.5, "the preview in it")
    window.press("In image")
    window.wait_for(lambda: len(window.layers()) == 1, "the end of the layer")
    window.press("In image")
    window.wait_for(lambda: len(window.layers()) == 2, "the layer again")
    window.press("Stop and Discard")
    window.wait_for(lambda: len(window.layers()) == 1, "the end of the painting")
    assert not window.ask("images()[0].is_dirty()")


@pytest.mark.parametrize("conversion", [GRAY, INDEXED], ids=["gray", "indexed"])
def test_the_picture_is_seen_in_an_image_of_other_colors(open_gimp: Open, gimp: Gimp, conversion: str) -> None:
    window = open_gimp(converted(gimp, conversion), seed=stand_in.WORK)
    show_dialog(window)
    start_painting(window, gimp)
    window.press("In image")
    window.wait_for(lambda: len(window.layers()) == 2, "the layer")
    colors = "len({tuple(pixel(images()[0].get_layers()[0], x, 5)) for x in (5, 100, 300, 400)})"
    window.wait_for(lambda: window.ask(colors) > 1, "the preview in it")
    window.press("Stop and Keep")
    window.wait_for(lambda: window.ask("bool(images()[0].get_layers()[0].get_parasite_list())"), "the painting")
    assert len(window.layers()) == 2
