"""Styles that the user drops or pastes: a layer from the layer list, a file, a picture. Then large tooltips."""

from PyQt5.QtCore import QEvent, QMimeData, QPointF, QUrl
from PyQt5.QtGui import QCursor, QDragEnterEvent, QDropEvent, QHelpEvent
from PyQt5.QtWidgets import QToolTip, QTreeView
from robot import *


def main(results):
    document = yield from photo_and_wave(96, 64)
    docker().setFloating(True)
    docker().resize(250, 680)
    yield 300
    results["formats"] = drag_layer(document)
    yield lambda: len(panel().styles.rows) == 1
    drop(files([SAMPLES / "auvers.jpg"]))
    yield lambda: len(panel().styles.rows) == 2
    QApplication.clipboard().setImage(QImage(str(SAMPLES / "poppies.jpg")))
    pick("add_style", "From the clipboard")
    yield lambda: len(panel().styles.rows) == 3
    document.setActiveNode(node(document, "Great Wave"))
    yield 500
    krita.action("edit_copy").trigger()
    yield 500
    panel().setAttribute(Qt.WA_UnderMouse, True)
    widget("add_style").setFocus()
    QTest.keyClick(widget("add_style"), Qt.Key_V, Qt.ControlModifier)
    yield lambda: len(panel().styles.rows) == 4
    yield 500
    results["styles"] = [row.source.name for row in panel().styles.rows]
    results["layers"] = names(document)
    results["failure"] = failure_text()
    shot("arrivals")
    document.setActiveNode(node(document, "Photo"))
    yield 500
    click("stylize")
    yield lambda: len(names(document)) == 3
    results["names"] = names(document)
    results["failure"] += failure_text()
    yield from large(results)


def files(paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drag_layer(document):
    """Drop on the docker the data that Krita's layer list gives for its selected layer."""
    layers = next(found for found in krita.dockers() if found.objectName() == "KisLayerBox").findChild(QTreeView)
    chosen = layers.selectionModel().selectedRows()
    data = layers.model().mimeData(chosen)
    drop(data)
    return data.formats()


def drop(data):
    both = Qt.MoveAction | Qt.CopyAction
    QApplication.sendEvent(panel(), QDragEnterEvent(QPoint(9, 9), both, data, Qt.LeftButton, Qt.NoModifier))
    event = QDropEvent(QPointF(9, 9), both, data, Qt.LeftButton, Qt.NoModifier)
    QApplication.sendEvent(panel(), event)
    assert event.isAccepted() and event.dropAction() == Qt.CopyAction


def large(results):
    """Let the pointer rest on a painting of the gallery."""
    pick("add_style", "From the gallery...")
    kind = plugin("gallery_window").GalleryWindow
    yield lambda: any(window.isVisible() and window.lists for window in panel().findChildren(kind))
    window = next(window for window in panel().findChildren(kind) if window.isVisible())
    yield 1500
    tiles = window.lists[-1]
    place = tiles.visualItemRect(tiles.tiles[1]).center()
    at = tiles.viewport().mapToGlobal(place)
    QCursor.setPos(at)
    QApplication.sendEvent(tiles.viewport(), QHelpEvent(QEvent.ToolTip, place, at))
    seen = []

    def appears():
        tips = [found for found in QApplication.topLevelWidgets() if found.inherits("QTipLabel") and found.isVisible()]
        seen.extend([QToolTip.text(), tip.width(), tip.height()] for tip in tips)
        for tip in tips:
            shot("large", window=tip)
        return bool(seen)

    yield appears
    results["large"] = seen[0][0].count("<img"), "Poppies" in seen[0][0]
    results["size of the tooltip"] = seen[0][1:]
    shot("large-gallery", window=window)
    window.close()
