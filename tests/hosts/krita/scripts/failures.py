"""Each failure is a sentence in the docker with a remedy. No window and no traceback appear; the next job works."""

import signal

from PyQt5.QtWidgets import QFileDialog
from robot import *

SIZE = (48, 32)


def main(results):
    panel()
    yield 300
    results["at start"] = failure_text()
    results["modal"] = QApplication.activeModalWidget() is not None
    if results["at start"]:
        shot("no-engine")
        return
    click("stylize")
    yield 200
    results["no document"] = failure_text()
    document = yield from photo_and_wave(*SIZE)
    results["document opened"] = failure_text()
    photo, wave = node(document, "Photo"), node(document, "Great Wave")
    click("stylize")
    yield 200
    results["no style"] = failure_text()
    shot("no-style")
    pick("add_style", "Great Wave")
    yield 200
    results["style added"] = failure_text()
    results["refused"] = {}
    for name, data in no_pictures():
        (HOME / name).write_bytes(data)
        panel().message.hide()
        panel().add.choose_files()
        dialog = panel().findChildren(QFileDialog)[-1]
        dialog.filesSelected.emit([str(HOME / name)])
        dialog.close()
        yield lambda: bool(failure_text())
        results["refused"][name] = failure_text()
    results["styles"] = [row.source.name for row in panel().styles.rows]
    results["documents"] = len(krita.documents())

    for name, seed in (("crash", 2), ("starve", 3)):
        controller().stylize(painting(document, photo, [wave], {"seed": seed}))
        yield is_idle
        yield 200
        results[name] = failure_text()
    shot("failed")
    click("details")
    yield 200
    results["details"] = widget("details_text").toPlainText()
    shot("details")
    click("copy_report")
    results["report"] = QApplication.clipboard().text()

    controller().stylize(painting(document, photo, [wave], {"seed": 1}))
    yield lambda: controller().state == "painting" and panel().progress.picture.isVisible()
    began = time.monotonic()
    for child in children():
        os.kill(child, signal.SIGKILL)
    yield is_idle
    results["killed"] = failure_text()
    results["noticed after"] = time.monotonic() - began
    results["names"] = names(document)

    layer, error = yield from paint(document, photo, [wave])
    results["next job"] = [error, layer is not None]
    wave.remove()
    yield 300
    click("stylize")
    yield is_idle
    yield 200
    results["style deleted"] = failure_text()
    results["modal"] = QApplication.activeModalWidget() is not None


def no_pictures():
    """Return files that a user may mistake for pictures, and their content."""
    sample = SAMPLES / "great_wave.jpg"
    image, picture_file = QImage(str(sample)), HOME / "whole.png"
    image.save(str(picture_file))
    yield "notes.txt", b"Buy more blue.\n"
    yield "notes.jpg", b"Buy more blue.\n"
    yield "empty.png", b""
    yield "broken.png", picture_file.read_bytes()[:20000]


def children():
    """Return the ids of this Krita's child processes that run a worker."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        fields = status.read_text().rsplit(")", 1)[1].split()
        if int(fields[1]) == os.getpid():
            found.append(int(status.parent.name))
    return found
