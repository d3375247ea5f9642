"""A new user's clicks, from a blank document to a second, better result with a bundled style."""

from PyQt5.QtCore import QMimeData, QPointF, QUrl
from PyQt5.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PyQt5.QtWidgets import QWidget
from robot import *

steps = []


def main(results):
    document = open_document(600, 400, "Untitled")
    layer = document.rootNode().childNodes()[0]
    layer.setPixelData(QByteArray(b"\xff" * (4 * 600 * 400)), 0, 0, 600, 400)
    document.refreshProjection()
    docker().setFloating(True)
    docker().resize(250, 620)
    yield 1000
    shot("clicks-0")
    drop_on_canvas(SAMPLES / "chelsea.jpg")
    yield lambda: len(names(document)) == 2
    yield 1000
    shot("clicks-2")
    counted("Choose a painting...", "choose_painting")
    kind = plugin("gallery_window").GalleryWindow
    yield lambda: any(window.isVisible() and window.lists for window in panel().findChildren(kind))
    window = next(window for window in panel().findChildren(kind) if window.isVisible())
    yield 1500
    shot("clicks-3", window=window)
    tiles = window.lists[-1]
    counted("The Great Wave", tiles.viewport(), tiles.visualItemRect(tiles.tiles[0]).center())
    yield lambda: len(panel().styles.rows) == 1
    counted("Stylize", "stylize")
    yield lambda: len(names(document)) == 3 and not controller().is_busy
    yield 500
    shot("clicks-5")
    steps.append("Quality")
    choose("quality", "High")
    steps.append("High")
    counted("Stylize", "stylize")
    yield lambda: len(names(document)) == 4 and not controller().is_busy
    yield 1000
    shot("clicks-8")
    results["steps"] = steps
    results["names"] = names(document)
    results["seen"] = [layer.name() for layer in document.rootNode().childNodes() if layer.visible()]
    results["failure"] = failure_text()


def counted(name, *target):
    steps.append(name)
    click(*target)


def drop_on_canvas(path):
    """Drop a photo from a file manager on the canvas, and let Krita insert it as a new layer."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    canvas = next(found for found in krita.activeWindow().qwindow().findChildren(QWidget) if found.inherits("KisView"))
    place = canvas.rect().center()

    def insert():
        menu = QApplication.activePopupWidget()
        if menu is None:
            QTimer.singleShot(100, insert)
            return
        texts = {action.text().replace("&", ""): action for action in menu.actions()}
        steps.append("Insert as New Layer")
        QTest.mouseClick(menu, Qt.LeftButton, Qt.NoModifier, menu.actionGeometry(texts[steps[-1]]).center())

    QTimer.singleShot(700, insert)
    steps.append("drop the photo on the canvas")
    for event in (QDragEnterEvent, QDragMoveEvent):
        QApplication.sendEvent(canvas, event(place, Qt.CopyAction, data, Qt.LeftButton, Qt.NoModifier))
    QApplication.sendEvent(canvas, QDropEvent(QPointF(place), Qt.CopyAction, data, Qt.LeftButton, Qt.NoModifier))
