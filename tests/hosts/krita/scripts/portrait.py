"""Takes the pictures of Krita for the manual and the README, with the real engine."""

from robot import *

SIZE = (600, 400)
SHOWN = ("KisLayerBox", "neural_style_docker", "ToolBox")


def main(results):
    document = yield from photo_and_wave(*SIZE)
    divide = yield from pose(1120, 900, SHOWN)
    divide(170, 720)
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
    divide(290, 600)  # Then all three layers are visible.
    yield 1500
    shot("done-window", whole=True)
    divide(170, 720)
    document.setActiveNode(document.rootNode().childNodes()[1])
    yield 1500
    shot("repeat")
    panel().form.fold.setChecked(True)
    docker().setFloating(True)
    docker().resize(250, 980)
    yield 1000
    shot("more")
