"""Events during a job: stops, previews on the canvas, and a user who continues to work."""

import struct

from krita import Selection
from PyQt5.QtWidgets import QListView
from robot import *

SIZE = (48, 32)
WORK = {"seed": 1}


def main(results):
    panel()
    document = yield from photo_and_wave(*SIZE)
    photo, wave = node(document, "Photo"), node(document, "Great Wave")
    seen = pixels(photo, *SIZE)

    results["selection"] = yield from selections(document, photo, wave)

    yield from begin(document, photo, wave)
    controller().stop(True)
    yield is_idle
    layer = document.rootNode().childNodes()[1]
    results["kept"] = [names(document), pixels(layer, *SIZE) == seen]
    layer.remove()
    yield 300

    yield from begin(document, photo, wave)
    click("discard")
    yield is_idle
    results["discarded"] = names(document)

    yield from begin(document, photo, wave, on_canvas=True)
    yield lambda: len(names(document)) == 3
    results["on canvas"] = names(document)
    yield 500
    shot("on-canvas-window", whole=True)
    sketch = pixels(document.rootNode().childNodes()[1], *SIZE)
    results["sketch is not the content"] = sketch != seen and len(set(sketch)) > 2
    controller().stop(True)
    yield is_idle
    layer = document.rootNode().childNodes()[1]
    results["kept from canvas"] = [names(document), pixels(layer, *SIZE) == seen, document.activeNode().name()]
    krita.action("edit_undo").trigger()
    yield 300
    results["undone in one step"] = names(document)
    krita.action("edit_redo").trigger()
    yield 300
    results["redone"] = pixels(document.rootNode().childNodes()[1], *SIZE) == seen
    document.rootNode().childNodes()[1].remove()
    yield 300

    results["discarded from canvas"] = yield from discarded_from_canvas(document, photo, wave)
    results["discarded after a step"] = yield from discarded_from_canvas(document, photo, wave, step="mine")
    node(document, "mine").remove()
    yield 300

    results["discarded from a saved document"] = yield from discarded_from_a_saved_document(document, photo, wave)
    results["user works"] = yield from user_works(document, photo, wave)
    results["cropped"] = yield from cropped(document, photo, wave)
    results["cropped on canvas"] = yield from cropped(document, photo, wave, on_canvas=True)
    results["other window"] = yield from another_document_in_front(document, photo, wave)
    results["content deleted"] = yield from content_deleted(document, photo, wave)
    results["discarded with a full history"] = yield from discarded_with_a_full_history()
    results["converted"] = []
    for on_canvas in (False, True):
        results["converted"].append((yield from converted(on_canvas)))
    results["closed"] = yield from closed()
    results["windows"] = yield from two_windows()


def begin(document, content, style, on_canvas=False):
    controller().stylize(painting(document, content, [style], WORK, on_canvas))
    yield lambda: controller().state == "painting" and panel().progress.picture.isVisible()


def discarded_from_canvas(document, photo, wave, step="", wait=500):
    """Return the document's layers and history after a discard, with or without another step of the user."""
    before = history()
    yield from begin(document, photo, wave, on_canvas=True)
    yield lambda: len(names(document)) == 3
    yield wait
    if step:
        add_layer(document, step, picture("poppies", *SIZE), 0, 0, *SIZE)
        yield 500
    click("discard")
    yield is_idle
    yield 300
    return [names(document), history() - before]


def discarded_from_a_saved_document(document, photo, wave):
    """Return if the document counts as saved, before the job and after discarded previews."""
    document.setBatchmode(True)
    document.saveAs(str(HOME / "saved.kra"))
    yield 1500
    found = [document.modified()]
    yield from discarded_from_canvas(document, photo, wave, wait=1500)
    return [*found, document.modified()]


def history():
    """Return the number of steps that Undo would undo."""
    docker = next(found for found in krita.dockers() if found.objectName() == "History")
    return docker.findChild(QListView).selectionModel().currentIndex().row()


def selections(document, photo, wave):
    """Return the alphas of new layers without a selection, with a hard and a soft one, and with one outside."""
    found = {}
    small = add_layer(document, "small", picture("coffee", 10, 10), 0, 0, 10, 10)
    yield 300
    for name, content, rect, value in [
        ("hard", photo, (10, 5, 20, 20), 255),
        ("soft", photo, (10, 5, 20, 20), 128),
        ("elsewhere", small, (30, 20, 10, 10), 255),
    ]:
        selection = Selection()
        selection.select(*rect, value)
        document.setSelection(selection)
        yield 100
        layer, error = yield from paint(document, content, [wave])
        if layer is None:
            found[name] = error
            continue
        alphas = pixels(layer, *SIZE)[3::4]
        x, y, width, height = rect
        inside = {alphas[row * SIZE[0] + column] for row in range(y, y + height) for column in range(x, x + width)}
        found[name] = [sorted(inside), sum(1 for alpha in alphas if alpha) == width * height]
        layer.remove()
    document.setSelection(None)
    small.remove()
    yield 300
    return found


