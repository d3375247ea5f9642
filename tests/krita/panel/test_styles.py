"""The docker's list of styles: layers, files and other documents."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from nst_core.studio.bundled import PAINTINGS
from tests.krita.docker import click, finish_steps, follow, result

SAMPLES = Path(__file__).parents[3] / "docs" / "samples"


def test_a_file_as_style(studio: Any, panel: Any) -> None:
    from PyQt5.QtWidgets import QFileDialog

    follow(studio, panel)
    panel.add.choose_files()
    dialog = panel.findChild(QFileDialog)
    assert not dialog.isModal()
    dialog.filesSelected.emit([str(SAMPLES / "great_wave.jpg"), str(SAMPLES / "poppies.jpg")])
    dialog.close()
    studio.until(lambda: len(panel.styles.rows) == 2)
    studio.until(lambda: panel.styles.rows[0].picture.pixmap() is not None)
    assert [row.source.name for row in panel.styles.rows] == ["great_wave", "poppies"]
    assert not panel.styles.rows[0].picture.pixmap().toImage().allGray()
    click(panel.styles.rows[0].remove)
    assert [row.source.name for row in panel.styles.rows] == ["poppies"]
    assert panel.styles.rows[0].remove.accessibleName() == "Remove the style poppies"
    panel.add.choose_files()
    dialog = panel.findChild(QFileDialog)
    assert dialog.directory().absolutePath() == str(SAMPLES), "the next file is looked for where the last one lay"
    dialog.close()


def test_a_bundled_painting_is_called_by_its_short_title(studio: Any) -> None:
    assert studio.styles.FileSource(str(PAINTINGS[0].path)).name == "Great Wave"


def test_a_file_that_is_no_picture_is_refused_when_it_is_chosen(studio: Any, panel: Any, tmp_path: Path) -> None:
    from PyQt5.QtWidgets import QFileDialog

    follow(studio, panel)
    text, only_krita_s = tmp_path / "notes.txt", tmp_path / "sketch.kra"
    for path in (text, only_krita_s):
        path.write_text("no picture that Qt knows")
    krita = studio.krita.Krita.instance()
    krita.files[str(only_krita_s)] = studio.krita.Document(4, 3, "Sketch", ("RGBA", "U8", ""))
    panel.add.choose_files()
    panel.findChild(QFileDialog).filesSelected.emit([str(text), str(only_krita_s)])
    studio.until(lambda: bool(studio.failures))
    assert panel.message.text.text().startswith("The picture notes.txt can't be opened. Choose another file")
    assert panel.message.isVisible()
    assert [row.source.name for row in panel.styles.rows] == ["sketch"] and len(krita.open) == 1
    panel.add.add_files([str(SAMPLES / "great_wave.jpg")])
    studio.until(lambda: len(panel.styles.rows) == 2)
    assert not panel.message.isVisible()


def test_a_file_is_read_again_only_if_it_has_changed(
    studio: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from PyQt5.QtGui import QImage, QImageReader

    read: list[str] = []

    def reader(path: str) -> Any:
        read.append(path)
        return QImageReader(path)

    monkeypatch.setattr(studio.styles.QtGui, "QImageReader", reader)
    path = tmp_path / "large.png"
    picture = QImage(64, 64, QImage.Format.Format_RGB32)
    for time, color in ((1000, 0xFFFF0000), (2000, 0xFF00FF00)):
        picture.fill(color)
        assert picture.save(str(path))
        os.utime(path, (time, time))
        seen = [finish_steps(studio.styles.FileSource(str(path)).thumbnail(32)).pixel(0, 0) for _ in range(2)]
        assert seen == [color, color]
    assert read == [str(path)] * 2


def test_a_style_is_removed_before_its_picture_is_there(
    studio: Any, panel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PyQt5.QtCore import QEvent
    from PyQt5.QtGui import QImage

    class Slow(studio.styles.FileSource):  # type: ignore[misc]
        is_there = False

        def thumbnail(self, side: int) -> Any:
            while not self.is_there:
                yield
            return QImage(4, 3, QImage.Format_ARGB32)

    errors: list[Any] = []
    monkeypatch.setattr(sys, "excepthook", lambda *error: errors.append(error))
    panel.styles.add(studio.styles.Choice(Slow("/pictures/wave.jpg")))
    row = panel.styles.rows[0]
    panel.styles.clear()
    studio.application.sendPostedEvents(row, QEvent.DeferredDelete)
    Slow.is_there = True
    for _ in range(20):
        studio.application.processEvents()
    assert errors == []


def test_styles_of_another_document(studio: Any, panel: Any) -> None:
    from PyQt5.QtGui import QImage

    follow(studio, panel)
    other = studio.open("Other.kra", size=(7, 5))
    panel.add.fill_menu()
    submenu = next(action.menu() for action in panel.add.menu().actions() if action.text() == "Other.kra")
    submenu.aboutToShow.emit()
    submenu.actions()[0].trigger()
    source = panel.styles.rows[0].source
    assert (source.name, source.layer_id) == ("Other", "")
    studio.until(lambda: panel.styles.rows[0].picture.pixmap() is not None)
    click(panel.button)
    studio.until(studio.is_painting)
    assert (studio.engine.jobs[0].styles[0].image.width, studio.engine.jobs[0].styles[0].image.height) == (7, 5)
    studio.send(result())
    studio.until(studio.is_idle)
    other.close()
    other.thumbnail = lambda *size: QImage()  # Krita has no thumbnail of a closed document.
    seen = panel.styles.rows[0].picture.pixmap().toImage()
    panel.styles.refresh()
    for _ in range(50):
        studio.application.processEvents()
    assert panel.styles.rows[0].picture.pixmap().toImage() == seen, "it keeps the picture that it had"
    click(panel.button)
    studio.until(studio.is_idle)
    assert studio.failures[-1].startswith("The document of the style Other was closed.")
