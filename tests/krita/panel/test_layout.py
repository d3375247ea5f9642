"""The docker's layout: narrow and low dockers, columns, and the order of the Tab key."""

from __future__ import annotations

from typing import Any, Iterator

import pytest
from PyQt5.QtCore import Qt

from nst_core.bridge import language
from nst_core.bridge.presets import Presets
from nst_core.job.errors import (
    WorkerDied,
)
from nst_core.job.events import Failed, Preview
from nst_core.job.pixels import PixelBuffer
from tests.krita.docker import add_style, click, follow, named

#: The space in pixels that a theme of Krita needs around the text of a box.
THEME = 12
#: From this character on, scripts have no spaces between words, so Qt breaks them anywhere.
SPACELESS = "\u3000"


def focus_chain(first: Any) -> Iterator[Any]:
    """Yield the widgets in the order of the Tab key."""
    yield first
    widget = first.nextInFocusChain()
    while widget is not first:
        yield widget
        widget = widget.nextInFocusChain()


@pytest.mark.parametrize("code", ["en", *language.available()])
def test_it_fits_into_250_pixels(studio: Any, panel: Any, code: str) -> None:
    from PyQt5.QtGui import QFont

    language.use([code])
    font = studio.application.font()
    studio.application.setFont(QFont("DejaVu Sans", 9))
    try:
        translated = studio.panels.Panel(studio.controller, Presets())
        translated.show()
        translated.form.fold.setChecked(True)
        translated.repeat_bar.show()
        follow(studio, translated)
        add_style(translated)
        inner = translated.scroll.widget()
        bar = translated.scroll.verticalScrollBar().sizeHint().width()
        assert inner.minimumSizeHint().width() + bar + 12 <= 250
        assert translated.minimumSizeHint().width() <= 250
        translated.close()
    finally:
        language.use(["en"])
        studio.application.setFont(font)


def cut_texts(panel: Any) -> Iterator[str]:
    """Yield the texts of boxes and buttons, and the words of labels, that are wider than their space."""
    from PyQt5.QtWidgets import QAbstractSpinBox, QComboBox, QLabel, QPushButton, QStyle, QStyleOptionComboBox

    def too_long(widget: Any, texts: Any, room: int) -> Iterator[str]:
        return (text for text in texts if widget.fontMetrics().horizontalAdvance(text) > room)

    for box in panel.findChildren(QComboBox):
        if box is not panel.content and box.isVisible():  # The content box shortens names in the middle.
            option = QStyleOptionComboBox()
            box.initStyleOption(option)
            field = box.style().subControlRect(QStyle.CC_ComboBox, option, QStyle.SC_ComboBoxEditField, box)
            room = field.width() - (0 if box.isEditable() else THEME)
            yield from too_long(box, [box.itemText(index) for index in range(box.count())], room)
    for spin in panel.findChildren(QAbstractSpinBox):
        if spin.isVisible():
            yield from too_long(spin, [spin.text(), spin.specialValueText()], spin.lineEdit().width())
    for button in panel.findChildren(QPushButton):
        if button.isVisible():
            yield from too_long(button, [button.text()], button.width())
    for label in panel.findChildren(QLabel):
        if label.isVisible() and label.wordWrap():
            yield from too_long(label, (w for w in label.text().split() if max(w) < SPACELESS), label.width())


@pytest.mark.parametrize("code", ["en", *language.available()])
def test_no_word_is_cut_at_250_pixels(studio: Any, panel: Any, code: str) -> None:
    from PyQt5.QtGui import QFont

    language.use([code])
    font = studio.application.font()
    studio.application.setFont(QFont("DejaVu Sans", 9))
    try:
        translated = studio.panels.Panel(studio.controller, Presets())
        translated.resize(250, 700)  # The docker is so low that it needs a scroll bar.
        translated.show()
        follow(studio, translated)
        add_style(translated)
        translated.form.fold.setChecked(True)
        for part in (translated.repeat_bar, translated.progress, translated.message):
            part.show()
        for _ in range(50):
            studio.application.processEvents()
        assert translated.width() == 250 and list(cut_texts(translated)) == []
        translated.close()
    finally:
        language.use(["en"])
        studio.application.setFont(font)


def test_the_smallest_size_is_the_same_whatever_is_shown(studio: Any, panel: Any) -> None:
    smallest = panel.minimumSizeHint()
    follow(studio, panel)
    add_style(panel)
    click(panel.button)
    studio.until(studio.is_painting)
    studio.send(Preview(PixelBuffer(4, 3, "rgba-u8", bytes(48))))
    studio.application.processEvents()
    assert panel.progress.picture.isVisible() and panel.minimumSizeHint() == smallest
    studio.send(Failed(WorkerDied("It died. " * 40, "Try again.")))
    click(named(panel, "details"))
    assert panel.minimumSizeHint() == smallest


def test_everything_is_reached_by_the_keyboard_from_top_to_bottom(studio: Any, panel: Any) -> None:
    from PyQt5.QtCore import QPoint
    from PyQt5.QtWidgets import QLineEdit

    follow(studio, panel)
    add_style(panel)
    panel.form.fold.setChecked(True)
    studio.application.processEvents()
    heights = []
    for widget in focus_chain(panel.content):
        stops = widget.isVisible() and widget.focusPolicy() & Qt.TabFocus and not isinstance(widget, QLineEdit)
        if stops and panel.scroll.isAncestorOf(widget):
            heights.append(widget.mapTo(panel.scroll.widget(), QPoint(0, 0)).y())
            assert widget.accessibleName() or widget.text(), widget.objectName()
    assert len(heights) >= 17
    rows = [height // 40 for height in heights]
    assert rows == sorted(rows), "the tab order jumps"


def test_a_low_docker_keeps_settings_quality_and_stylize_in_reach(studio: Any, panel: Any) -> None:
    follow(studio, panel)
    add_style(panel)
    panel.resize(250, 240)
    click(panel.button)
    studio.until(studio.is_painting)
    studio.send(Preview(PixelBuffer(4, 3, "rgba-u8", bytes(48))))
    click(panel.button)
    for _ in range(9):
        studio.application.processEvents()

    def shown(widget: Any) -> int:
        return int(widget.visibleRegion().boundingRect().height())

    for widget in (panel.form.fields["quality"], panel.button, panel.progress.keep, panel.progress.discard):
        assert shown(widget) == widget.height() > 0
    assert shown(panel.scroll) >= 72
    bar = panel.job_area.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    panel.show_busy(True)
    assert bar.value() == 0, "what is new is at the top"
    panel.resize(250, 1000)
    parts = (panel.progress.picture, panel.steering.fold, panel.waiting.rows[0].remove)
    studio.until(lambda: all(shown(widget) == widget.height() > 0 for widget in parts))


@pytest.mark.parametrize("code", ["en", *language.available()])
def test_names_and_fields_stand_in_columns(studio: Any, panel: Any, code: str) -> None:
    from PyQt5.QtCore import QPoint

    language.use([code])
    try:
        translated = studio.panels.Panel(studio.controller, Presets())
        translated.resize(300, 1100)  # without a scroll bar
        translated.show()
        translated.form.fold.setChecked(True)
        for _ in range(9):
            studio.application.processEvents()
        form = translated.form
        boxes = [form.fields["strength"], form.fields["keep_content"], form.fields["style_scale"], translated.keep_mask]
        boxes += [form.fields["total_variation"], form.fields["size"], form.fields["device"]]
        places = [(box.mapTo(translated, QPoint()).x(), box.width()) for box in boxes]
        assert len(set(places)) == 1, places
        translated.close()
    finally:
        language.use(["en"])
