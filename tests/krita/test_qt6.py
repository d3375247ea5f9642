"""The plug-in works with PyQt6, which Krita 6 has. Only the module ``qt`` knows the difference.

The test imports every module, makes every widget, and checks that nothing loads PyQt5.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
import PyQt6.QtCore  # as Krita 6 has done before it loads a plug-in
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QHelpEvent, QImage, QKeyEvent
from PyQt6.QtWidgets import QApplication, QFileDialog, QLabel, QToolTip
application = QApplication([])
import gc
import importlib
import pkgutil
import sys
from types import SimpleNamespace
import krita
import krita_plugin
for module in pkgutil.iter_modules(krita_plugin.__path__):
    importlib.import_module(f"krita_plugin.{module.name}")
from krita_plugin import qt
from krita_plugin.conversion import brightness
from krita_plugin.document import Document
from krita_plugin.gallery_window import GalleryWindow
from krita_plugin.pictures import image_of
from krita_plugin.range_dialog import RangeDialog, frame_range
from krita_plugin.styles import Choice, FileSource, LayerSource
from nst_core.bridge.record import Record
from nst_core.job.errors import HostError
from nst_core.job.events import Estimate, Progress
from nst_core.job.pixels import PixelBuffer
from nst_core.studio.queue import Queue

document = krita.Document(6, 4, "Photo.kra", ("RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc"))
krita.Krita.instance().open.append(document)
node = document.root.childNodes()[0]
node.setPixelData(bytes([10, 20, 30, 255]) * 24, 0, 0, 6, 4)
document.active = node
docker = krita.Krita.instance().factory.make()
panel, controller = docker.panel, krita_plugin.docker.controller()
controller.warm = lambda: None
panel.show_document(Document(document))
docker.resize(250, 700)
docker.show()
panel.form.fold.setChecked(True)
panel.styles.add(Choice(LayerSource(Document(document), node.uniqueId().toString())))
panel.styles.add(Choice(FileSource(FILE)))
panel.keep_mask.fill()
panel.add.fill_menu()
panel.content.showPopup()
panel.content.hidePopup()
panel.add.open_gallery()
window = panel.findChild(GalleryWindow)
while not window.lists:
    application.processEvents()
tiles = window.lists[0]
window.toggle_favorite(tiles.tiles[0].path)
assert tiles.tiles[0].is_favorite and tiles.menu_of(tiles.tiles[0]).actions()[0].isChecked()
assert not window.grab().toImage().isNull()
place = tiles.visualItemRect(tiles.tiles[0]).center()
rests = QHelpEvent(qt.QtCore.QEvent.Type.ToolTip, place, tiles.viewport().mapToGlobal(place))
application.sendEvent(tiles.viewport(), rests)
while "<img" not in QToolTip.text():
    application.processEvents()
window.close()
panel.add.choose_files()
files = panel.add.findChildren(QFileDialog)[-1]
files.currentChanged.emit(FILE)
picture = files.findChild(QLabel, "file_preview")
while picture.pixmap().isNull():
    application.processEvents()
files.close()
application.clipboard().setImage(QImage(FILE))
panel.setAttribute(qt.Qt.WidgetAttribute.WA_UnderMouse, True)
key = QKeyEvent(qt.QtCore.QEvent.Type.KeyPress, qt.Qt.Key.Key_V, qt.Qt.KeyboardModifier.ControlModifier)
application.sendEvent(panel, key)
while len(panel.styles.rows) < 3:
    application.processEvents()
data = qt.QtCore.QMimeData()
data.setUrls([qt.QtCore.QUrl.fromLocalFile(FILE)])
copy, left, none = qt.Qt.DropAction.CopyAction, qt.Qt.MouseButton.LeftButton, qt.Qt.KeyboardModifier.NoModifier
application.sendEvent(panel, QDragEnterEvent(qt.QtCore.QPoint(9, 9), copy, data, left, none))
application.sendEvent(panel, QDropEvent(qt.QtCore.QPointF(9, 9), copy, data, left, none))
while len(panel.styles.rows) < 4:
    application.processEvents()
panel.presets.box.setCurrentIndex(1)
panel.presets.box.activated.emit(1)
panel.costs.show_estimate(Estimate(1.0, 1, 512))
controller.progressed.emit(Progress(0.5, 10, 4, 1, 0.1))
controller.previewed.emit(image_of(PixelBuffer(1, 1, "rgba-u8", bytes(4))))
Document(document).remember(document.root.childNodes()[0].uniqueId().toString(), Record())
panel.show_document(Document(document))
assert panel.results.list.count() == 1
panel.results.compare.pressed.emit()
panel.results.compare.released.emit()
controller.failed.emit(HostError("It failed.", "Try again."))
queue = Queue()
for name in ("Wave", "Poppies", "Starry Night"):
    queue.add(name, SimpleNamespace(document=Document(document)))
queue.begin()
queue.end(HostError("It failed.", "Try again."))
queue.begin()
panel.waiting.show_queue(queue)
assert (len(panel.waiting.rows), len(panel.waiting.failures)) == (1, 1)
panel.message.details.click()
panel.message.copy.click()
for _ in range(20):
    application.processEvents()
grays = brightness(PixelBuffer(3, 1, "rgba-u8", bytes([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255])))
try:
    while True:
        next(grays)
except StopIteration as end:
    assert list(end.value.data) == [87, 127, 39], "other grays than with PyQt5"
asked = frame_range(panel, 0, 5)
next(asked)
panel.findChild(RangeDialog).accept()
try:
    next(asked)
except StopIteration as end:
    assert end.value == (0, 5)
image = docker.grab().toImage()
assert panel.message.text.text() == "It failed. Try again." and not image.isNull()
made = {kind for thing in gc.get_objects() for kind in type(thing).__mro__}
waiting = [qt.QtCore.QObject]
for kind in waiting:
    waiting += kind.__subclasses__()
    assert kind in made or not kind.__module__.startswith("krita_plugin"), f"{kind} was never made"
assert not [name for name in sys.modules if name.startswith("PyQt5")]
print(qt.BINDING, image.width())
"""


def test_every_widget_runs_with_pyqt6(tmp_path: Path) -> None:
    probe = [sys.executable, "-c", "import PyQt6.QtWidgets"]
    found = subprocess.run(probe, capture_output=True, text=True, check=False)
    if found.returncode:
        reason = f"PyQt6 can't be imported: {found.stderr.strip()[-200:]}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    paths = os.pathsep.join([str(ROOT), str(Path(__file__).parent / "fake")])
    environment = {
        **os.environ,
        "PYTHONPATH": paths,
        "QT_QPA_PLATFORM": "offscreen",
        "NEURAL_STYLE_HOME": str(tmp_path),
    }
    script = SCRIPT.replace("FILE", repr(str(ROOT / "docs/samples/great_wave.jpg")))
    process = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False, timeout=120
    )
    assert process.returncode == 0, process.stderr
    assert process.stdout.split() == ["PyQt6", "250"]
