"""A new user needs eight clicks in the real GIMP: from an empty image to a second, better result."""

from __future__ import annotations

from pathlib import Path
from typing import List

import pytest
from PIL import Image

from tests.hosts import stand_in
from tests.hosts.gimp.dialogs import Open, visible
from tests.hosts.gimp.editor import SAMPLES

#: The positions of GIMP 3.0's menu *Filters*, its entry *Artistic*, and *Neural Style...* in the menu that opens there.
FILTERS, ARTISTIC, NEURAL_STYLE = (427, 12), (450, 313), (700, 588)


@pytest.mark.parametrize("template", ["3.0"], indirect=True)
def test_eight_clicks(open_gimp: Open, tmp_path: Path) -> None:
    Image.new("RGB", (600, 400), "white").save(tmp_path / "empty.png")
    window = open_gimp(tmp_path / "empty.png", seed=stand_in.REPEAT, styles=0)
    main = window.find("GIMP$")
    photo = f"Gimp.file_load(1, Gio.File.new_for_path('{SAMPLES}/chelsea.jpg')).get_layers()"
    window.ask(f"Gimp.edit_copy({photo})")
    clicks: List[str] = []

    def press(name: str, number: int = 0) -> None:
        window.press(name, number)
        clicks.append(name)

    window.menu("ctrl+v")
    clicks.append("paste the photograph")
    window.wait_for(lambda: len(window.layers()) == 2, "the photograph")
    photograph = window.layers()[0]

    window.click(main, *FILTERS)
    clicks.append("Filters")
    window.wait_for(lambda: window.popups() == 1, "the menu")
    window.point(main, *ARTISTIC)
    window.wait_for(lambda: window.popups() == 2, "its submenu")
    window.click(main, *NEURAL_STYLE)
    clicks.append("Neural Style...")
    window.dialog()

    press("The Great Wave off Kanagawa")
    press("Stylize")
    window.wait_for(lambda: len(window.layers()) == 3, "the first result")
    press("Quality", 1)  # This is the list beside the label.
    press("High")
    press("Stylize")
    window.wait_for(lambda: len(window.layers()) == 4, "the second result")

    first, second = "Great Wave \u2013 Neural Style", "Great Wave \u2013 Neural Style 2 (high)"
    assert window.layers() == [second, first, photograph, "empty.png"]
    window.wait_for(lambda: visible(window) == [True, False, True, True], "the second result alone")
    assert len(clicks) <= 8, clicks
