"""The strength of a finished result: a new strength paints the result again, and is one undo step."""

from __future__ import annotations

from typing import Any

import pytest

from nst_core.job.events import Canceled, Preview, Result
from nst_core.job.pixels import PixelBuffer
from nst_core.job.settings import Settings
from tests.krita.docker import seen

FIRST, SECOND, THIRD = (f"Style \u2013 Neural Style{number}" for number in ("", " 2", " 3"))
GREEN, YELLOW, GRAY = ((0, 255, 0, 255), (255, 255, 0, 255), (128, 128, 128, 255))


def finish(studio: Any, color: Any = GREEN) -> None:
    """Let the engine finish the running job in one color."""
    studio.until(studio.is_painting)
    content = studio.engine.jobs[-1].content
    pixels = bytes(color) * (content.width * content.height)
    studio.send(Result(PixelBuffer(content.width, content.height, "rgba-u8", pixels), True, 1.0, "cpu", 5))
    studio.until(studio.is_idle)
    assert studio.failures == []


def paint(studio: Any, document: Any, **more: Any) -> None:
    """Paint the first result, in green."""
    studio.controller.stylize(studio.painting(document, **more))
    finish(studio)


def move(studio: Any, panel: Any, strength: float) -> Any:
    """Move the slider of the chosen result, and return the job that the engine gets."""
    before = len(studio.engine.jobs)
    panel.results.strength.set_value(strength)
    studio.until(lambda: len(studio.engine.jobs) > before)
    return studio.engine.jobs[-1]


def follow_history(studio: Any, document: Any) -> None:
    """Let Krita show the steps of the document in its history docker."""
    krita = studio.krita.Krita.instance()
    krita.history = studio.krita.History()
    timer = studio.plugin.qt.QtCore.QTimer(krita.history)
    timer.timeout.connect(lambda: krita.history.show_steps(document))
    timer.start(0)


def test_a_result_gets_another_strength_from_where_it_is(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document, settings=Settings(strength=0.8, quality="draft"))
    panel.form.fields["strength"].set_value(0.1)
    job = move(studio, panel, 0.4)
    assert job.initial_strength == 0.8 and job.settings.strength == 0.4 and job.settings.init == "picture"
    assert bytes(job.initial.data) == bytes(GREEN) * 12 and bytes(job.content.data)[:4] == bytes([255, 0, 0, 255])
    assert job.selection is None and [style.name for style in job.styles] == ["Style"]
    assert not panel.steering.isVisible(), "the slider of the result is there already"
    finish(studio, YELLOW)
    names = f"{FIRST} (draft)", f"{SECOND} (draft)"
    assert [node.name() for node in document.root.childNodes()] == ["Background", *names, "Style"]
    assert seen(document) == ["Background", names[1], "Style"]
    record = panel.results.chosen.record
    assert record.settings == Settings(strength=0.4, quality="draft", seed=5) and record.initial is None
    assert panel.results.strength.value() == 0.4 and panel.form.settings().strength == 0.1
    assert [step[0] for step in document.undo] == ["add", "add"]


def test_each_further_strength_starts_from_the_same_result_in_the_same_layer(
    studio: Any, document: Any, panel: Any
) -> None:
    follow_history(studio, document)
    paint(studio, document)
    for strength, color in ((0.4, YELLOW), (0.7, GRAY)):
        job = move(studio, panel, strength)
        assert job.initial_strength == 1.0 and bytes(job.initial.data) == bytes(GREEN) * 12
        finish(studio, color)
    assert seen(document) == ["Background", SECOND, "Style"] and panel.results.list.count() == 2
    layer = document.root.childNodes()[2]
    assert bytes(layer.pixelData(0, 0, 1, 1)) == bytes([128, 128, 128, 255])
    assert panel.notice.text() == f"Painted the layer {SECOND} again."
    assert [step[0] for step in document.undo] == ["add", "add"]
    document.take_back()
    panel.look_again()
    assert seen(document) == ["Background", FIRST, "Style"] and panel.results.strength.value() == 1.0


def test_a_document_that_was_saved_meanwhile_is_to_be_saved_again(studio: Any, document: Any, panel: Any) -> None:
    follow_history(studio, document)
    paint(studio, document)
    move(studio, panel, 0.4)
    finish(studio, YELLOW)
    document.setModified(False)
    move(studio, panel, 0.7)
    finish(studio, GRAY)
    assert document.modified() and [step[0] for step in document.undo] == ["add", "add"]


def test_a_layer_that_was_worked_on_is_left_alone(studio: Any, document: Any, panel: Any) -> None:
    follow_history(studio, document)
    paint(studio, document)
    move(studio, panel, 0.4)
    finish(studio, YELLOW)
    document.undo.append(("stroke", document.root, document.root))
    job = move(studio, panel, 0.7)
    assert job.initial_strength == 1.0 and bytes(job.initial.data) == bytes(GREEN) * 12, "still from the first result"
    finish(studio, GRAY)
    assert seen(document) == ["Background", THIRD, "Style"]
    second = document.root.childNodes()[2]
    assert second.name() == SECOND and bytes(second.pixelData(0, 0, 1, 1)) == bytes([0, 255, 255, 255])


