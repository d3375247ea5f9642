"""The docker with real clicks and keys: its texts, its requests to the engine, and its error messages."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from nst_core.bridge.presets import Presets
from nst_core.job.events import Progress
from nst_core.job.settings import Settings
from nst_core.studio.preset_list import PresetList
from tests.krita.docker import add_style, click, follow, named, result


@pytest.mark.parametrize("name", ["last.json", "presets.json"])
@pytest.mark.parametrize(
    "data",
    [b"", b"[" * 200_000, b"\xff\xfe", b'{"presets": 3, "settings": []}', b'{"presets": {"a": {"seed": 1e400}}}'],
    ids=["empty", "nested", "not UTF-8", "of other types", "infinite"],
)
def test_the_docker_appears_whatever_its_files_hold(studio: Any, tmp_path: Path, name: str, data: bytes) -> None:
    folder = Presets().folder
    folder.mkdir(parents=True)
    (folder / name).write_bytes(data)
    docker = studio.krita.Krita.instance().factory.make()
    assert docker.panel.form.settings() == Settings.first()
    docker.panel.presets.box.setCurrentIndex(docker.panel.presets.box.count() - 1)
    docker.panel.presets.box.activated.emit(docker.panel.presets.box.count() - 1)
    assert docker.panel.form.settings() == PresetList(Presets()).presets()[-1].applied_to(Settings.first())


def test_from_the_menu_to_the_layer(studio: Any, panel: Any) -> None:
    document = follow(studio, panel)
    assert panel.content.currentText() == "Background (active)"
    add_style(panel)
    panel.form.fields["seed"].set_value(5)
    click(panel.button)
    studio.until(studio.is_painting)
    assert panel.button.text() == "Add to queue" and panel.progress.isVisible()
    assert panel.progress.title.text() == "Style on Background"
    studio.send(Progress(0.5, 100, 4, 1, 0.1))
    assert (
        panel.progress.line.bar.value() == 500 and panel.progress.line.status.text() == "50 % \u2013 about 2 min left"
    )
    studio.send(result())
    studio.until(studio.is_idle)
    assert [node.name() for node in document.root.childNodes()][1] == "Style \u2013 Neural Style"
    assert panel.button.text() == "Stylize" and not panel.progress.isVisible()
    assert panel.notice.text() == "Added the layer Style \u2013 Neural Style."


def test_the_stop_buttons(studio: Any, panel: Any) -> None:
    follow(studio, panel)
    add_style(panel)
    for name, keep in (("keep", True), ("discard", False)):
        click(panel.button)
        studio.until(studio.is_painting)
        click(named(panel, name))
        assert studio.engine.canceled[-1] is keep
        assert panel.progress.line.status.text() == "Stopping..." and not named(panel, "keep").isEnabled()
        studio.send(result())
        studio.until(studio.is_idle)


def test_another_window_shows_the_same_job(studio: Any, panel: Any) -> None:
    follow(studio, panel)
    add_style(panel)
    click(panel.button)
    studio.until(studio.is_painting)
    other = studio.panels.Panel(studio.controller, Presets())
    other.show()
    assert other.progress.title.text() == "Style on Background" and other.button.text() == "Add to queue"
    other.progress.on_canvas.click()
    assert panel.progress.on_canvas.isChecked()
    panel.progress.on_canvas.click()
    assert not other.progress.on_canvas.isChecked()
    other.form.fields["strength"].set_value(0.25)
    other.stylize()
    assert studio.is_painting() and studio.engine.adjusted == [] and studio.engine.canceled == []
    assert studio.failures == ["No document is open. Open or create one, then stylize a layer of it."]
    other.close()


def test_a_document_that_was_closed_without_a_signal(studio: Any, panel: Any) -> None:
    from PyQt5.QtCore import QEvent

    document = follow(studio, panel)
    document.close()
    document.root = None
    panel.enterEvent(QEvent(QEvent.Enter))
    studio.until(lambda: panel.content.currentText() == "No document is open")
    panel.show_document(studio.documents.Document(document))
    panel.content.showPopup()
    panel.look_again()
    click(panel.button)
    assert panel.message.text.text().startswith("No document is open.")


def test_a_layer_that_was_deleted_without_a_signal_can_still_be_chosen(studio: Any, panel: Any) -> None:
    document = follow(studio, panel)
    add_style(panel, "Background")
    document.root.childNodes()[1].remove()
    panel.content.setCurrentIndex(panel.content.findText("Style"))
    panel.content.activated.emit(panel.content.currentIndex())
    click(panel.button)
    studio.until(lambda: bool(studio.failures))
    assert studio.failures == ["The layer was deleted. Choose another layer."]


def test_the_engine_is_warmed_when_the_docker_appears(studio: Any, panel: Any) -> None:
    assert studio.engine.starts == 1


def test_the_plug_in_registers_docker_and_actions(studio: Any) -> None:
    from PyQt5.QtWidgets import QMainWindow

    krita = studio.krita.Krita.instance()
    assert krita.factory.identity == "neural_style_docker"
    window = QMainWindow()
    docker = krita.factory.make()
    docker.setParent(window)
    made = studio.krita.Window(window)
    krita.extension.createActions(made)
    assert sorted(made.actions) == ["neural_style_show", "neural_style_stylize"]
    docker.hide()
    made.actions["neural_style_stylize"].trigger()
    assert docker.panel.message.text.text().startswith("No document is open.")


def test_the_active_layer_is_not_asked_for_inside_an_event(studio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Krita 5.3 runs its event loop when it is asked. It crashed when this happened inside a docker's showEvent."""
    from PyQt5.QtCore import QEvent

    document, asked = studio.open(), mock.Mock(side_effect=lambda: document.active)
    monkeypatch.setattr(studio.krita.Document, "activeNode", lambda document: asked())
    docker = studio.krita.Krita.instance().factory.make()
    canvas = SimpleNamespace(view=lambda: SimpleNamespace(document=lambda: document))
    enter = QEvent(QEvent.Enter)
    for happen in (lambda: docker.canvasChanged(canvas), docker.show, lambda: docker.panel.enterEvent(enter)):
        asked.reset_mock()
        happen()
        assert not asked.called
        studio.until(lambda: asked.called)
    assert docker.panel.content.currentText() == "Background (active)"
    docker.close()
