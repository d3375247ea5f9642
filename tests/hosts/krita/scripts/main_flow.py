"""From Add style to the new layer, undo, redo, save, reload and repeat, with clicks and the real engine."""

from robot import *

SIZE = (160, 120)


def main(results):
    document = yield from photo_and_wave(*SIZE)
    docker().setFloating(True)
    docker().resize(250, 680)
    yield 300
    shot("empty")
    results["menu"] = pick("add_style", "Great Wave")
    yield 300
    results["styles"] = [row.source.name for row in panel().styles.rows]
    choose("quality", "Draft")
    enter("size", "96")
    yield 300
    results["settings"] = panel().form.settings().to_dict()
    yield lambda: panel().costs.isVisible()
    results["costs"] = panel().costs.text.text()
    before = {name: pixels(node(document, name), *SIZE).hex() for name in names(document)}
    shot("ready")
    results["job"] = inputs(document)

    pulse = Pulse()
    started = time.monotonic()
    click("stylize")
    yield lambda: controller().state == "painting"
    yield lambda: panel().progress.picture.isVisible() or is_idle()
    shot("painting")
    shot("painting-window", whole=True)
    yield is_idle
    results["seconds"] = time.monotonic() - started
    results["delays"] = pulse.stop()
    results["failure"] = failure_text()
    yield 500
    shot("done")
    shot("done-window", whole=True)

    results["names"] = names(document)
    results["active"] = document.activeNode().name()
    results["unchanged"] = all(pixels(node(document, name), *SIZE).hex() == data for name, data in before.items())
    painted = document.rootNode().childNodes()[1]
    results["space"] = [painted.colorModel(), painted.colorDepth(), painted.colorProfile() == document.colorProfile()]
    first = pixels(painted, *SIZE)
    (HOME / "painted.bin").write_bytes(first)

    krita.action("edit_undo").trigger()
    yield 500
    results["after undo"] = names(document)
    krita.action("edit_redo").trigger()
    yield 500
    results["after redo"] = names(document)
    results["redone pixels"] = pixels(document.rootNode().childNodes()[1], *SIZE) == first

    path = str(HOME / "saved.kra")
    document.setBatchmode(True)
    results["saved"] = document.saveAs(path)
    yield 1000
    document.setModified(False)
    document.close()
    yield 500
    results["no document"] = panel().content.currentText()
    document = krita.openDocument(path)
    krita.activeWindow().addView(document)
    yield 1000
    panel().styles.clear()
    painted = document.rootNode().childNodes()[1]
    # On a busy machine, the first call may be too early.
    yield lambda: document.setActiveNode(painted) or panel().repeat_bar.isVisible()
    shot("repeat")
    click("repeat")
    yield lambda: not is_idle()
    yield is_idle
    yield 500
    results["failure of repeat"] = failure_text()
    results["names after repeat"] = names(document)
    results["repeated pixels"] = pixels(document.rootNode().childNodes()[2], *SIZE) == first


def inputs(document):
    """Return the pixels that the engine gets, as the plug-in reads them."""
    here = plugin("document").Document(document)
    content, style = (node(document, name).uniqueId().toString() for name in ("Photo", "Great Wave"))
    return {
        "content": dump("content", finish_steps(here.read(content, here.visible_extent(content)))),
        "style": dump("style", finish_steps(here.read(style, here.extent(style)))),
    }
