"""What the tests of the docker do with it: clicking, and looking at which layers are seen."""

from __future__ import annotations

from typing import Any, List

from PyQt5.QtCore import Qt


def click(widget: Any) -> None:
    from PyQt5.QtTest import QTest
    from PyQt5.QtWidgets import QApplication

    for _ in range(2):  # A widget that has just appeared gets its place, then the scroll areas around it.
        QApplication.processEvents()
    assert widget.isVisible() and widget.isEnabled()
    QTest.mouseClick(widget, Qt.LeftButton)


def seen(document: Any) -> List[str]:
    """The names of the visible layers, the lowest first."""
    return [node.name() for node in document.root.childNodes() if node.visible()]
