"""Helpers of the docker's tests: they click, and list the visible layers."""

from __future__ import annotations

from typing import Any, List, Tuple

from PyQt5.QtCore import Qt

from nst_core.job.events import Result
from nst_core.job.pixels import PixelBuffer


def click(widget: Any) -> None:
    from PyQt5.QtTest import QTest
    from PyQt5.QtWidgets import QApplication

    for _ in range(2):  # Qt first places a widget that has just appeared, and then the scroll areas around it.
        QApplication.processEvents()
    assert widget.isVisible() and widget.isEnabled()
    QTest.mouseClick(widget, Qt.LeftButton)


def seen(document: Any) -> List[str]:
    """Return the names of the visible layers, the lowest first."""
    return [node.name() for node in document.root.childNodes() if node.visible()]


def follow(studio: Any, panel: Any) -> Any:
    document = studio.open()
    panel.leave_for(studio.documents.Document(document))
    panel.show_document(studio.documents.Document(document))
    return document


def add_style(panel: Any, name: str = "Style") -> None:
    panel.add.fill_menu()
    next(action for action in panel.add.menu().actions() if action.text().strip() == name).trigger()


def finish_steps(steps: Any) -> Any:
    """Run steps to their end, and return their result."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def named(panel: Any, name: str) -> Any:
    from PyQt5.QtWidgets import QWidget

    return panel.findChild(QWidget, name)


def result(size: Tuple[int, int] = (4, 3)) -> Result:
    return Result(PixelBuffer(*size, "rgba-f32", bytes(16 * size[0] * size[1])), True, 1.0, "cpu", 5)


def painted(studio: Any, panel: Any) -> Any:
    """Return a document whose active layer was painted by the docker."""
    document = follow(studio, panel)
    add_style(panel)
    click(panel.button)
    finish(studio)
    document.active = document.root.childNodes()[1]
    panel.look_again()
    return document


def finish(studio: Any) -> None:
    """Let the engine finish the picture."""
    studio.until(studio.is_painting)
    studio.send(result())
    studio.until(studio.is_idle)


def choose_style(studio: Any, panel: Any, document: Any) -> None:
    """Choose the topmost layer as a style."""
    here = studio.documents.Document(document)
    style = document.root.childNodes()[-1].uniqueId().toString()
    panel.styles.add(studio.styles.Choice(studio.styles.LayerSource(here, style)))
