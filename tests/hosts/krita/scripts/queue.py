"""Clicks add pictures to the queue: a second quality, a contact sheet, selected layers. One is removed, one fails."""

from PyQt5.QtCore import QItemSelectionModel
from PyQt5.QtWidgets import QTreeView
from robot import *

SIZE = (96, 64)


def main(results):
    window = krita.activeWindow().qwindow()
    window.resize(1100, 900)
    document = yield from photo_and_wave(*SIZE)
    yield 500
    docker().setFloating(False)
    window.resizeDocks([docker()], [250], Qt.Horizontal)
    for layer in ("Great Wave", "Photo"):
        pick("add_style", layer)
        yield 300
    panel().form.fold.setChecked(True)
    yield 300
    panel().form.fields["seed"].set_value(1)  # The stand-in works until it is stopped.
    click("stylize")
    yield lambda: controller().state == "painting" and panel().progress.picture.isVisible()
    panel().form.fields["seed"].set_value(0)  # The stand-in answers immediately.
    panel().form.fold.setChecked(False)
    pick("stylize_more", "One picture for each style")
    choose("quality", "High")
    click("stylize")
    yield 300
    results["waiting"] = titles()
    shot("queue-window", whole=True)
    docker().setFloating(True)
    docker().resize(250, 860)
    yield 300
    shot("queue")
    click("adjust")
    yield 300
    shot("queue-adjust")
    click("adjust")
    click(panel().waiting.rows[2].earlier)
    yield 300
    click(panel().waiting.rows[2].remove)
    yield 300
    results["changed"] = titles()
    results["menu"] = yield from select_and_add(document)
    results["with layers"] = titles()
    node(document, "Great Wave").remove()
    yield 300
    click("keep")
    yield lambda: not controller().is_busy
    yield 500
    results["names"] = names(document)
    results["failures"] = [row.text.text() for row in panel().waiting.failures]
    results["active"] = document.activeNode().name()
    shot("queue-failures")
    yield from closed_with_a_queue(results, document)


def titles():
    return [row.name.text() for row in panel().waiting.rows]


def select_and_add(document):
    """Select both layers in Krita's list of layers, and add them to the queue."""
    panel().styles.rows[1].remove.click()
    layers = next(found for found in krita.dockers() if found.objectName() == "KisLayerBox").findChild(QTreeView)
    model = layers.model()
    for row in range(model.rowCount()):
        layers.selectionModel().select(model.index(row, 0), QItemSelectionModel.Select | QItemSelectionModel.Rows)
    yield 700
    return pick("stylize_more", "Each selected layer (2)")


def closed_with_a_queue(results, document):
    """Close the document of the running job: its waiting pictures are named, and the others are painted."""
    other = yield from photo_and_wave(*SIZE)
    photo, wave = node(other, "Photo"), node(other, "Great Wave")
    for settings in ({"seed": 1}, {}):
        controller().stylize(painting(other, photo, [wave], settings))
    layer, style = document.rootNode().childNodes()[:2]
    controller().stylize(painting(document, layer, [style]))
    yield lambda: controller().state == "painting"
    other.setBatchmode(True)
    other.setModified(False)
    other.close()
    yield lambda: not controller().is_busy
    yield 300
    results["after closing"] = [row.text.text() for row in panel().waiting.failures]
    results["painted after closing"] = len(names(document))
