"""The docker under real clicks and keys: its texts, its requests to the engine, its error messages."""

from __future__ import annotations

import html
import os
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Iterator
from unittest import mock

import pytest
from PyQt5.QtCore import Qt

from nst_core.bridge import language
from nst_core.bridge.installation import InstallationStep, Installed
from nst_core.bridge.presets import FileStyle, Presets
from nst_core.bridge.record import Record, RecordedStyle, Reference
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import (
    EngineMissing,
    EngineNotInstalled,
    EngineOutdated,
    HostError,
    InstallFailed,
    UnreadableImage,
    WorkerDied,
)
from nst_core.job.events import Failed, Preview, Progress, Ready, Result
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import WEIGHT_RANGE
from nst_core.job.settings import Settings, definitions
from nst_core.studio.bundled import PAINTINGS
from nst_core.studio.preset_list import Preset, PresetList
from tests.krita.docker import click

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"


class Installing:
    """Stands for the installer: reports what a test puts into ``events``."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.begun = self.stopped = False

    def start(self) -> None:
        self.begun = True

    def poll(self) -> Any:
        events, self.events = self.events, []
        return events

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def installing() -> Installing:
    return Installing()


@pytest.fixture
def panel(studio: Any, installing: Installing) -> Iterator[Any]:
    made = studio.panels.Panel(studio.controller, Presets(), lambda: installing)
    made.resize(250, 800)
    made.show()
    studio.application.processEvents()  # It looks at the layers.
    yield made
    made.close()


def follow(studio: Any, panel: Any) -> Any:
    document = studio.open()
    panel.leave_for(studio.documents.Document(document))
    panel.show_document(studio.documents.Document(document))
    return document


def add_style(panel: Any, name: str = "Style") -> None:
    panel.add.fill_menu()
    next(action for action in panel.add.menu().actions() if action.text().strip() == name).trigger()


def finish_steps(steps: Any) -> Any:
    """Run steps to their end; their result."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def focus_chain(first: Any) -> Iterator[Any]:
    """The widgets in the order of the Tab key."""
    yield first
    widget = first.nextInFocusChain()
    while widget is not first:
        yield widget
        widget = widget.nextInFocusChain()


def named(panel: Any, name: str) -> Any:
    from PyQt5.QtWidgets import QWidget

    return panel.findChild(QWidget, name)


def result(size: tuple[int, int] = (4, 3)) -> Result:
    return Result(PixelBuffer(*size, "rgba-f32", bytes(16 * size[0] * size[1])), True, 1.0, "cpu", 5)


def test_every_setting_has_a_field_with_label_buddy_tooltip_and_accessible_name(panel: Any) -> None:
    for item in definitions():
        field = panel.form.fields[item.name]
        focus = getattr(field, "spin", field)
        if item.name != "quality":  # It has its place beside Stylize, and its name in the box.
            label = panel.form.labels[item.name]
            assert label.text() == item.label and label.buddy() is focus and item.help in label.toolTip()
        assert item.help in focus.toolTip()
        assert focus.accessibleName() == item.label and focus.accessibleDescription() == item.help
        assert field.isVisibleTo(panel) == (not item.advanced)
    click(panel.form.fold)
    assert all(field.isVisible() for field in panel.form.fields.values())


def test_settings_pass_through_the_form_unchanged(panel: Any) -> None:
    settings = Settings(
        strength=0.35, style_scale=0.25, color="luminance", color_amount=0.5, quality="high", size=640,
        total_variation=2.5, init="noise", seed=12345, device="cpu", memory=3.5, weights="torchvision",
    )  # fmt: skip
    panel.form.show_settings(settings)
    assert panel.form.settings() == settings
    panel.form.show_settings(Settings())
    assert panel.form.settings() == Settings()


def test_slider_and_number_follow_each_other(panel: Any) -> None:
    field = panel.form.fields["style_scale"]
    field.slider.setValue(0)
    assert panel.form.settings().style_scale == 0.25
    field.slider.setValue(field.slider.maximum())
    assert panel.form.settings().style_scale == 4.0
    field.spin.setValue(1.0)
    assert field.slider.value() == field.slider.maximum() // 2


def test_weights_have_the_range_of_both_editors_with_1_in_the_middle(studio: Any, panel: Any) -> None:
    follow(studio, panel)
    add_style(panel)
    weight = panel.styles.rows[0].weight
    assert (weight.spin.minimum(), weight.spin.maximum()) == WEIGHT_RANGE
    assert weight.value() == 1 and weight.slider.value() == weight.slider.maximum() // 2


