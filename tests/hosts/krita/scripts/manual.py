"""Opens Krita's list of plug-ins, and reads the manual that it shows."""

import re

from PyQt5.QtCore import QUrl
from PyQt5.QtGui import QTextDocument
from PyQt5.QtWidgets import QListView, QTextBrowser, QTreeView
from robot import *


def main(results):
    yield 500
    QTimer.singleShot(2500, lambda: look(results))
    krita.action("options_configure").trigger()
    yield 500


def look(results):
    dialog = QApplication.activeModalWidget()
    try:
        browser = show_manual(dialog)
        results["text"] = browser.toPlainText()[:200]
        sources = re.findall('<img src="([^"]+)"', browser.document().toHtml())
        found = [browser.document().resource(QTextDocument.ImageResource, QUrl(source)) for source in sources]
        results["pictures"] = [picture.width() for picture in found]
        shot_of(dialog)
    finally:
        dialog.reject()


def show_manual(dialog):
    """Click on the page of the plug-ins, and there on our plug-in. Return the widget with its manual."""
    click_on(dialog, QListView, "Python Plugin Manager")
    click_on(dialog, QTreeView, "Neural Style")
    return next(browser for browser in dialog.findChildren(QTextBrowser) if "Neural Style" in browser.toPlainText())


def click_on(dialog, kind, text):
    for view in dialog.findChildren(kind):
        model = view.model()
        for row in range(model.rowCount() if model else 0):
            index = model.index(row, 0)
            if str(index.data()).replace("\n", " ") == text:
                view.setCurrentIndex(index)
                QTest.mouseClick(view.viewport(), Qt.LeftButton, Qt.NoModifier, view.visualRect(index).center())
                QApplication.processEvents()


def shot_of(dialog):
    dialog.resize(1000, 850)
    QApplication.processEvents()
    folder = os.environ.get("NEURAL_STYLE_SHOTS")
    if folder:
        dialog.grab().save(f"{folder}/{krita.version()}-manual.png")
