"""Takes the pictures of Krita for the manual and the README, with the real engine."""

from PyQt5.QtWidgets import QToolButton
from robot import *

SIZE = (600, 400)
SHOWN = ("KisLayerBox", "neural_style_docker", "ToolBox")


def main(results):
    window = krita.activeWindow().qwindow()
    window.resize(1120, 900)
    document = yield from photo_and_wave(*SIZE)
    yield 1500
    docker().setFloating(False)
    for found in krita.dockers():
        if found.objectName() not in SHOWN:
            found.close()
    panel().presets.reset.trigger()
    yield 1000
    krita.action("zoom_to_fit").trigger()
    window.findChild(QToolButton, "PanTool").click()  # A brush would show its outline in the picture's corner.
    window.resizeDocks([docker()], [250], Qt.Horizontal)
    layers = next(found for found in krita.dockers() if found.objectName() == "KisLayerBox")
    window.resizeDocks([layers, docker()], [170, 720], Qt.Vertical)
    yield 1000
    shot("empty")
    pick("add_style", "Great Wave")
    yield 500
    shot("ready")
    shot("ready-window", whole=True)
    click("stylize")
    yield lambda: controller().state == "painting"
    yield lambda: panel().progress.line.bar.value() > 350 or is_idle()
    shot("painting")
    shot("painting-window", whole=True)
    yield is_idle
    results["failure"] = failure_text()
    window.resizeDocks([layers, docker()], [290, 600], Qt.Vertical)  # So that all three layers are seen.
    yield 1500
    shot("done-window", whole=True)
    window.resizeDocks([layers, docker()], [170, 720], Qt.Vertical)
    document.setActiveNode(document.rootNode().childNodes()[1])
    yield 1500
    shot("repeat")
    panel().form.fold.setChecked(True)
    docker().setFloating(True)
    docker().resize(250, 980)
    yield 1000
    shot("more")
