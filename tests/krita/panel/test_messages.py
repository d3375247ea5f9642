"""The docker's messages: errors, notices and questions, and when they close."""

from __future__ import annotations

import html
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Iterator

from PyQt5.QtCore import Qt

from nst_core.bridge.installation import InstallationStep, Installed
from nst_core.bridge.presets import Presets
from nst_core.bridge.record import Reference
from nst_core.job.errors import (
    EngineMissing,
    EngineNotInstalled,
    EngineOutdated,
    HostError,
    InstallFailed,
    WorkerDied,
)
from nst_core.job.events import Failed, Ready
from nst_core.job.settings import Settings
from tests.krita.docker import add_style, click, finish, follow, named, painted


def test_sentences_instead_of_silence(studio: Any, panel: Any) -> None:
    click(panel.button)
    assert panel.message.text.text().startswith("No document is open.")
    document = follow(studio, panel)
    click(panel.button)
    assert panel.message.text.text().startswith("No style is chosen.")
    add_style(panel)
    document.active = None
    panel.show_document(studio.documents.Document(document))
    click(panel.button)
    assert panel.message.text.text().startswith("No layer is active.")


def test_a_message_that_something_is_lacking_goes_once_it_is_there(studio: Any, panel: Any) -> None:
    click(panel.button)
    assert panel.message.text.text().startswith("No document is open.")
    follow(studio, panel)
    assert not panel.message.isVisible()
    click(panel.button)
    assert panel.message.text.text().startswith("No style is chosen.") and panel.message.isVisible()
    add_style(panel)
    assert not panel.message.isVisible()
    panel.styles.clear()
    click(panel.button)
    studio.controller.failed.emit(WorkerDied("It died.", "Try again."))
    add_style(panel)
    assert panel.message.isVisible() and panel.message.text.text() == "It died. Try again."


def test_a_message_about_a_choice_goes_with_the_next_choice(studio: Any, panel: Any) -> None:
    document = follow(studio, panel)
    add_style(panel)

    def choose_content() -> None:
        panel.content.setCurrentIndex(1)
        panel.content.activated.emit(1)

    def go_to_another_layer() -> None:
        document.active = document.root.childNodes()[1]
        panel.look_again()

    def open_a_document() -> None:
        panel.leave_for(studio.documents.Document(studio.open("Other.kra")))

    choices = (
        lambda: add_style(panel),
        lambda: panel.styles.rows[0].remove.click(),
        lambda: panel.styles.rows[0].region.choose(None),
        lambda: panel.keep_mask.choose(None),
        choose_content,
        go_to_another_layer,
        open_a_document,
    )
    for choose in choices:
        studio.controller.failed.emit(WorkerDied("It died."))
        choose()
        assert panel.message.isVisible(), "no choice mends that"
        panel.show_document(studio.documents.Document(document))
        document.active = document.root.childNodes()[0]
        studio.controller.failed.emit(HostError("The layer is empty.", "Choose another layer."))
        panel.look_again()
        assert panel.message.isVisible()
        choose()
        assert not panel.message.isVisible()


def test_a_new_job_and_an_engine_that_answers_close_older_messages(studio: Any, panel: Any) -> None:
    painted(studio, panel)
    studio.controller.failed.emit(WorkerDied("It died."))
    click(panel.repeat_bar.repeat)
    studio.until(lambda: not studio.is_idle())
    assert not panel.message.isVisible()
    finish(studio)
    for error in (EngineNotInstalled("No engine is installed."), EngineOutdated("They do not match.")):
        studio.controller.failed.emit(error)
        assert panel.message.isVisible() and panel.message.install.isVisible()
        studio.send(Ready("1", ("cpu",)))
        assert not panel.message.isVisible()


def test_the_notice_of_a_new_layer_goes_when_that_is_undone(studio: Any, panel: Any) -> None:
    document = painted(studio, panel)
    assert panel.notice.text().startswith("Added the layer") and panel.notice.isVisible()
    document.take_back()
    panel.look_again()
    assert not panel.notice.isVisible()


def test_a_failure_with_details_and_a_report(studio: Any, panel: Any) -> None:
    follow(studio, panel)
    studio.controller.failed.emit(WorkerDied("It died.", "Try again."))
    assert panel.message.isVisible() and panel.message.text.text() == "It died. Try again."
    click(named(panel, "details"))
    assert "[worker-died] It died." in named(panel, "details_text").toPlainText()
    click(named(panel, "copy_report"))
    assert "4 x 3 px, RGBA U8" in studio.application.clipboard().text()
    click(named(panel, "close_message"))
    assert not panel.message.isVisible()


