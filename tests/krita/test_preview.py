"""The preview is as large as the docker allows. The user can enlarge it, compare it, and show it on the canvas."""

from __future__ import annotations

from typing import Any

from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QMouseEvent, QWheelEvent

from nst_core.job.events import Preview, Result
from nst_core.job.pixels import PixelBuffer
from tests.krita.docker import click, seen

GREEN, YELLOW, RED = (0, 255, 0), (255, 255, 0), (255, 0, 0)


def picture(width: int = 40, height: int = 30) -> PixelBuffer:
    """Return a picture that is green at the left and yellow at the right."""
    half = width // 2
    row = bytes([*GREEN, 255]) * half + bytes([*YELLOW, 255]) * (width - half)
    return PixelBuffer(width, height, "rgba-u8", row * height)


def paint(studio: Any, panel: Any, *size: int) -> Any:
    """Start a job, and return the view of its preview."""
    panel.add.fill_menu()
    next(action for action in panel.add.menu().actions() if action.text().strip() == "Style").trigger()
    click(panel.button)
    studio.until(studio.is_painting)
    studio.send(Preview(picture(*size)))
    for _ in range(3):  # The docker makes space for the preview in several steps.
        studio.application.processEvents()
    return panel.progress.picture


def turn(studio: Any, view: Any, position: QPointF, steps: int) -> None:
    """Turn the wheel while the pointer is at ``position``."""
    for _ in range(abs(steps)):
        angle = QPoint(0, 120 if steps > 0 else -120)
        event = QWheelEvent(position, position, QPoint(), angle, Qt.NoButton, Qt.NoModifier, Qt.NoScrollPhase, False)
        studio.application.sendEvent(view, event)


def color_at(view: Any, x: float, y: float) -> Any:
    """Return the color at a point of the view. The view is 1 wide and 1 high."""
    image = view.grab().toImage()
    return image.pixelColor(int(x * image.width()), int(y * image.height())).getRgb()[:3]


def test_a_click_enlarges_the_preview_to_100_percent_and_back(studio: Any, panel: Any) -> None:
    view = paint(studio, panel, 1000, 750)
    fitting = view.scale
    assert view.isVisible() and fitting < 0.3 and view.width() > 200
    assert color_at(view, 0.25, 0.5) == GREEN and color_at(view, 0.75, 0.5) == YELLOW
    click(view)
    assert view.scale == 1.0
    click(view)
    assert view.scale == fitting


def test_the_enlarged_preview_is_moved_by_dragging(studio: Any, panel: Any) -> None:
    from PyQt5.QtTest import QTest

    view = paint(studio, panel, 1000, 750)
    click(view)
    middle = view.rect().center()
    QTest.mousePress(view, Qt.LeftButton, pos=middle)
    for step in range(1, 9):
        to = QPointF(middle.x() - 30 * step, middle.y())
        event = QMouseEvent(QEvent.MouseMove, to, Qt.NoButton, Qt.LeftButton, Qt.NoModifier)
        studio.application.sendEvent(view, event)
    QTest.mouseRelease(view, Qt.LeftButton, pos=middle)
    assert view.scale == 1.0, "the end of a drag is no click"
    assert color_at(view, 0.1, 0.5) == YELLOW, "240 pixels further right"


def test_the_wheel_enlarges_the_preview_around_the_pointer(studio: Any, panel: Any) -> None:
    view = paint(studio, panel)
    fitting = view.scale
    position = QPointF(view.width() * 0.6, 5)
    turn(studio, view, position, 3)
    assert fitting < view.scale <= 8
    assert color_at(view, 0.6, 0.5) == YELLOW, "the point below the pointer stays"
    assert color_at(view, 0.3, 0.5) == GREEN
    turn(studio, view, position, -9)
    assert view.scale == fitting, "never smaller than the docker allows"


def test_the_keys_do_what_the_mouse_does(studio: Any, panel: Any) -> None:
    from PyQt5.QtTest import QTest

    view = paint(studio, panel, 1000, 750)
    fitting = view.scale
    view.setFocus()
    QTest.keyClick(view, Qt.Key_Space)
    assert view.scale == 1.0
    for _ in range(6):
        QTest.keyClick(view, Qt.Key_Right)
    assert color_at(view, 0.1, 0.5) == YELLOW, "240 pixels further right"
    QTest.keyClick(view, Qt.Key_Plus)
    assert view.scale > 1.0
    QTest.keyClick(view, Qt.Key_Minus)
    QTest.keyClick(view, Qt.Key_Space)
    assert view.scale == fitting
    assert view.accessibleName() and "Space" in view.accessibleDescription()


def test_the_content_is_seen_in_the_preview_while_the_button_is_held(studio: Any, panel: Any) -> None:
    from PyQt5.QtTest import QTest

    view = paint(studio, panel)
    assert color_at(view, 0.25, 0.5) == GREEN
    QTest.mousePress(panel.progress.compare, Qt.LeftButton)
    assert color_at(view, 0.25, 0.5) == RED
    QTest.mouseRelease(panel.progress.compare, Qt.LeftButton)
    assert color_at(view, 0.25, 0.5) == GREEN


def test_the_preview_is_as_wide_as_the_docker_and_lower_in_a_low_one(studio: Any, panel: Any) -> None:
    view = paint(studio, panel, 40, 30)
    studio.until(lambda: view.width() > 220 and view.height() == view.width() * 30 // 40)
    panel.resize(400, 900)
    studio.until(lambda: view.width() > 370 and view.height() == view.width() * 30 // 40)
    panel.resize(400, 440)
    studio.until(lambda: view.width() > 350 and view.height() == 220)
    assert color_at(view, 0.4, 0.5) == GREEN and color_at(view, 0.6, 0.5) == YELLOW, "all of it is seen"


def test_the_preview_on_the_canvas_is_switched_while_it_is_painted(studio: Any, document: Any, panel: Any) -> None:
    preview = Preview(picture(4, 3))
    paint(studio, panel)
    assert seen(document) == ["Background", "Style"] and not panel.progress.on_canvas.isChecked()
    click(panel.progress.on_canvas)
    studio.send(preview)
    studio.until(lambda: len(seen(document)) == 3)
    click(panel.progress.on_canvas)
    assert seen(document) == ["Background", "Style"]
    studio.send(preview)
    studio.application.processEvents()
    assert seen(document) == ["Background", "Style"]
    click(panel.progress.on_canvas)
    assert len(seen(document)) == 3
    click(panel.progress.on_canvas)
    studio.send(Result(picture(4, 3), True, 1.0, "cpu", 5))
    studio.until(studio.is_idle)
    assert seen(document) == ["Background", "Style \u2013 Neural Style", "Style"], "the result is seen in any case"
    assert [step[0] for step in document.undo] == ["add"] and not panel.on_canvas.isChecked()
