"""The queue in the docker: pictures wait while another one is painted, and no job is lost without a message."""

from __future__ import annotations

from typing import Any, Iterator, List

import pytest
from PyQt5.QtCore import Qt

from nst_core.bridge.presets import Presets
from nst_core.job.errors import EngineNotInstalled, OutOfMemory
from nst_core.job.events import Canceled, Failed, Ready, Result
from nst_core.job.pixels import PixelBuffer
from tests.krita.docker import click


@pytest.fixture
def panel(studio: Any) -> Iterator[Any]:
    made = studio.panels.Panel(studio.controller, Presets())
    made.resize(250, 900)
    made.show()
    document = studio.open()
    made.show_document(studio.documents.Document(document))
    add_style(made, "Style")
    yield made
    made.close()


def add_style(panel: Any, name: str) -> None:
    panel.add.fill_menu()
    next(action for action in panel.add.menu().actions() if action.text().strip() == name).trigger()


def document_of(studio: Any) -> Any:
    return studio.krita.Krita.instance().open[0]


def finish(studio: Any) -> None:
    """Let the engine finish the running job."""
    studio.until(studio.is_painting)
    studio.send(Result(PixelBuffer(4, 3, "rgba-u8", bytes([0, 255, 0, 255]) * 12), True, 1.0, "cpu", 5))
    studio.until(lambda: not studio.is_painting() and studio.controller.state != "inserting")


def line_up(studio: Any, panel: Any, *qualities: str) -> None:
    """Press the button once for each quality. The first one is then painted."""
    for quality in qualities:
        panel.form.fields["quality"].set_value(quality)
        click(panel.button)
        studio.until(studio.is_painting)


def rows(panel: Any) -> List[str]:
    return [row.name.text() for row in panel.waiting.rows]


def results(document: Any) -> List[str]:
    return [node.name() for node in document.root.childNodes() if "Neural Style" in node.name()]


def test_pictures_line_up_and_are_painted_one_after_the_other(studio: Any, panel: Any) -> None:
    line_up(studio, panel, "normal", "draft", "high")
    assert len(studio.engine.jobs) == 1 and panel.waiting.title.text() == "2 pictures wait"
    assert rows(panel) == ["Style on Background (draft)", "Style on Background (high)"]
    for _ in range(3):
        finish(studio)
    studio.until(lambda: not studio.controller.is_busy)
    name = "Style \u2013 Neural Style"
    assert results(document_of(studio)) == [name, f"{name} 2 (draft)", f"{name} 3 (high)"]
    assert [step[0] for step in document_of(studio).undo] == ["add"] * 3, "one undo step each"
    assert not panel.waiting.isVisible() and studio.failures == []


def test_a_waiting_picture_is_moved_and_removed(studio: Any, panel: Any) -> None:
    line_up(studio, panel, "normal", "draft", "high")
    assert not panel.waiting.rows[0].earlier.isEnabled()
    click(panel.waiting.rows[1].earlier)
    assert rows(panel) == ["Style on Background (high)", "Style on Background (draft)"]
    click(panel.waiting.rows[0].remove)
    assert rows(panel) == ["Style on Background (draft)"]
    assert panel.waiting.title.text() == "1 picture waits" and not panel.waiting.clear.isVisible()
    panel.form.fields["quality"].set_value("normal")
    click(panel.button)
    click(panel.waiting.clear)
    assert rows(panel) == [] and not panel.waiting.isVisible() and studio.is_painting()


def test_a_double_click_asks_once(studio: Any, panel: Any) -> None:
    for _ in range(2):
        panel.button.click()
    studio.until(studio.is_painting)
    assert rows(panel) == []
    for _ in range(2):  # The layer may have changed since it was read, so this is another picture.
        click(panel.button)
    assert rows(panel) == ["Style on Background"]


def test_a_contact_sheet(studio: Any, panel: Any) -> None:
    panel.stylizing.update_menu()
    assert not panel.stylizing.for_styles.isEnabled()
    add_style(panel, "Background")
    panel.stylizing.update_menu()
    panel.stylizing.for_styles.trigger()
    assert rows(panel) == ["Background on Background"] and panel.progress.title.text() == "Style on Background"
    for _ in range(2):
        finish(studio)
    assert results(document_of(studio)) == ["Style \u2013 Neural Style", "Background \u2013 Neural Style"]
    assert [[style.name for style in job.styles] for job in studio.engine.jobs] == [["Style"], ["Background"]]


