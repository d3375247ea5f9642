"""Painted layers in the docker: a test repeats, continues and reuses them, with the styles that can be found."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import Qt

from nst_core.bridge.record import Record, RecordedStyle, Reference
from nst_core.job.errors import (
    UnreadableImage,
)
from nst_core.job.settings import Settings
from nst_core.studio.bundled import PAINTINGS
from tests.krita.docker import add_style, click, finish, finish_steps, follow, painted, result

SAMPLES = Path(__file__).parents[3] / "docs" / "samples"


def test_repeat_and_use_the_settings_of_a_layer(studio: Any, panel: Any) -> None:
    document = follow(studio, panel)
    add_style(panel)
    panel.form.fields["strength"].set_value(0.35)
    panel.styles.rows[0].weight.set_value(2.0)
    click(panel.button)
    studio.until(studio.is_painting)
    studio.send(result())
    studio.until(studio.is_idle)
    panel.styles.clear()
    panel.form.show_settings(Settings())
    assert not panel.repeat_bar.isVisible()
    document.active = document.root.childNodes()[1]
    panel.look_again()
    click(panel.repeat_bar.reuse)
    studio.until(lambda: panel.content.currentText() == "Background")
    assert panel.form.settings().strength == 0.35 and panel.form.settings().seed == 5
    assert panel.styles.weights() == [2.0] and panel.content.currentText() == "Background"
    click(panel.repeat_bar.repeat)
    studio.until(studio.is_painting)
    assert studio.engine.jobs[0].content == studio.engine.jobs[1].content
    studio.send(result())
    studio.until(studio.is_idle)
    document.root.childNodes()[0].remove()
    click(panel.repeat_bar.repeat)
    studio.until(lambda: bool(studio.failures))
    assert studio.failures[-1].startswith("The content of this layer can't be found.")


@pytest.mark.parametrize("button", ["continue_", "repeat"])
def test_to_go_on_or_repeat_chooses_no_other_content(studio: Any, panel: Any, button: str) -> None:
    document = painted(studio, panel)
    layer = panel.content.currentText()
    assert layer.endswith("(active)")
    click(getattr(panel.repeat_bar, button))
    finish(studio)
    assert studio.engine.jobs[1].content == studio.engine.jobs[0].content
    assert panel.content.currentText() == layer
    document.active = document.root.childNodes()[-1]
    panel.look_again()
    assert panel.content.currentText() == "Style (active)"


def recalled_by(studio: Any, panel: Any, document: Any, *styles: RecordedStyle, **more: Any) -> None:
    """Give the background a record with these styles, and make it active."""
    background = document.root.childNodes()[0]
    identity = background.uniqueId().toString()
    record = Record(styles=styles, content=Reference("layer", "Background", identity), **more)
    studio.documents.Document(document).remember(identity, record)
    document.active = background
    panel.show_document(studio.documents.Document(document))


def open_question(studio: Any, panel: Any) -> Any:
    from PyQt5.QtWidgets import QMessageBox

    studio.until(lambda: bool(panel.findChildren(QMessageBox)))
    return panel.findChildren(QMessageBox)[-1]


@pytest.mark.parametrize("button", ["repeat", "reuse", "continue_"])
def test_styles_that_can_not_be_identified_are_asked_for_by_name(studio: Any, panel: Any, button: str) -> None:
    document, other, unsaved = follow(studio, panel), studio.open("Other.kra"), studio.open("Sketch")
    other.setFileName("/pictures/Other.kra")
    styles = [document.root.childNodes()[1], other.root.childNodes()[1], unsaved.root.childNodes()[1]]
    here, there, unknown = (style.uniqueId().toString() for style in styles)
    recalled_by(
        studio, panel, document,
        RecordedStyle(Reference("layer", "Style", here), 2.0),
        RecordedStyle(Reference("layer", "Deleted", "{gone}")),
        RecordedStyle(Reference("document", "Wave", there, "/pictures/Other.kra"), 3.0),
        RecordedStyle(Reference("document", "Poppies", there, "/pictures/Closed.kra")),
        RecordedStyle(Reference("document", "Tulips", unknown, "")),
        RecordedStyle(Reference("layer", "Style", here), region=Reference("mask", "Sky", "{gone}")),
        RecordedStyle(Reference("layer", "Style", here), region=Reference("channel", "Sky", "1")),
    )  # fmt: skip
    click(getattr(panel.repeat_bar, button))
    studio.until(lambda: bool(studio.failures))
    missing = "Deleted, Poppies of Closed.kra, Tulips of a document without a file, Style in Sky, Style in Sky"
    assert studio.failures == [
        f"Not all styles of this layer can be found: {missing}. "
        "Open the images that contain these styles, and add them again."
    ]
    assert [row.source.name for row in panel.styles.rows] == ["Style", "Style"], "the others are recalled"
    assert panel.styles.weights() == [2.0, 3.0] and studio.is_idle() and studio.engine.jobs == []


def test_a_mask_that_is_gone_is_reported_and_the_styles_are_recalled(studio: Any, panel: Any) -> None:
    document = follow(studio, panel)
    style = document.root.childNodes()[1].uniqueId().toString()
    gone = Reference("mask", "Face", "{gone}")
    recalled_by(studio, panel, document, RecordedStyle(Reference("layer", "Style", style)), keep_mask=gone)
    click(panel.repeat_bar.repeat)
    studio.until(lambda: bool(studio.failures))
    assert studio.failures[0].startswith("The mask or layer of Keep content can't be found.")
    assert [row.source.name for row in panel.styles.rows] == ["Style"] and studio.is_idle()


def test_the_settings_of_the_machine_stay_those_of_the_user(studio: Any, panel: Any) -> None:
    document = follow(studio, panel)
    own = Settings(strength=0.2, device="cpu", memory=3.5, weights="torchvision")
    style = document.root.childNodes()[1].uniqueId().toString()
    recalled_by(
        studio, panel, document, RecordedStyle(Reference("layer", "Style", style)),
        settings=Settings(strength=0.7, device="cuda:7", memory=900.0, weights="/somewhere/else.safetensors"),
    )  # fmt: skip
    panel.form.show_settings(own)
    click(panel.repeat_bar.reuse)
    studio.until(lambda: bool(panel.styles.rows))
    assert panel.form.settings() == replace(own, strength=0.7)


@pytest.mark.parametrize("answer", ["Read", "Leave out"])
@pytest.mark.parametrize("button", ["repeat", "reuse", "continue_"])
def test_a_file_that_a_document_names_is_asked_about_before_it_is_touched(
    studio: Any, panel: Any, tmp_path: Path, button: str, answer: str
) -> None:
    document = follow(studio, panel)
    path = tmp_path / "<b>wave.jpg"
    recalled_by(studio, panel, document, RecordedStyle(Reference("file", "wave", path=str(path))))
    click(getattr(panel.repeat_bar, button))
    box = open_question(studio, panel)
    assert str(path) in box.text() and box.textFormat() == Qt.TextFormat.PlainText and not box.isModal()
    assert panel.styles.rows == [], "so far the file does not even exist"
    path.write_bytes((SAMPLES / "great_wave.jpg").read_bytes())
    krita = studio.krita.Krita.instance()
    krita.files[str(path)] = studio.krita.Document(4, 3, "Wave", ("RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc"))
    next(found for found in box.buttons() if found.text() == answer).click()
    if answer == "Leave out":
        studio.until(lambda: bool(studio.failures))
        assert studio.failures[0].startswith(f"Not all styles of this layer can be found: {path}.")
        assert panel.styles.rows == []
    else:
        studio.until(lambda: bool(panel.styles.rows))
        assert panel.styles.rows[0].source.path == str(path)
        if button != "reuse":
            studio.until(studio.is_painting)


@pytest.mark.parametrize("known", ["chosen", "recent"])
def test_a_file_of_the_user_s_own_is_not_asked_about(studio: Any, panel: Any, known: str) -> None:
    from PyQt5.QtWidgets import QMessageBox

    document, path = follow(studio, panel), str(SAMPLES / "great_wave.jpg")
    if known == "chosen":
        panel.add.add_files([path])
        studio.until(lambda: bool(panel.styles.rows))
        panel.styles.clear()
    else:
        studio.krita.Krita.instance().recent.append(path)
    recalled_by(studio, panel, document, RecordedStyle(Reference("file", "great_wave", path=path)))
    click(panel.repeat_bar.reuse)
    studio.until(lambda: bool(panel.styles.rows))
    assert panel.findChildren(QMessageBox) == []


def test_a_bundled_painting_is_not_asked_about_and_found_in_this_copy(studio: Any, panel: Any) -> None:
    from PyQt5.QtWidgets import QMessageBox

    document = follow(studio, panel)
    elsewhere = "/home/somebody/krita/pykrita/neural_style/nst_core/studio/paintings/poppies.jpg"
    recalled_by(studio, panel, document, RecordedStyle(Reference("file", "Poppies", path=elsewhere)))
    click(panel.repeat_bar.reuse)
    studio.until(lambda: bool(panel.styles.rows))
    assert panel.styles.rows[0].source.path == str(PAINTINGS[1].path) and panel.findChildren(QMessageBox) == []


def test_no_pipe_device_or_address_is_opened(studio: Any, panel: Any, tmp_path: Path) -> None:
    document, pipe = follow(studio, panel), tmp_path / "pipe.png"
    os.mkfifo(pipe)
    never = ["file:///etc/passwd", "//server/share/wave.png", "\\\\server\\share\\wave.png", "wave.png"]
    asked = [str(pipe), "/dev/zero", str(tmp_path), str(tmp_path / "gone.png")]
    styles = (RecordedStyle(Reference("file", "wave", path=path)) for path in [*never, *asked])
    recalled_by(studio, panel, document, *styles)
    click(panel.repeat_bar.repeat)
    box = open_question(studio, panel)
    assert [path for path in [*never, *asked] if path in box.text().splitlines()] == asked
    next(found for found in box.buttons() if found.text() == "Read").click()
    studio.until(lambda: bool(studio.failures))
    assert panel.styles.rows == [] and all(path in studio.failures[0] for path in [*never, *asked])
    with pytest.raises(UnreadableImage):
        finish_steps(studio.styles.FileSource(str(pipe)).read())
    panel.add.add_files([str(pipe)])
    studio.until(lambda: len(studio.failures) == 2)
    assert panel.styles.rows == []


def test_a_job_that_begins_closes_a_question(studio: Any, panel: Any) -> None:
    from PyQt5.QtWidgets import QMessageBox

    document = follow(studio, panel)
    recalled_by(studio, panel, document, RecordedStyle(Reference("file", "wave", path="/pictures/wave.jpg")))
    click(panel.repeat_bar.repeat)
    open_question(studio, panel)
    add_style(panel)
    click(panel.button)
    studio.until(studio.is_painting)
    studio.until(lambda: not panel.findChildren(QMessageBox))
    assert len(panel.styles.rows) == 1


@pytest.mark.parametrize("button", ["repeat", "reuse", "continue_"])
def test_a_question_about_a_layer_closes_when_another_document_comes(
    studio: Any, panel: Any, tmp_path: Path, button: str
) -> None:
    from PyQt5.QtWidgets import QMessageBox

    document, path = follow(studio, panel), tmp_path / "wave.jpg"
    path.write_bytes((SAMPLES / "great_wave.jpg").read_bytes())
    recalled_by(studio, panel, document, RecordedStyle(Reference("file", "wave", path=str(path))))
    click(getattr(panel.repeat_bar, button))
    box = open_question(studio, panel)
    panel.show_document(studio.documents.Document(document))
    assert box.isVisible(), "it is the same document"
    read = next(found for found in box.buttons() if found.text() == "Read")
    follow(studio, panel)
    read.click()
    studio.until(lambda: not panel.findChildren(QMessageBox))
    for _ in range(20):
        studio.application.processEvents()
    assert panel.styles.rows == [] and not studio.controller.is_busy and studio.failures == []