@pytest.mark.parametrize("action", ["stroke", "undo"])
def test_a_layer_that_is_worked_on_meanwhile_is_left_alone(studio: Any, document: Any, panel: Any, action: str) -> None:
    follow_history(studio, document)
    paint(studio, document)
    move(studio, panel, 0.4)
    finish(studio, YELLOW)
    second = document.root.childNodes()[2]
    move(studio, panel, 0.7)
    studio.until(studio.is_painting)
    if action == "stroke":
        document.undo.append(("stroke", document.root, document.root))
    else:
        document.take_back()
    for _ in range(3):
        studio.application.processEvents()
    finish(studio, GRAY)
    assert bytes(second.pixelData(0, 0, 1, 1)) == bytes([0, 255, 255, 255]), "the pixels before are untouched"
    newest = next(node for node in document.root.childNodes() if node.visible() and "Neural" in node.name())
    assert newest is not second and bytes(newest.pixelData(0, 0, 1, 1)) == bytes([128, 128, 128, 255])
    assert seen(document) == ["Background", newest.name(), "Style"]


def test_undo_of_a_strength_shows_the_result_that_was_looked_at_between(studio: Any, document: Any, panel: Any) -> None:
    from PyQt5.QtCore import Qt
    from PyQt5.QtTest import QTest

    follow_history(studio, document)
    paint(studio, document)
    move(studio, panel, 0.4)
    finish(studio, YELLOW)
    strip = panel.results.list
    QTest.mouseClick(strip.viewport(), Qt.LeftButton, pos=strip.visualItemRect(strip.item(1)).center())
    assert seen(document) == ["Background", FIRST, "Style"]
    move(studio, panel, 0.7)
    finish(studio, GRAY)
    assert seen(document) == ["Background", SECOND, "Style"]
    document.take_back()
    panel.look_again()
    assert seen(document) == ["Background", FIRST, "Style"]


def test_a_newer_strength_takes_the_place_of_the_one_being_painted(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document)
    move(studio, panel, 0.4)
    studio.until(studio.is_painting)
    panel.results.strength.set_value(0.7)
    studio.until(lambda: bool(studio.engine.canceled))
    assert studio.engine.canceled == [False] and panel.results.strength.value() == 0.7
    panel.results.strength.set_value(0.6)
    studio.until(lambda: [entry.order.settings.strength for entry in studio.controller.queue.waiting] == [0.6])
    studio.send(Canceled())
    assert panel.results.strength.value() == 0.6, "it is not painted yet, but wanted"
    finish(studio, YELLOW)
    assert [job.settings.strength for job in studio.engine.jobs] == [1.0, 0.4, 0.6]
    assert seen(document) == ["Background", SECOND, "Style"]


def test_the_strength_of_the_result_itself_removes_the_one_that_waits(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document)
    studio.controller.stylize(studio.painting(document))
    studio.until(studio.is_painting)
    panel.results.strength.set_value(0.4)
    studio.until(lambda: len(panel.waiting.rows) == 1)
    panel.results.strength.set_value(1.0)
    studio.until(lambda: not studio.controller.queue.waiting)
    assert panel.waiting.rows == [] and studio.engine.canceled == []


def test_discard_leaves_the_result_of_the_strength_before(studio: Any, document: Any, panel: Any) -> None:
    follow_history(studio, document)
    paint(studio, document)
    move(studio, panel, 0.4)
    finish(studio, YELLOW)
    move(studio, panel, 0.7)
    studio.until(studio.is_painting)
    panel.progress.on_canvas.click()
    studio.send(Preview(PixelBuffer(4, 3, "rgba-u8", bytes(GRAY) * 12)))
    panel.progress.discard.click()
    studio.send(Canceled())
    studio.until(studio.is_idle)
    layer = document.root.childNodes()[2]
    assert seen(document) == ["Background", SECOND, "Style"] and panel.results.strength.value() == 0.4
    assert bytes(layer.pixelData(0, 0, 1, 1)) == bytes([0, 255, 255, 255]), "a preview would have painted over it"


def test_discard_shows_the_strength_before_while_other_pictures_wait(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document)
    move(studio, panel, 0.4)
    studio.until(studio.is_painting)
    studio.controller.stylize(studio.painting(document))
    panel.progress.discard.click()
    assert panel.results.strength.value() == 0.4
    studio.send(Canceled())
    assert panel.results.strength.value() == 1.0 and studio.controller.is_busy


def test_a_result_of_a_part_keeps_its_extent(studio: Any, document: Any, panel: Any) -> None:
    document.chosen = studio.krita.Selection(0, 0, 2, 3, 128)
    paint(studio, document)
    layer = document.root.childNodes()[1]
    half = b"".join(bytes([0, 255, 0, 128 if x < 2 else 0]) for _ in range(3) for x in range(4))
    layer.setPixelData(half, 0, 0, 4, 3)
    document.chosen = studio.krita.Selection(3, 2, 1, 1)
    job = move(studio, panel, 0.5)
    assert list(job.selection.data) == [128, 128, 0, 0] * 3
    finish(studio, YELLOW)
    assert seen(document) == ["Background", SECOND, "Style"], "the same part of the result before is hidden"


def test_without_its_content_a_result_keeps_its_strength(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document)
    document.root.childNodes()[0].remove()
    panel.results.strength.set_value(0.5)
    studio.until(lambda: bool(studio.failures))
    assert studio.failures[0].startswith("The content of this layer can't be found.")
    assert len(studio.engine.jobs) == 1


def test_a_texture_has_no_strength(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document, settings=Settings(mode="texture"))
    assert panel.results.isVisible() and not panel.results.strength.isEnabled()
