"""Tools for the scripts: clicks on real widgets, documents with pictures, and their content."""

import json
import os
import sys
import time
from pathlib import Path

from krita import Krita
from PyQt5.QtCore import QByteArray, QPoint, Qt, QTimer
from PyQt5.QtGui import QImage
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QToolButton

HOME = Path(os.environ["HOME"])
SAMPLES = Path(__file__).resolve().parents[4] / "docs" / "samples"
krita = Krita.instance()


# -- documents


def picture(name, width, height):
    """Return a sample picture as the bytes of Krita's RGBA U8."""
    image = QImage(str(SAMPLES / f"{name}.jpg")).scaled(width, height, Qt.IgnoreAspectRatio, Qt.SmoothTransformation)
    return image_bytes(image)


def image_bytes(image):
    image = image.convertToFormat(QImage.Format_ARGB32)
    bits = image.constBits()
    bits.setsize(image.width() * image.height() * 4)
    return bytes(bits)


def open_document(width, height, name="Test", model="RGBA", depth="U8", profile=""):
    """Open a new document with one transparent layer in the window."""
    document = krita.createDocument(width, height, name, model, depth, profile, 72.0)
    krita.activeWindow().addView(document)
    return document


def add_layer(document, name, data, x, y, width, height):
    node = document.createNode(name, "paintlayer")
    node.setPixelData(QByteArray(data), x, y, width, height)
    document.rootNode().addChildNode(node, None)
    return node


def photo_and_wave(width=96, height=72):
    """Open a document with an active photo, and above it a hidden style layer."""
    document = open_document(width, height)
    photo = document.rootNode().childNodes()[0]
    photo.setName("Photo")
    photo.setPixelData(picture("chelsea", width, height), 0, 0, width, height)
    wave = add_layer(document, "Great Wave", picture("great_wave", width, height), 0, 0, width, height)
    wave.setVisible(False)
    document.refreshProjection()
    yield 500  # Krita makes a new layer active when its event loop runs.
    document.setActiveNode(photo)
    yield 200
    return document


def names(document):
    """Return the names of the layers, the lowest first."""
    return [node.name() for node in document.rootNode().childNodes()]


def node(document, name):
    return document.nodeByName(name)


def pixels(node, width, height):
    return bytes(node.pixelData(0, 0, width, height))


# -- the docker


def docker():
    krita.action("neural_style_show").trigger()
    return next(docker for docker in krita.dockers() if docker.objectName() == "neural_style_docker")


def panel():
    return docker().widget()


def plugin(module):
    return sys.modules[f"neural_style.{module}"]


def controller():
    return plugin("docker").controller()


def widget(name):
    """Return the docker's widget with this name, after scrolling to it."""
    from PyQt5.QtWidgets import QWidget

    found = panel().findChild(QWidget, name)
    assert found is not None, f"no widget {name}"
    panel().scroll.ensureWidgetVisible(found)
    return found


def is_idle():
    return controller().state == "idle"


def failure_text():
    return widget("failure_text").text() if panel().message.isVisible() else ""


# -- clicks and keys


def click(name_or_widget, position=None):
    target = widget(name_or_widget) if isinstance(name_or_widget, str) else name_or_widget
    assert target.isVisible() and target.isEnabled(), f"{name_or_widget} can't be clicked"
    QTest.mouseClick(target, Qt.LeftButton, Qt.NoModifier, position or QPoint())


def pick(name, text):
    """Click on a button (or its name) with a menu, and then on the entry whose text ends with ``text``."""
    seen = []

    def choose():
        menu = QApplication.activePopupWidget()
        seen.extend(action.text() for action in menu.actions())
        action = next((a for a in menu.actions() if a.text().strip().endswith(text)), None)
        if action is None:
            menu.close()
            return
        QTest.mouseClick(menu, Qt.LeftButton, Qt.NoModifier, menu.actionGeometry(action).center())

    QTimer.singleShot(400, choose)
    click(name)
    return seen