def test_a_missing_engine_is_installed_from_the_docker(studio: Any, panel: Any, installing: Any) -> None:
    studio.controller.failed.emit(WorkerDied("It died."))
    assert not panel.message.install.isVisible()
    studio.controller.failed.emit(EngineMissing("NEURAL_STYLE_ENGINE names no program.", "Correct it."))
    assert not panel.message.install.isVisible()
    studio.controller.failed.emit(EngineNotInstalled("No engine is installed."))
    click(named(panel, "install_engine"))
    assert installing.begun and panel.installation.isVisible() and not panel.message.isVisible()
    installing.events = [InstallationStep("Downloading torch: 2 of 8", 0.25)]
    studio.until(lambda: not installing.events)
    assert panel.installation.progress.bar.value() == 250
    assert panel.installation.progress.status.text() == "Downloading torch: 2 of 8"
    installing.events = [Installed()]
    studio.until(lambda: not installing.events)
    assert not panel.installation.isVisible() and panel.notice.text() == "The engine is installed."
    studio.until(lambda: studio.engine.starts == 2)


def test_an_installation_that_fails_or_is_stopped(studio: Any, panel: Any, installing: Any) -> None:
    studio.controller.failed.emit(EngineNotInstalled("No engine is installed."))
    click(named(panel, "install_engine"))
    installing.events = [Failed(InstallFailed("The disk is full.", "Make room."))]
    studio.until(lambda: not installing.events)
    assert panel.message.text.text() == "The disk is full. Make room." and not panel.installation.isVisible()
    panel.installation.start()
    click(named(panel, "stop_installing"))
    assert installing.stopped and not panel.installation.isVisible()


EVIL = '<img src="file:///dev/zero"><h1>&amp; evil'


def shown_texts(window: Any) -> Iterator[str]:
    """Yield each text that Qt shows as rich text, as a person would read it."""
    from PyQt5.QtGui import QTextDocument
    from PyQt5.QtWidgets import QLabel, QWidget

    for widget in [window, *window.findChildren(QWidget)]:
        texts = [widget.toolTip(), widget.whatsThis(), widget.statusTip()]
        if isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText:
            texts.append(widget.text())
        for text in (text for text in texts if "<" in text):
            rendered = QTextDocument()
            rendered.setHtml(text)
            yield rendered.toPlainText()


def test_names_out_of_documents_and_files_are_plain_text(studio: Any, panel: Any, tmp_path: Path) -> None:
    from krita_plugin.regions import Region

    document = studio.open(EVIL)
    for node in document.root.childNodes():
        node.setName(EVIL)
    mask = document.createNode(EVIL, "selectionmask")
    document.root.childNodes()[1].addChildNode(mask, None)
    here = studio.documents.Document(document)
    panel.show_document(here)
    add_style(panel, EVIL.replace("&", "&&"))
    region = Region(here, Reference("mask", EVIL, mask.uniqueId().toString()))
    panel.styles.rows[0].region.choose(region)
    panel.keep_mask.choose(region)
    Presets().save(EVIL, Settings())
    panel.presets.refresh(EVIL)
    panel.presets.delete.trigger()
    studio.controller.noticed.emit(EVIL)
    studio.controller.failed.emit(HostError(EVIL, EVIL))
    panel.progress.line.show_state(EVIL)
    panel.installation.progress.show_state(EVIL)
    seen = list(shown_texts(panel))
    image = "\ufffc"  # This character takes the place of a picture in a rendered text.
    assert not any(image in text for text in seen)
    for tooltip in (panel.styles.rows[0].region, panel.keep_mask):
        assert html.escape(EVIL, quote=False) in tooltip.toolTip()
    assert sum(EVIL in text for text in seen) >= 3, "it is read as it is"


def test_a_message_about_the_document_that_was_closed_stays(studio: Any) -> None:
    docker = studio.krita.Krita.instance().factory.make()
    docker.show()
    for name in ("Closed.kra", "Other.kra"):
        document = studio.open(name)
        document.active.setName(name)
        view = SimpleNamespace(document=lambda document=document: document)
        docker.canvasChanged(SimpleNamespace(view=lambda view=view: view))
        if name == "Other.kra":
            controller_of(studio).failed.emit(HostError("The document was closed.", "Open it and start again."))
        studio.until(lambda name=name: docker.panel.content.currentText() == f"{name} (active)")
    assert docker.panel.message.isVisible()
    docker.canvasChanged(SimpleNamespace(view=lambda: SimpleNamespace(document=lambda: studio.open("Third.kra"))))
    assert not docker.panel.message.isVisible()
    docker.close()


def test_that_message_stays_if_another_document_comes_after_it(studio: Any, panel: Any) -> None:
    first = follow(studio, panel)
    other = studio.documents.Document(studio.open("Other.kra"))
    first.close()
    studio.controller.failed.emit(HostError("The document was closed.", "Open it and start again."))
    panel.leave_for(other)
    panel.show_document(other)
    assert panel.message.isVisible()
    other.handle.close()
    panel.look_again()
    assert not panel.message.isVisible()


def controller_of(studio: Any) -> Any:
    """Return the controller of the dockers that Krita makes."""
    from krita_plugin import docker

    return docker.controller()