def user_works(document, photo, wave):
    """Add and move layers during a job: they stay, and the result follows the content layer."""
    yield from begin(document, photo, wave)
    mine = add_layer(document, "mine", picture("poppies", *SIZE), 0, 0, *SIZE)
    document.setActiveNode(mine)
    photo.move(5, 3)
    yield 300
    controller().stop(True)
    yield is_idle
    yield 300
    layer = document.rootNode().childNodes()[1]
    found = [names(document), bounds(layer), document.activeNode().name()]
    photo.move(0, 0)
    layer.remove()
    mine.remove()
    yield 300
    return found


def cropped(document, photo, wave, on_canvas=False):
    """Remove the left and upper edge of the canvas while the engine paints."""
    yield from begin(document, photo, wave, on_canvas)
    yield lambda: len(names(document)) == 2 + on_canvas
    width, height = document.width() - 9, document.height() - 6
    document.crop(8, 4, width, height)
    yield 500
    controller().stop(True)
    yield is_idle
    layer = document.rootNode().childNodes()[1]
    notice = panel().notice.text()
    same = pixels(layer, width, height) == pixels(photo, width, height)
    layer.remove()
    yield 300
    return [same, notice]


def another_document_in_front(document, photo, wave):
    yield from begin(document, photo, wave)
    other = open_document(20, 20)
    yield 500
    controller().stop(True)
    yield is_idle
    found = [len(names(document)), len(names(other))]
    other.setModified(False)
    other.close()
    yield 500
    document.rootNode().childNodes()[1].remove()
    yield 300
    return found


def content_deleted(document, photo, wave):
    yield from begin(document, photo, wave)
    photo.remove()
    yield 300
    controller().stop(True)
    yield is_idle
    return [names(document), panel().notice.text()]


def discarded_with_a_full_history():
    """Return the rest after a discard with a full history, in which each new step removes the oldest."""
    document = yield from photo_and_wave(*SIZE)
    length = -1
    while history() > length:
        length = history()
        add_layer(document, "short-lived", picture("poppies", *SIZE), 0, 0, *SIZE)
        yield 100
        node(document, "short-lived").remove()
        yield 100
    photo, wave = node(document, "Photo"), node(document, "Great Wave")
    document.setActiveNode(photo)
    left, grown = yield from discarded_from_canvas(document, photo, wave, step="mine")
    document.setModified(False)
    document.close()
    yield 500
    return [left, grown]


def closed():
    document = yield from photo_and_wave(*SIZE)
    yield from begin(document, node(document, "Photo"), node(document, "Great Wave"))
    document.setModified(False)
    document.close()
    yield is_idle
    yield 300
    return failure_text()


def converted(on_canvas):
    """Convert the document to 16 bits during a job. Return the result's space and its difference from the content."""
    panel().message.hide()
    document = yield from photo_and_wave(*SIZE)
    photo = node(document, "Photo")
    yield from begin(document, photo, node(document, "Great Wave"), on_canvas)
    yield lambda: len(names(document)) == 2 + on_canvas
    document.setBatchmode(True)
    document.setColorSpace("RGBA", "U16", "sRGB-elle-V2-srgbtrc.icc")
    yield 500
    controller().stop(True)
    yield is_idle
    layer = document.rootNode().childNodes()[1]
    seen = [struct.unpack(f"<{4 * SIZE[0] * SIZE[1]}H", pixels(one, *SIZE)) for one in (photo, layer)]
    found = [layer.colorDepth(), layer.colorProfile(), max(abs(a - b) for a, b in zip(*seen)), failure_text()]
    document.setModified(False)
    document.close()
    yield 500
    return found


def two_windows():
    """Open two windows with a docker each. Both show a job of either one, and can stop it."""
    document = yield from photo_and_wave(*SIZE)
    krita.openWindow()
    yield 1500
    kind = type(docker())
    dockers = [window.qwindow().findChild(kind) for window in krita.windows()]
    for window, one in zip(krita.windows(), dockers):
        window.qwindow().show()
        one.show()
    yield from begin(document, node(document, "Photo"), node(document, "Great Wave"))
    yield 200
    found = [one.widget().progress.isVisible() for one in dockers]
    click(dockers[-1].widget().progress.keep)
    yield is_idle
    yield 200
    return [found, names(document), [one.widget().notice.text() for one in dockers]]


def bounds(node):
    rect = node.bounds()
    return [rect.x(), rect.y(), rect.width(), rect.height()]
