"""Imports a zip as a user does: Krita's menu entry, its file dialog, and Yes to activate the plug-in."""

from PyQt5.QtWidgets import QFileDialog, QLineEdit, QMessageBox
from robot import *


def main(results):
    yield 500
    action = krita.action("plugin_importer_file")
    results["entry"] = action.text().replace("&", "")
    QTimer.singleShot(0, action.trigger)  # It returns after the last of its dialogs is closed.
    yield lambda: isinstance(QApplication.activeModalWidget(), QFileDialog)
    yield 500
    dialog = QApplication.activeModalWidget()
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    line.setText(os.environ["NEURAL_STYLE_ZIP"])
    shot("import-file", window=dialog)
    QTest.keyClick(line, Qt.Key_Return)
    yield lambda: isinstance(QApplication.activeModalWidget(), QMessageBox)
    yield 300
    box = QApplication.activeModalWidget()
    results["said"] = box.text()
    shot("import-question", window=box)
    QTimer.singleShot(0, lambda: QTest.mouseClick(box.button(QMessageBox.Yes), Qt.LeftButton))
    yield lambda: QApplication.activeModalWidget() is None
    yield 500
