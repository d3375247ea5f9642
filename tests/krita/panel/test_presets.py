"""The docker's presets: shipped ones and the user's own, with and without styles."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from PyQt5.QtCore import Qt

from nst_core.bridge.presets import FileStyle, Presets
from nst_core.job.settings import Settings
from nst_core.studio.preset_list import Preset, PresetList
from tests.krita.docker import add_style, click, follow

SAMPLES = Path(__file__).parents[3] / "docs" / "samples"


def test_presets(studio: Any, panel: Any) -> None:
    from PyQt5.QtWidgets import QInputDialog, QMessageBox

    def answer(action: Any, text: str) -> None:
        action.trigger()
        dialog = panel.presets.findChildren(QInputDialog)[-1]
        assert not dialog.isModal()
        dialog.setTextValue(text)
        assert ("there is a preset" in dialog.labelText()) is (text in Presets().all())
        dialog.accept()

    panel.form.fields["strength"].set_value(0.9)
    answer(panel.presets.save, "Storm")
    assert panel.presets.box.currentText() == "Storm" and Presets().all()["Storm"].settings.strength == 0.9
    panel.presets.reset.trigger()
    assert panel.form.settings() == Settings()
    panel.presets.box.activated.emit(panel.presets.box.currentIndex())
    assert panel.form.settings().strength == 0.9
    answer(panel.presets.rename, "Calm")
    assert list(Presets().all()) == ["Calm"]
    answer(panel.presets.save, "   ")
    assert studio.failures[-1].startswith("A preset needs a name")
    panel.presets.delete.trigger()
    question = panel.presets.findChildren(QMessageBox)[-1]
    assert not question.isModal() and list(Presets().all()) == ["Calm"], "nothing is deleted unasked"
    question.button(QMessageBox.Yes).click()
    assert list(Presets().all()) == [] and panel.presets.box.currentText() == "Presets"


def choose_preset(panel: Any, name: str) -> None:
    box = panel.presets.box
    box.setCurrentIndex(box.findText(name))
    box.activated.emit(box.currentIndex())


def test_the_shipped_presets_come_first_and_describe_themselves(studio: Any, panel: Any) -> None:
    Presets().save("Mine", Settings())
    panel.presets.refresh()
    box, presets = panel.presets.box, PresetList(Presets()).presets()
    names = [box.itemText(index) for index in range(box.count())]
    shipped = [preset for preset in presets if preset.is_shipped]
    assert names == ["Presets", *(preset.name for preset in shipped), "", "Mine"]
    for index, preset in enumerate(shipped, 1):
        assert html.escape(preset.detail, quote=False) in box.itemData(index, Qt.ToolTipRole)
    for preset in shipped:
        choose_preset(panel, preset.name)
        assert box.currentText() == preset.name and not preset.is_changed(panel.form.settings())
        assert html.escape(preset.detail, quote=False) in box.toolTip()


def test_a_shipped_preset_leaves_the_quality_and_the_machine_alone(studio: Any, panel: Any) -> None:
    panel.form.show_settings(Settings(quality="draft", size=640, device="cpu", keep_content=0.1))
    choose_preset(panel, "Portrait")
    settings = panel.form.settings()
    assert (settings.quality, settings.size, settings.device) == ("draft", 640, "cpu") and settings.keep_content > 0.5


def test_a_changed_preset_says_so(studio: Any, panel: Any) -> None:
    box = panel.presets.box
    choose_preset(panel, "Portrait")
    panel.form.fields["strength"].set_value(0.5)
    assert box.currentText() == "Portrait (changed)"
    panel.form.fields["strength"].set_value(1.0)
    assert box.currentText() == "Portrait"
    panel.form.fields["quality"].set_value("draft")
    assert box.currentText() == "Portrait", "it says nothing about the quality"
    panel.form.fields["strength"].set_value(0.5)
    choose_preset(panel, "Landscape")
    assert box.currentText() == "Landscape" and box.findText("Portrait") == 1


def test_a_preset_holds_its_styles(studio: Any, panel: Any) -> None:
    from PyQt5.QtWidgets import QInputDialog

    def save(name: str) -> None:
        panel.presets.menu.aboutToShow.emit()
        assert panel.presets.save_styles.isEnabled()
        panel.presets.save_styles.trigger()
        dialog = panel.presets.findChildren(QInputDialog)[-1]
        dialog.setTextValue(name)
        dialog.accept()

    follow(studio, panel)
    box = panel.presets.box
    panel.presets.menu.aboutToShow.emit()
    assert not panel.presets.save_styles.isEnabled()
    wave, poppies = (str(SAMPLES / f"{name}.jpg") for name in ("great_wave", "poppies"))
    panel.add.add_files([wave, poppies])
    studio.until(lambda: len(panel.styles.rows) == 2)
    panel.styles.rows[1].weight.set_value(2.5)
    panel.form.fields["strength"].set_value(0.5)
    save("Sea")
    assert Presets().all()["Sea"].styles == (FileStyle(wave), FileStyle(poppies, 2.5))
    assert box.currentText() == "Sea"
    panel.styles.rows[1].weight.set_value(1.0)
    assert box.currentText() == "Sea (changed)"
    panel.styles.rows[1].weight.set_value(2.5)
    assert box.currentText() == "Sea"
    click(panel.styles.rows[0].remove)
    assert box.currentText() == "Sea (changed)"
    choose_preset(panel, "Portrait")
    assert box.currentText() == "Portrait" and len(panel.styles.rows) == 1, "it leaves the styles alone"
    choose_preset(panel, "Sea")
    studio.until(lambda: len(panel.styles.rows) == 2)
    assert [choice.file_style for choice in panel.styles.choices()] == [FileStyle(wave), FileStyle(poppies, 2.5)]
    assert panel.form.settings().strength == 0.5 and box.currentText() == "Sea"
    add_style(panel)
    save("Layers")
    assert studio.failures[-1].startswith("A preset can't hold a style that is a layer.")
    assert "Layers" not in Presets().all()


def test_the_styles_of_a_preset_take_the_place_of_those_that_are_being_added(studio: Any, panel: Any) -> None:
    wave, poppies = (str(SAMPLES / f"{name}.jpg") for name in ("great_wave", "poppies"))
    panel.presets.chosen.emit(Preset("Waves", Settings(), styles=(FileStyle(wave), FileStyle(wave))))
    panel.presets.chosen.emit(Preset("Poppies", Settings(), styles=(FileStyle(poppies),)))
    studio.until(lambda: bool(panel.styles.rows))
    for _ in range(20):
        studio.application.processEvents()
    assert [row.source.path for row in panel.styles.rows] == [poppies]


def test_a_style_of_a_preset_that_is_gone_is_named(studio: Any, panel: Any, tmp_path: Path) -> None:
    Presets().save("Sea", Settings(), [FileStyle(str(tmp_path / "gone.png")), FileStyle(str(SAMPLES / "poppies.jpg"))])
    panel.presets.refresh()
    choose_preset(panel, "Sea")
    studio.until(lambda: bool(studio.failures))
    assert "gone.png" in studio.failures[0] and [row.source.name for row in panel.styles.rows] == ["poppies"]
    assert panel.presets.box.currentText() == "Sea (changed)"


def test_only_own_presets_are_renamed_or_deleted(studio: Any, panel: Any) -> None:
    from PyQt5.QtWidgets import QInputDialog

    choose_preset(panel, "Portrait")
    panel.presets.menu.aboutToShow.emit()
    assert not panel.presets.rename.isEnabled() and not panel.presets.delete.isEnabled()
    panel.presets.save.trigger()
    dialog = panel.presets.findChildren(QInputDialog)[-1]
    assert dialog.textValue() == ""
    dialog.setTextValue("Portrait")
    assert "there is a preset" in dialog.labelText()
    dialog.accept()
    assert studio.failures == ["A preset that comes with the program has this name. Choose another name."]
    Presets().save("Mine", Settings())
    panel.presets.refresh("Mine")
    panel.presets.menu.aboutToShow.emit()
    assert panel.presets.rename.isEnabled() and panel.presets.delete.isEnabled()
