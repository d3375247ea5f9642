"""A style from the gallery, with clicks from the menu to the new layer, twice."""

from robot import *


def main(results):
    document = yield from photo_and_wave(48, 32)
    docker().setFloating(True)
    docker().resize(250, 680)
    yield 300
    results["styles"], results["groups"] = [], []
    for number in (0, 1):
        window = yield from opened()
        results["groups"].append([tiles.accessibleName() for tiles in window.lists])
        shot(f"gallery-{number}", window=window)
        tiles = window.lists[-1]
        click(tiles.viewport(), tiles.visualItemRect(tiles.tiles[number]).center())
        yield lambda count=number + 1: len(panel().styles.rows) == count
        results["styles"].append(panel().styles.rows[-1].source.name)
        click("stylize")
        yield lambda: not is_idle()
        yield is_idle
        yield 300
    results["failure"] = failure_text()
    results["names"] = names(document)
    shot("gallery-done")


def opened():
    """Return the gallery after it has loaded all its pictures."""
    pick("add_style", "From the gallery...")
    yield lambda: gallery() is not None and gallery().lists
    yield 1500
    return gallery()


def gallery():
    kind = plugin("gallery_window").GalleryWindow
    return next((window for window in panel().findChildren(kind) if window.isVisible()), None)