def test_each_selected_layer_is_painted(studio: Any, panel: Any) -> None:
    document = document_of(studio)
    panel.stylizing.update_menu()
    assert not panel.stylizing.for_layers.isEnabled(), "one layer needs no menu"
    other = document.createNode("Sketch", "paintlayer")
    document.root.addChildNode(other, None)
    studio.fill(other, (0.0, 1.0, 0.0, 1.0))
    document.undo.clear()
    document.selected = [document.root.childNodes()[0], other]
    panel.stylizing.update_menu()
    assert panel.stylizing.for_layers.text() == "Each selected layer (2)"
    panel.stylizing.for_layers.trigger()
    assert panel.progress.title.text() == "Style on Sketch" and rows(panel) == ["Style on Background"]
    for _ in range(2):
        finish(studio)
    assert [node.name() for node in document.root.childNodes()] == [
        *("Background", "Style \u2013 Neural Style 2", "Style", "Sketch", "Style \u2013 Neural Style")
    ]


def test_an_impossible_layer_of_several_is_reported_at_once(studio: Any, panel: Any) -> None:
    document = document_of(studio)
    empty = document.createNode("Empty", "paintlayer")
    document.root.addChildNode(empty, None)
    document.selected = [document.root.childNodes()[0], empty]
    panel.stylizing.update_menu()
    panel.stylizing.for_layers.trigger()
    assert studio.failures == ["The layer Empty is empty. Choose a layer that shows something."]
    assert not studio.controller.is_busy and studio.engine.jobs == []


def test_what_is_gone_is_reported_by_name_and_the_rest_goes_on(studio: Any, panel: Any) -> None:
    line_up(studio, panel, "normal", "draft")
    other = studio.open("Other.kra")
    panel.show_document(studio.documents.Document(other))
    panel.form.fields["quality"].set_value("high")
    click(panel.button)
    panel.show_document(studio.documents.Document(document_of(studio)))
    panel.form.fields["quality"].set_value("normal")
    click(panel.button)
    assert len(rows(panel)) == 3
    other.close()
    finish(studio)
    studio.until(studio.is_painting)
    studio.send(Failed(OutOfMemory("Memory ran out.", "Close other programs.")))
    studio.until(lambda: len(panel.waiting.failures) == 2 and studio.is_painting())
    assert [row.text.text() for row in panel.waiting.failures] == [
        "Style on Background (draft): Memory ran out. Close other programs.",
        "Style on Background (high): The document was closed before its picture was painted. Open it and start again.",
    ]
    assert studio.failures == [] and rows(panel) == []
    click(panel.waiting.failures[0].details)
    assert panel.message.text.text() == "Memory ran out. Close other programs."
    click(panel.waiting.failures[0].close_it)
    assert len(panel.waiting.failures) == 1 and panel.waiting.isVisible()
    finish(studio)
    assert len(results(document_of(studio))) == 2
    assert panel.waiting.isVisible(), "the user has not seen the other error yet"


def test_a_discarded_picture_does_not_stop_the_others(studio: Any, panel: Any) -> None:
    line_up(studio, panel, "normal", "draft")
    click(panel.progress.discard)
    studio.send(Canceled())
    finish(studio)
    assert results(document_of(studio)) == ["Style \u2013 Neural Style (draft)"]


def test_without_an_engine_the_pictures_wait_for_it(studio: Any, panel: Any) -> None:
    line_up(studio, panel, "normal", "draft")
    studio.send(Failed(EngineNotInstalled("No engine is installed.")))
    studio.until(lambda: rows(panel) == ["Style on Background", "Style on Background (draft)"])
    assert not studio.controller.is_busy and panel.button.text() == "Stylize"
    assert panel.message.text.text().startswith("No engine is installed.") and panel.message.install.isVisible()
    click(panel.waiting.resume)
    studio.until(studio.is_painting)
    studio.send(Failed(EngineNotInstalled("No engine is installed.")))
    for _ in range(20):
        studio.application.processEvents()
    assert len(rows(panel)) == 2 and not studio.controller.is_busy
    studio.send(Ready("1", ("cpu",)))  # The engine is installed now.
    for _ in range(2):
        finish(studio)
    assert len(results(document_of(studio))) == 2


def test_krita_closes_with_a_queue(studio: Any, panel: Any) -> None:
    line_up(studio, panel, "normal", "draft")
    studio.controller.close()
    for _ in range(20):
        studio.application.processEvents()
    assert len(studio.engine.jobs) == 1 and studio.failures == []


def test_everything_in_the_list_has_a_name_for_screen_readers(studio: Any, panel: Any) -> None:
    line_up(studio, panel, "normal", "draft", "high")
    for row in panel.waiting.rows:
        for button in row.buttons:
            assert row.name.text() in button.accessibleName() and button.toolTip()
            assert button.focusPolicy() & Qt.TabFocus
