"""The positions of the other dockers in a low window when a job begins, shows a preview, ends and fails."""

from robot import *

SIZE = (48, 32)


def main(results):
    window = krita.activeWindow().qwindow()
    window.resize(1100, 620)
    panel()
    document = yield from photo_and_wave(*SIZE)
    yield 500
    docker().setFloating(False)
    window.resizeDocks([docker()], [250], Qt.Horizontal)
    pick("add_style", "Great Wave")
    yield 500
    before = places()
    results["shown"] = len(before)
    shot("layout-idle", whole=True)
    photo, wave = node(document, "Photo"), node(document, "Great Wave")
    controller().stylize(painting(document, photo, [wave], {"seed": 1}))
    yield lambda: controller().state == "painting" and panel().progress.picture.isVisible()
    yield 300
    shot("layout-painting", whole=True)
    results["painting"] = places() == before
    controller().stop(True)
    yield is_idle
    yield 300
    results["done"] = places() == before
    controller().stylize(painting(document, photo, [wave], {"seed": 3}))
    yield lambda: bool(failure_text())
    click("details")
    yield 300
    shot("layout-failed", whole=True)
    results["failed"] = places() == before


def places():
    """Return the position of each visible docker."""
    shown = [docker for docker in krita.dockers() if docker.isVisible()]
    return {docker.objectName(): docker.geometry().getRect() for docker in shown}
