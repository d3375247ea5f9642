"""Takes pictures of Krita's window while the canvas shows an unfinished picture, for the animation of README."""

from robot import *

SIZE = (600, 400)
PAINTING = SAMPLES.parents[1] / "nst_core" / "studio" / "paintings" / "road_to_tarascon.jpg"
SHOWN = ("KisLayerBox", "neural_style_docker")


def main(results):
    document = yield from photo_and_wave(*SIZE)
    painting = image_bytes(QImage(str(PAINTING)).scaled(*SIZE))
    node(document, "Great Wave").setPixelData(QByteArray(painting), 0, 0, *SIZE)
    node(document, "Great Wave").setName("Tarascon")
    divide = yield from pose(980, 640, SHOWN)
    divide(215, 385)
    pick("add_style", "Tarascon")
    click("on_canvas")
    yield 1000
    krita.action("zoom_to_fit").trigger()
    panel().scroll.verticalScrollBar().setValue(0)
    yield 1000
    shot("000", whole=True)
    click("stylize")
    yield lambda: controller().state == "painting"
    count = 0
    while not is_idle():
        count += 1
        shot(f"{count:03}", whole=True)
        yield 400
    results["failure"] = failure_text()
    yield 1500
    shot("end", whole=True)