@pytest.mark.parametrize("typed", ["0,5", "0.5", ",5"])
@pytest.mark.parametrize("locale", ["C", "en_US", "de_DE", "fr_CH"])
def test_a_half_is_typed_with_a_point_or_a_comma(studio: Any, panel: Any, locale: str, typed: str) -> None:
    from PyQt5.QtCore import QLocale
    from PyQt5.QtTest import QTest

    follow(studio, panel)
    add_style(panel)
    for field in (panel.styles.rows[0].weight, panel.form.fields["strength"]):
        field.spin.setLocale(QLocale(locale))
        field.spin.lineEdit().selectAll()
        QTest.keyClicks(field.spin.lineEdit(), typed)
        QTest.keyClick(field.spin.lineEdit(), Qt.Key_Return)
        assert field.value() == 0.5 and field.spin.text() == QLocale(locale).toString(0.5, "f", 2)


def test_zero_is_shown_in_words(panel: Any) -> None:
    assert panel.form.fields["size"].spin.text() == "Full size"
    assert panel.form.fields["memory"].spin.text() == "Automatic"


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
    """The texts of boxes and buttons that have more letters than room."""
    from PyQt5.QtWidgets import QAbstractSpinBox, QComboBox, QPushButton, QStyle, QStyleOptionComboBox

    def too_long(widget: Any, texts: Any, room: int) -> Iterator[str]:
        return (text for text in texts if widget.fontMetrics().horizontalAdvance(text) > room)

    for box in panel.findChildren(QComboBox):
        if box is not panel.content and box.isVisible():  # The content box shortens names in the middle.
            option = QStyleOptionComboBox()
            box.initStyleOption(option)
            field = box.style().subControlRect(QStyle.CC_ComboBox, option, QStyle.SC_ComboBoxEditField, box)
            yield from too_long(box, [box.itemText(index) for index in range(box.count())], field.width())
    for spin in panel.findChildren(QAbstractSpinBox):
        if spin.isVisible():
            yield from too_long(spin, [spin.text(), spin.specialValueText()], spin.lineEdit().width())
    for button in panel.findChildren(QPushButton):
        if button.isVisible():
            yield from too_long(button, [button.text()], button.width())


@pytest.mark.parametrize("code", ["en", *language.available()])
def test_no_word_is_cut_at_250_pixels(studio: Any, panel: Any, code: str) -> None:
    from PyQt5.QtGui import QFont

    language.use([code])
    font = studio.application.font()
    studio.application.setFont(QFont("DejaVu Sans", 9))
    try:
        translated = studio.panels.Panel(studio.controller, Presets())
        translated.resize(250, 700)  # Low enough for a scroll bar.
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
    assert docker.panel.form.settings() == Settings()
    docker.panel.presets.box.setCurrentIndex(docker.panel.presets.box.count() - 1)
    docker.panel.presets.box.activated.emit(docker.panel.presets.box.count() - 1)
    assert docker.panel.form.settings() == PresetList(Presets()).presets()[-1].settings


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


def live_fields(panel: Any) -> Any:
    """The fields that steer the picture being painted, by their names."""
    return {field.spin.accessibleName(): field for field in [*panel.steering.fields, *panel.steering.weights]}


def test_the_settings_are_about_the_next_picture_and_other_sliders_about_this_one(studio: Any, panel: Any) -> None:
    from PyQt5.QtWidgets import QLabel

    follow(studio, panel)
    for name in ("Style", "Background"):
        add_style(panel, name)
    click(panel.button)
    studio.until(studio.is_painting)
    assert panel.next_title.isVisible()
    assert all(field.isEnabled() for field in panel.form.fields.values()) and panel.content.isEnabled()
    panel.form.fields["strength"].set_value(0.1)
    panel.styles.rows[0].weight.set_value(9.0)
    assert studio.engine.adjusted == []
    click(panel.steering.fold)
    live = live_fields(panel)
    assert list(live) == ["Strength", "Keep content", "Smoothness", "Style", "Background"]
    names = {label.text(): label for label in panel.steering.findChildren(QLabel)}
    assert all(names[name].wordWrap() for name in list(live)[:3]), "a long name is broken into lines"
    assert [field.value() for field in live.values()] == [1.0, 0.55, 0.0, 1.0, 1.0]
    live["Strength"].set_value(0.25)
    live["Background"].set_value(2.0)
    assert studio.engine.adjusted == [Adjustment({"strength": 0.25}), Adjustment(weights=(1.0, 2.0))]
    assert panel.form.settings().strength == 0.1
    studio.send(result())
    studio.until(studio.is_idle)
    assert not panel.next_title.isVisible() and not panel.steering.isVisible()


def test_a_texture_is_not_steered_by_settings_of_the_content(studio: Any, panel: Any) -> None:
    follow(studio, panel)
    add_style(panel)
    panel.form.fields["mode"].set_value("texture")
    click(panel.button)
    studio.until(studio.is_painting)
    assert list(live_fields(panel)) == ["Smoothness"]


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


