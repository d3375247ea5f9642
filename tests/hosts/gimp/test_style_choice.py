"""Styles in the dialog of the real GIMP: pasted, dropped, from the gallery, from a layer, and within a mask."""

from __future__ import annotations

import json
from pathlib import Path

from tests.hosts import stand_in
from tests.hosts.gimp.dialogs import CONTENT, GONE, LAYER, READY, Open, close_dialog, is_said, show_dialog, show_gallery
from tests.hosts.gimp.editor import SAMPLES, Gimp

REGION = "Where this style paints: everywhere, or a mask, saved selection or layer's shape"

#: The position of the upper layer in GIMP's list of layers.
LAYER_IN_LIST = (1200, 725)


def test_a_pasted_picture_becomes_a_style(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(styles=0)
    window.ask("Gimp.edit_copy([images()[0].get_layers()[0]])")
    show_dialog(window)
    window.wait_for(lambda: READY in window.texts(), "the engine")
    window.key("ctrl+v")
    window.wait_for(lambda: list((gimp.home / "neural-style" / "data" / "pasted").glob("*.png")), "the file")
    window.press("Stylize")
    window.wait_for(lambda: len(window.layers()) == 2, "the new layer")
    assert window.layers()[0].startswith("Pasted 2")


def test_a_layer_that_is_dropped_becomes_a_style(open_gimp: Open) -> None:
    window = open_gimp(styles=0)
    window.ask("add_masked_layer('dropped', 300)")
    show_dialog(window)
    window.wait_for(lambda: READY in window.texts(), "the engine")
    window.drop(LAYER_IN_LIST, (300, 300))
    window.press("Stylize")
    window.wait_for(lambda: len(window.layers()) == 3, "the new layer")
    close_dialog(window)
    painted = window.ask("[record(layer) for layer in images()[0].get_layers() if layer.get_parasite_list()]")
    assert [found["styles"][0]["reference"]["name"] for found in painted] == ["dropped"]


def test_one_picture_for_each_style(open_gimp: Open) -> None:
    window = open_gimp(styles=2)
    show_dialog(window)
    window.press("One picture for each style")
    window.press("Stylize")
    window.wait_for(lambda: len(window.layers()) == 3, "both layers")
    assert window.layers() == [f"{LAYER} 2", LAYER, CONTENT]


def test_a_style_from_the_gallery_by_keys(open_gimp: Open, gimp: Gimp) -> None:
    stored = gimp.home / "neural-style" / "config" / "styles.json"
    window = open_gimp(styles=0)
    show_dialog(window)
    gallery = show_gallery(window)
    window.key("Tab", "space")  # This is the star of the first painting.
    window.wait_for(stored.exists, "the favorite")
    window.key("alt+f")
    window.focus(window.wait_for(lambda: window.find("^Folder of Styles$"), "the folder chooser"))
    window.key("slash")
    window.wait_for(lambda: "/" in window.texts(), "the field for a path")
    window.type(str(SAMPLES)[1:])
    window.key("Return")
    window.wait_for(lambda: json.loads(stored.read_text())["folders"] == [str(SAMPLES)], "the folder")
    window.wait_for(lambda: not window.find("^Folder of Styles$"), "the folder chooser's end")
    window.focus(gallery)
    window.key("Escape")
    window.wait_for(lambda: not window.find("^Style Gallery$"), "the gallery's end")
    window.dialog()
    show_gallery(window)
    window.key("Return")  # This is the first favorite.
    window.wait_for(lambda: not window.find("^Style Gallery$"), "the gallery's end")
    window.press("Stylize")
    window.wait_for(lambda: window.layers() == ["Great Wave \u2013 Neural Style", CONTENT], "the new layer")
    lists = json.loads(stored.read_text())
    assert [Path(path).name for path in lists["favorites"] + lists["recent"]] == ["great_wave.jpg"] * 2


def test_a_style_from_another_open_image(open_gimp: Open) -> None:
    window = open_gimp(SAMPLES / CONTENT, SAMPLES / "poppies.jpg", styles=0)
    show_dialog(window)
    window.press("Add Layer")
    window.press("chelsea.jpg", 1)  # This is the row below the name of its image.
    window.press("Stylize")
    painted = window.wait_for(lambda: len(window.layers(1)) == 2 and window.layers(1), "the new layer")
    assert painted[0] == f"{CONTENT} \u2013 Neural Style"


def test_two_styles_with_regions_from_layer_masks(open_gimp: Open) -> None:
    """The user chooses them in the dialog, and the new layer shows the regions that the engine got."""
    window = open_gimp(seed=stand_in.MASKS, styles=2)
    window.ask("[add_masked_layer('right', 300), add_masked_layer('middle', 150)]")
    show_dialog(window)
    for row, mask in ((1, "right"), (0, "middle")):
        window.press(REGION, row)
        window.press(mask)
        window.wait_for(lambda: f"in: {mask}" in window.texts(), "the region")  # noqa: B023 - it is called at once
    window.press("Stylize")
    window.wait_for(lambda: len(window.layers()) == 4, "the new layer")
    close_dialog(window)
    layer = "images()[0].get_layers()[2]"
    regions = [style["region"] for style in window.ask(f"record({layer})")["styles"]]
    assert [(region["kind"], region["name"]) for region in regions] == [("mask", "middle"), ("mask", "right")]
    seen = window.ask(f"[pixel({layer}, x, 100)[:2] for x in (50, 200, 400)]")
    assert seen == [[0, 0], [1, 0], [1, 1]]


def test_a_style_layer_that_is_deleted_meanwhile(open_gimp: Open) -> None:
    """The dialog shows the error, and keeps the other choices."""
    window = open_gimp(SAMPLES / CONTENT, SAMPLES / "poppies.jpg", styles=0)
    show_dialog(window)
    window.press("Add Layer")
    window.press("chelsea.jpg", 1)  # This is the row below the name of its image.
    window.wait_for(lambda: window.can_press("Stylize"), "the style")
    window.ask("images()[0].remove_layer(images()[0].get_layers()[0])")
    window.press("Stylize")
    window.wait_for(lambda: is_said(window, GONE), "the message")
    assert window.find("^Neural Style$")
    assert window.layers(1) == ["poppies.jpg"]
