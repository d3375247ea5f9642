"""Measures how long a timer in Krita's event loop waits while a large picture is read, previewed and inserted."""

from robot import *

SIZES = {"U8": (2048, 1536), "U16": (1024, 768)}
#: The settings for a real engine. The stand-in returns the content, and sends previews until it is stopped.
PAINT = {"quality": "draft", "size": 512}
ECHO, WORK = {"seed": 0}, {"seed": 1}


def main(results):
    panel()
    is_real = os.environ.get("NEURAL_STYLE_REAL")
    for depth in SIZES:
        document = yield from large_document(depth)
        pulse = Pulse()
        yield 1000
        figures = {"idle": pulse.stop()}
        figures["result"] = yield from job(document, PAINT if is_real else ECHO)
        figures["canvas"] = yield from job(document, PAINT if is_real else WORK, on_canvas=True)
        results[f"{depth}, real engine" if is_real else depth] = figures
        document.setModified(False)
        document.close()
        yield 1000


def large_document(depth):
    document = yield from photo_and_wave(*SIZES[depth])
    if depth != "U8":
        document.setBatchmode(True)
        document.setColorSpace("RGBA", depth, "sRGB-elle-V2-g10.icc")
        document.waitForDone()
    yield 2000
    return document


def job(document, settings, on_canvas=False):
    """Return the longest waits of one job. A job of the stand-in with previews is stopped after some of them."""
    photo, wave = node(document, "Photo"), node(document, "Great Wave")
    pulse = Pulse()
    controller().stylize(painting(document, photo, [wave], settings, on_canvas))
    if settings == WORK:
        yield lambda: len(names(document)) == 3
        yield 1500
        controller().stop(True)
    yield is_idle
    yield 200
    waits = pulse.stop()
    assert not failure_text(), panel().message.report()
    document.rootNode().childNodes()[1].remove()
    yield 1000
    return waits
