"""Animate: frames of a layer become a new animated layer in one step. After a stop, the finished ones are kept."""

from robot import *

SIDE = 96
TIMES = (0, 2, 4, 6)
DEPTH = os.environ["NEURAL_STYLE_DEPTH"]


def main(results):
    document = open_document(SIDE, SIDE, depth=DEPTH)
    yield from animate_photo(document)
    docker().setFloating(True)
    docker().resize(250, 680)
    pick("add_style", "Great Wave")
    yield 300
    choose("quality", "Draft")
    results["before"] = state(document)
    undo = plugin("undo")
    steps = undo.place(document)

    yield from ask_for_animation()
    shot("animate", window=dialog())
    results["proposal"] = [dialog().first.value(), dialog().last.value()]
    click(dialog_button())
    yield lambda: controller().state == "painting"
    yield lambda: panel().progress.line.status.text().startswith("Frame 2 of 4")
    results["progress"] = panel().progress.line.status.text()
    shot("animating")
    yield is_idle
    results["failure"] = failure_text()
    yield 500
    shot("animated-window", whole=True)
    results["after"] = state(document)
    results["steps"] = undo.place(document).done - steps.done
    layer = document.rootNode().childNodes()[1]
    results["space"] = [layer.colorModel(), layer.colorDepth(), layer.colorProfile() == document.colorProfile()]
    results["keys"] = [time for time in range(9) if layer.hasKeyframeAtTime(time)]
    results["frames"] = [differs(layer, node(document, "Photo"), time) for time in TIMES]
    results["distinct"] = len({bytes(layer.pixelDataAtTime(0, 0, SIDE, SIDE, time)) for time in TIMES})
    results["left"] = [str(path) for path in films().rglob("*")]
    krita.action("edit_undo").trigger()
    yield 500
    results["after undo"] = names(document)
    krita.action("edit_redo").trigger()
    yield 500
    results["after redo"] = names(document)

    yield from ask_for_animation()
    click(dialog_button())
    yield lambda: panel().progress.line.status.text().startswith("Frame 3 of 4")
    click("keep")
    yield is_idle
    yield 500
    layer = document.rootNode().childNodes()[2]
    results["kept"] = [time for time in range(9) if layer.hasKeyframeAtTime(time)]
    results["blank at the end"] = not any(bytes(layer.pixelDataAtTime(0, 0, SIDE, SIDE, results["kept"][-1])))
    results["left at last"] = [str(path) for path in films().rglob("*")]
    results["saved"] = document.saveAs(str(HOME / "film.kra"))


def animate_photo(document):
    """Make a photo that moves to the left, with two frames for each position, and a hidden style."""
    photo = document.rootNode().childNodes()[0]
    photo.setName("Photo")
    wide = picture("chelsea", SIDE + 30, SIDE)
    for moment in TIMES:
        document.setActiveNode(photo)
        document.setCurrentTime(moment)
        document.waitForDone()
        yield 150
        krita.action("add_blank_frame").trigger()
        document.waitForDone()
        yield 150
        rows = [wide[4 * ((SIDE + 30) * row + 4 * moment) :][: 4 * SIDE] for row in range(SIDE)]
        photo.setPixelData(native(b"".join(rows)), 0, 0, SIDE, SIDE)
    wave = document.createNode("Great Wave", "paintlayer")
    wave.setPixelData(native(picture("great_wave", SIDE, SIDE)), 0, 0, SIDE, SIDE)
    document.rootNode().addChildNode(wave, None)
    wave.setVisible(False)
    yield 500
    document.setFullClipRangeEndTime(7)
    document.setActiveNode(photo)
    document.setCurrentTime(3)
    document.waitForDone()
    document.refreshProjection()
    yield 500


def native(data):
    """Convert 8-bit bytes to the depth of the document."""
    return QByteArray(data if DEPTH == "U8" else bytes(byte for value in data for byte in (value, value)))


def ask_for_animation():
    krita.activeDocument().setActiveNode(node(krita.activeDocument(), "Photo"))
    yield lambda: panel().content.currentText().startswith("Photo")
    panel().stylizing.for_frames.trigger()
    yield lambda: dialog() is not None
    yield 300


def dialog():
    found = panel().findChildren(plugin("range_dialog").RangeDialog)
    return next((one for one in found if one.isVisible()), None)


def dialog_button():
    from PyQt5.QtWidgets import QPushButton

    return dialog().findChild(QPushButton, "animate")


def state(document):
    return [names(document), document.currentTime(), document.activeNode().name(), len(krita.documents())]


def differs(layer, content, moment):
    """Return True if the painted frame is opaque and differs from the content."""
    painted, plain = (bytes(one.pixelDataAtTime(0, 0, SIDE, SIDE, moment)) for one in (layer, content))
    step = len(painted) // (SIDE * SIDE)
    return len(painted) == len(plain) and painted != plain and set(painted[step - 1 :: step]) == {255}


def films():
    return HOME / "nst" / "cache" / "films"
