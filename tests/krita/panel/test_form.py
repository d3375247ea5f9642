"""The docker's form: a test types, moves and restores every setting, also those of the running picture."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt5.QtCore import Qt

from nst_core.bridge.presets import Presets
from nst_core.job.adjustment import Adjustment
from nst_core.job.events import Ready
from nst_core.job.request import WEIGHT_RANGE
from nst_core.job.settings import Settings, definitions
from tests.krita.docker import add_style, click, follow, result


def test_every_setting_has_a_field_with_label_buddy_tooltip_and_accessible_name(panel: Any) -> None:
    for item in definitions():
        field = panel.form.fields[item.name]
        focus = getattr(field, "spin", field)
        if item.name != "quality":  # This field has its place beside Stylize, and its name in the box.
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
    assert panel.form.fields["memory"].spin.text() == "Automatic"


def live_fields(panel: Any) -> Any:
    """Return the fields that change the running picture, by their names."""
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
    assert [field.value() for field in live.values()] == [1.0, Settings.keep_content, 0.0, 1.0, 1.0]
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


def test_last_settings_come_back(studio: Any, panel: Any) -> None:
    follow(studio, panel)
    add_style(panel)
    panel.form.fields["strength"].set_value(0.15)
    click(panel.button)
    again = studio.panels.Panel(studio.controller, Presets())
    assert again.form.settings().strength == 0.15


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


def test_the_engines_devices_are_offered(studio: Any, panel: Any) -> None:
    studio.send(Ready("1", ("cuda", "cpu")))
    box = panel.form.fields["device"]
    assert [box.itemText(index) for index in range(box.count())] == ["auto", "cuda", "cpu"]
    assert box.currentText() == "auto"


def test_a_texture_asks_for_nothing_about_a_content(panel: Any) -> None:
    fields = panel.form.fields
    fields["mode"].set_value("texture")
    assert [name for name in fields if not fields[name].isEnabled()] == [
        *("strength", "keep_content", "color", "color_amount", "init"),
    ]
    fields["mode"].set_value("picture")
    assert all(field.isEnabled() for field in fields.values())
