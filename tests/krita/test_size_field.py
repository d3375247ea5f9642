"""The working size in the docker: automatic (with the size in use), full, or a number of the user."""

from __future__ import annotations

from typing import Any, Iterator, List

import pytest

from nst_core.bridge.presets import Presets
from nst_core.job.events import Estimate, Ready, Result
from nst_core.job.pixels import PixelBuffer
from nst_core.job.settings import AUTOMATIC, Settings
from tests.krita.docker import choose_style, click

pytest.importorskip("PyQt5.QtWidgets")

from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest


@pytest.fixture
def panel(studio: Any) -> Iterator[Any]:
    shown = studio.panels.Panel(studio.controller, Presets())
    shown.resize(300, 900)
    shown.show()
    yield shown
    shown.close()


def type_in(field: Any, text: str) -> None:
    field.lineEdit().selectAll()
    QTest.keyClicks(field.lineEdit(), text)
    QTest.keyClick(field.lineEdit(), Qt.Key_Return)


def test_a_new_user_gets_the_automatic_size(studio: Any, panel: Any) -> None:
    field = panel.form.fields["size"]
    assert panel.form.settings().size == AUTOMATIC and field.currentText() == "Automatic"
    panel.costs.show_estimate(Estimate(50.0, 1 << 30, 0, size=1536))
    assert field.currentText() == field.itemText(0) == "Auto (1536 px)" and field.value() == AUTOMATIC
    panel.costs.show_estimate(None)
    assert field.currentText() == "Automatic"


@pytest.mark.parametrize("own", [0, 640])
def test_the_size_of_an_earlier_version_stays(studio: Any, own: int) -> None:
    Presets().remember(Settings(size=own))
    panel = studio.panels.Panel(studio.controller, Presets())
    panel.costs.show_estimate(Estimate(240.0, 1 << 30, 1024, size=own or 4000))
    assert panel.form.settings().size == own
    assert panel.form.fields["size"].currentText() == ("640 px" if own else "Full size")


def test_a_size_is_typed_or_taken_from_the_list(studio: Any, panel: Any) -> None:
    field, seen = panel.form.fields["size"], [AUTOMATIC]
    field.changed.connect(lambda: seen.append(field.value()))
    panel.costs.show_estimate(Estimate(50.0, 1 << 30, 0, size=1536))
    type_in(field, "1200")
    assert field.currentText() == "1200 px"
    type_in(field, "1,300 px")
    type_in(field, "none")
    assert field.currentText() == "1300 px", "what is no number changes nothing"
    type_in(field, "999999")
    field.activated.emit(1)
    assert field.currentText() == "Full size"
    type_in(field, "Auto (1536 px)")
    assert seen == [AUTOMATIC, 1200, 1300, 65536, 0, AUTOMATIC]


def test_what_is_typed_counts_before_the_field_is_left(studio: Any, panel: Any) -> None:
    field = panel.form.fields["size"]
    field.lineEdit().selectAll()
    QTest.keyClicks(field.lineEdit(), "900")
    assert panel.form.settings().size == 900
    panel.costs.show_estimate(Estimate(50.0, 1 << 30, 0, size=1536))
    assert field.currentText() == "900", "an answer does not disturb"


def test_the_record_has_the_size_that_was_painted(studio: Any, panel: Any) -> None:
    opened = studio.open(size=(4, 3))
    panel.show_document(studio.documents.Document(opened))
    choose_style(studio, panel, opened)
    studio.send(Ready("1", ("cpu",)))
    click(panel.button)
    studio.until(studio.is_painting)
    assert studio.engine.jobs[-1].settings.size == AUTOMATIC
    finished: List[Any] = []
    studio.controller.finished.connect(finished.append)
    studio.send(Result(PixelBuffer(4, 3, "rgba-u8", bytes(48)), True, 1.0, "cpu", 5, 1536))
    studio.until(lambda: bool(finished))
    record = studio.documents.Document(opened).record(finished[0].id)
    assert record.settings.size == 1536
    assert Presets().last().size == AUTOMATIC