def painted(studio: Any, panel: Any) -> Any:
    """A document with a layer that the docker has had painted, which is active."""
    document = follow(studio, panel)
    add_style(panel)
    click(panel.button)
    finish(studio)
    document.active = document.root.childNodes()[1]
    panel.look_again()
    return document


def finish(studio: Any) -> None:
    """The engine has painted."""
    studio.until(studio.is_painting)
    studio.send(result())
    studio.until(studio.is_idle)


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


def test_a_missing_engine_is_installed_from_the_docker(studio: Any, panel: Any, installing: Installing) -> None:
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


def test_an_installation_that_fails_or_is_stopped(studio: Any, panel: Any, installing: Installing) -> None:
    studio.controller.failed.emit(EngineNotInstalled("No engine is installed."))
    click(named(panel, "install_engine"))
    installing.events = [Failed(InstallFailed("The disk is full.", "Make room."))]
    studio.until(lambda: not installing.events)
    assert panel.message.text.text() == "The disk is full. Make room." and not panel.installation.isVisible()
    panel.installation.start()
    click(named(panel, "stop_installing"))
    assert installing.stopped and not panel.installation.isVisible()


def test_last_settings_come_back(studio: Any, panel: Any) -> None:
    follow(studio, panel)
    add_style(panel)
    panel.form.fields["strength"].set_value(0.15)
    click(panel.button)
    again = studio.panels.Panel(studio.controller, Presets())
    assert again.form.settings().strength == 0.15


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


def test_the_wheel_scrolls_past_sliders(studio: Any, panel: Any) -> None:
    from PyQt5.QtCore import QPoint, QPointF
    from PyQt5.QtGui import QWheelEvent
    from PyQt5.QtWidgets import QSlider

    before = panel.form.settings()
    sliders = panel.form.findChildren(QSlider)
    for slider in sliders:
        turn = QPoint(0, -120)
        event = QWheelEvent(
            QPointF(5, 5), QPointF(5, 5), turn, turn, Qt.NoButton, Qt.NoModifier, Qt.NoScrollPhase, False
        )
        studio.application.sendEvent(slider, event)
    assert sliders and panel.form.settings() == before


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
    other.thumbnail = lambda *size: QImage()  # Krita has none of a closed document.
    seen = panel.styles.rows[0].picture.pixmap().toImage()
    panel.styles.refresh()
    for _ in range(50):
        studio.application.processEvents()
    assert panel.styles.rows[0].picture.pixmap().toImage() == seen, "it keeps the picture that it had"
    click(panel.button)
    studio.until(studio.is_idle)
    assert studio.failures[-1].startswith("The document of the style Other was closed.")


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
    assert studio.failures[-1].startswith("The layer that this one was painted from is gone.")


@pytest.mark.parametrize("button", ["go_on", "repeat"])
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
    """Give the background, which becomes active, a record with these styles."""
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


@pytest.mark.parametrize("button", ["repeat", "reuse", "go_on"])
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
    assert studio.failures[0].startswith("The mask or layer that says where the content is kept is gone.")
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
@pytest.mark.parametrize("button", ["repeat", "reuse", "go_on"])
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


EVIL = '<img src="file:///dev/zero"><h1>&amp; evil'


@pytest.mark.parametrize("button", ["repeat", "reuse", "go_on"])
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


def shown_texts(window: Any) -> Iterator[str]:
    """Each text that Qt shows as rich text, as a person would see it."""
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
    image = "\ufffc"  # The place of a picture in a rendered text.
    assert not any(image in text for text in seen)
    for tooltip in (panel.styles.rows[0].region, panel.keep_mask):
        assert html.escape(EVIL, quote=False) in tooltip.toolTip()
    assert sum(EVIL in text for text in seen) >= 3, "it is read as it is"


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


def test_the_engines_devices_are_offered(studio: Any, panel: Any) -> None:
    studio.send(Ready("1", ("cuda", "cpu")))
    box = panel.form.fields["device"]
    assert [box.itemText(index) for index in range(box.count())] == ["auto", "cuda", "cpu"]
    assert box.currentText() == "auto"


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
    """Krita 5.3 runs its event loop meanwhile. Inside a docker's showEvent that was seen to crash."""
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
    """The controller of the dockers that Krita makes."""
    from krita_plugin import docker

    return docker.controller()


def test_a_texture_asks_for_nothing_about_a_content(panel: Any) -> None:
    fields = panel.form.fields
    fields["mode"].set_value("texture")
    assert [name for name in fields if not fields[name].isEnabled()] == [
        *("strength", "keep_content", "color", "color_amount", "init"),
    ]
    fields["mode"].set_value("picture")
    assert all(field.isEnabled() for field in fields.values())


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
        translated.resize(300, 900)
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