def choose(name, text):
    """Open a combo box, and click on the entry with this text."""
    box = widget(name)
    click(box)
    view = box.view()
    index = box.model().index(box.findText(text), 0)
    assert index.isValid(), f"{text} is not in {[box.itemText(i) for i in range(box.count())]}"
    view.scrollTo(index)
    # A combo box ignores a release within the time of a double click after it has opened.
    QTest.qWait(QApplication.doubleClickInterval() + 50)
    QTest.mouseClick(view.viewport(), Qt.LeftButton, Qt.NoModifier, view.visualRect(index).center())


def enter(name, text):
    """Type a number into a field, and leave the field."""
    field = widget(name)
    line = getattr(field, "spin", field).lineEdit()
    click(line, QPoint(5, 5))
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key_Return)


def shot(name, whole=False, window=None):
    """Take a screenshot of the docker, of the whole window, or of another window, if the test needs it."""
    folder = os.environ.get("NEURAL_STYLE_SHOTS")
    if folder:
        target = window or (krita.activeWindow().qwindow() if whole else docker())
        QApplication.processEvents()
        target.grab().save(f"{folder}/{krita.version()}-{name}.png")


def pose(width, height, shown):
    """Arrange the window for pictures: this size, only the dockers ``shown``, and the whole picture.

    Return a function that sets the heights of the layer list and of the plug-in's docker.
    """
    window = krita.activeWindow().qwindow()
    window.resize(width, height)
    yield 1500
    docker().setFloating(False)
    for found in krita.dockers():
        if found.objectName() not in shown:
            found.close()
    panel().presets.reset.trigger()
    yield 1000
    krita.action("zoom_to_fit").trigger()
    window.findChild(QToolButton, "PanTool").click()  # A brush would show its outline in the picture's corner.
    window.resizeDocks([docker()], [250], Qt.Horizontal)
    layers = next(found for found in krita.dockers() if found.objectName() == "KisLayerBox")
    return lambda *heights: window.resizeDocks([layers, docker()], heights, Qt.Vertical)


class Pulse:
    """A timer in Krita's event loop, which records its longest delay."""

    def __init__(self):
        self.delays, self._last = [], time.monotonic()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(20)

    def _beat(self):
        now = time.monotonic()
        self.delays.append((round(1000 * (now - self._last)) - 20, controller().state))
        self._last = now

    def stop(self):
        self._timer.stop()
        return sorted(self.delays)[-5:]


def dump(name, pixels):
    """Write a PixelBuffer to a place where the test finds it."""
    (HOME / f"{name}.bin").write_bytes(bytes(pixels.data))
    return {"width": pixels.width, "height": pixels.height, "format": pixels.format, "file": f"{name}.bin"}


def finish_steps(steps):
    """Run a generator of the plug-in to its end, and return its result."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def loads(text):
    return json.loads(text)


def painting(document, content, styles, settings=None, on_canvas=False):
    """Return the painting that a click on Stylize would order."""
    here = plugin("document").Document(document)
    sources = (plugin("styles").LayerSource(here, node.uniqueId().toString()) for node in styles)
    chosen = tuple(map(plugin("styles").Choice, sources))
    values = plugin("painting").Settings.from_dict(settings or {})
    content_id = content if isinstance(content, str) else content.uniqueId().toString()
    return plugin("painting").Painting(here, content_id, chosen, values, on_canvas)


def paint(document, content, styles, settings=None, on_canvas=False):
    """Paint a layer without the docker. Return the new layer or None, and the error or None."""
    errors = []
    controller().failed.connect(errors.append)
    before = set(ids(document))
    controller().stylize(painting(document, content, styles, settings, on_canvas))
    yield is_idle
    yield 100
    controller().failed.disconnect(errors.append)
    new = [found for found in every_node(document.rootNode()) if found.uniqueId().toString() not in before]
    return (new[0] if new else None), (str(errors[0]) if errors else "")


def every_node(parent):
    for child in parent.childNodes():
        yield child
        yield from every_node(child)


def ids(document):
    return [found.uniqueId().toString() for found in every_node(document.rootNode())]
