"""A document from somebody else: its names look like HTML, and a style of its record is a pipe that never ends."""

from PyQt5.QtWidgets import QMessageBox, QToolTip
from robot import *

SIZE = (48, 32)
PIPE = HOME / "pipe.png"


def main(results):
    os.mkfifo(PIPE)
    panel()
    document = yield from photo_and_wave(*SIZE)
    photo, wave = node(document, "Photo"), node(document, "Great Wave")
    wave.setName(f'<img src="{PIPE}">')
    pick("add_style", wave.name())
    yield 300
    region = panel().styles.rows[0].region
    pick(region, wave.name())
    yield 300
    QToolTip.showText(docker().mapToGlobal(QPoint(0, 0)), region.toolTip(), region)
    yield 500
    shot("foreign-name", whole=True)
    results["tooltip"] = [QToolTip.isVisible(), panel().styles.rows[0].source.name == wave.name()]
    panel().styles.clear()
    own = panel().form.settings()
    remember(document, photo)
    document.setActiveNode(wave)
    yield 700
    document.setActiveNode(photo)
    yield lambda: panel().repeat_bar.isVisible()
    pulse = Pulse()
    click("repeat")
    yield lambda: bool(panel().findChildren(QMessageBox))
    box = panel().findChildren(QMessageBox)[-1]
    shot("foreign-question", whole=True)
    results["asked"] = [str(PIPE) in box.text(), box.isModal()]
    click(next(button for button in box.buttons() if "Read" in button.text().replace("&", "")))
    yield lambda: bool(failure_text())
    pulse.stop()
    results["failure"] = failure_text()
    results["styles"] = len(panel().styles.rows)
    results["machine"] = panel().form.settings().on_machine_of(own) == panel().form.settings()
    results["strength"] = panel().form.settings().strength


def remember(document, layer):
    """Store a record as another program could have written it."""
    identity = layer.uniqueId().toString()
    record = {
        "settings": {"strength": 0.25, "device": "cuda:7", "memory": 900.0, "weights": str(PIPE)},
        "styles": [{"reference": {"kind": "file", "name": "wave", "path": str(PIPE)}}],
        "content": {"kind": "layer", "name": layer.name(), "layer": identity},
    }
    data = QByteArray(json.dumps(record).encode())
    document.setAnnotation("neural_style_" + identity.strip("{}"), "Neural Style", data)
