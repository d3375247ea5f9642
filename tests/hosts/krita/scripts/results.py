"""The strip of results and the preview, with clicks and the real engine, in the narrowest docker."""

import time

from PyQt5.QtWidgets import QListView
from robot import *


def main(results):
    docker().setFloating(True)
    docker().resize(250, 900)
    document = yield from photo_and_wave(320, 240)
    panel().form.fields["quality"].set_value("draft")
    pick("add_style", "Great Wave")
    yield 200
    shot("empty")
    yield from painted()
    panel().form.fields["quality"].set_value("high")
    click("stylize")
    yield lambda: panel().progress.picture.isVisible()
    results["preview"] = yield from look_at_preview()
    results["on the canvas"] = yield from switch_on_canvas(document)
    click("keep")
    yield is_idle
    yield 300
    results["failure"] = failure_text()
    results["second"] = seen(document), steps_back()
    yield from compare(results, document)
    strip = panel().results.list
    QTest.mouseClick(strip.viewport(), Qt.LeftButton, Qt.NoModifier, strip.visualItemRect(strip.item(1)).center())
    yield 300
    shot("results-first")
    results["first"] = seen(document), steps_back()
    QTest.mouseClick(strip.viewport(), Qt.LeftButton, Qt.NoModifier, strip.visualItemRect(strip.item(0)).center())
    yield 300
    krita.action("edit_undo").trigger()
    yield 1200
    results["undone"] = seen(document), strip.count()
    krita.action("edit_redo").trigger()
    yield 1200
    results["redone"] = seen(document), strip.count()
    click("discard_result")
    yield 500
    results["discarded"] = seen(document), strip.count()
    krita.action("edit_undo").trigger()
    yield 1200
    results["discard undone"] = seen(document), strip.count()
    shot("results-end")
    yield from vary(results, document)


def painted():
    click("stylize")
    yield lambda: not is_idle()
    yield is_idle
    yield 300


def vary(results, document):
    """Move the strength of the result twice, then undo."""
    photo, layers = node(document, "Photo"), []
    for strength in ("0.3", "0.8"):
        begin = time.monotonic()
        enter("result_strength", strength)
        yield lambda: not is_idle()
        yield lambda: panel().progress.picture.isVisible() or is_idle()
        shot(f"strength-{strength}")
        yield is_idle
        results[f"seconds for {strength}"] = round(time.monotonic() - begin, 1)
        yield 300
        layers.append(difference(node(document, seen(document)[-1]), photo))
        assert not failure_text(), panel().message.report()
    results["varied"] = seen(document), steps_back(), layers[0] < layers[1]
    shot("strength-done")
    krita.action("edit_undo").trigger()
    yield 1200
    results["varied undone"] = seen(document), panel().results.strength.value()


def difference(layer, other):
    """Return the mean difference of the bytes of two layers."""
    a, b = pixels(layer, 320, 240), pixels(other, 320, 240)
    return sum(abs(one - two) for one, two in zip(a, b)) / len(a)


def look_at_preview():
    view = panel().progress.picture
    yield lambda: view.height() == view.width() * 240 // 320  # It has its final size.
    shot("preview")
    fitting = view.scale
    click(view)
    yield 100
    scales = [fitting, view.scale]
    click(view)
    yield 100
    return [*scales, view.scale]


def switch_on_canvas(document):
    """Return the visible layers with the preview on the canvas, and after the preview was hidden."""
    before, found = seen(document), []
    for is_wanted in (True, False):
        click("preview_on_canvas")
        yield lambda wanted=is_wanted: (len(seen(document)) > len(before)) == wanted
        yield 300
        shot(f"canvas-{is_wanted}", whole=True)
        found.append(len(seen(document)) - len(before))
    return [*found, controller().state]


def compare(results, document):
    """Compare: while the button is held, the canvas shows the photo."""
    shot("results")
    shot("results-window", whole=True)
    photo, button = list(pixels(node(document, "Photo"), 1, 1)), panel().results.compare
    QTest.mousePress(button, Qt.LeftButton)
    yield lambda: list(bytes(document.pixelData(0, 0, 1, 1))) == photo
    yield 700
    results["held"] = seen(document)
    shot("results-held")
    QTest.mouseRelease(button, Qt.LeftButton)
    yield lambda: list(bytes(document.pixelData(0, 0, 1, 1))) != photo
    results["released"] = seen(document)


def seen(document):
    return [found.name() for found in document.rootNode().childNodes() if found.visible()]


def steps_back():
    """Return the number of steps that Krita could undo, as its docker shows them."""
    history = next(found for found in krita.dockers() if found.objectName() == "History")
    return history.findChild(QListView).selectionModel().currentIndex().row()
