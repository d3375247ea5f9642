"""The settings as a form, made from their definitions: a setting that is added there appears here.

Every field has a label, a name for screen readers, and a tooltip that says how the setting changes the picture.
"""

from __future__ import annotations

import math
from typing import Any, Dict, List, Optional, Sequence

from nst_core.bridge.language import tr
from nst_core.job.settings import Definition, Settings, Value, definitions

from .qt import Qt, QtWidgets, Signal
from .widgets import column, guard_wheel, hint, let_shrink, row, text_label

#: Numbers over a wider range have no slider: it would be too coarse to choose a value.
WIDEST_SLIDER = 100
SLIDER_STEPS = 200
#: Width in pixels that a spin box beside a slider needs.
NARROWEST_SPIN = 62
#: Choices that the user makes in another way: *Continue* starts from a picture.
NOT_OFFERED = {"init": ("picture",)}


class DecimalBox(QtWidgets.QDoubleSpinBox):
    """A spin box in which the decimals follow a point or a comma, because people type either.

    Qt takes one of them, depending on the locale, for a separator of thousands, and reads 0,5 or 0.5 as 5.
    """

    def validate(self, text: str, position: int) -> Any:
        """Qt asks whether ``text`` is a number; it gets the text with the locale's own decimal point."""
        point = self.locale().decimalPoint()
        return super().validate(text.replace(",", point).replace(".", point), position)


class NumberField(QtWidgets.QWidget):
    """A number with a spin box and, for small ranges, a slider."""

    changed = Signal()

    def __init__(self, definition: Definition) -> None:
        super().__init__()
        self._definition = definition
        self._is_whole = definition.kind == "int"
        self.spin = QtWidgets.QSpinBox() if self._is_whole else DecimalBox()
        self._set_up_spin(definition)
        layout = row(self)
        self.slider: Optional[Any] = None
        if not self._is_whole and definition.maximum - definition.minimum <= WIDEST_SLIDER:
            self.slider = self._make_slider(definition)
            self.spin.setMinimumWidth(NARROWEST_SPIN)
            layout.addWidget(self.slider, 1)
        layout.addWidget(self.spin, 0 if self.slider else 1)
        self.spin.valueChanged.connect(self._spin_moved)
        self.setFocusProxy(self.spin)

    def value(self) -> Value:
        """The number."""
        value: Value = self.spin.value()
        return value

    def set_value(self, value: Value) -> None:
        """Show a number."""
        self.spin.setValue(value)

    def _set_up_spin(self, definition: Definition) -> None:
        if not self._is_whole:
            self.spin.setDecimals(2)
            self.spin.setSingleStep(0.05)
        self.spin.setRange(*self._limits(definition))
        self.spin.setValue(definition.default)
        self.spin.setKeyboardTracking(False)
        guard_wheel(self.spin)
        if definition.unit:
            self.spin.setSuffix(f" {definition.unit}")
        if definition.zero_label:
            self.spin.setSpecialValueText(tr(definition.zero_label))

    def _limits(self, definition: Definition) -> Sequence[Value]:
        kind = int if self._is_whole else float
        return kind(definition.minimum), kind(definition.maximum)

    def _make_slider(self, definition: Definition) -> Any:
        slider = QtWidgets.QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, SLIDER_STEPS)
        slider.setPageStep(SLIDER_STEPS // 10)
        slider.setMinimumWidth(30)
        guard_wheel(slider)
        slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # The keyboard uses the spin box beside it.
        slider.setValue(_to_slider(definition, float(definition.default)))
        slider.valueChanged.connect(self._slider_moved)
        return slider

    def _slider_moved(self, position: int) -> None:
        if position != _to_slider(self._definition, self.spin.value()):
            self.spin.setValue(_from_slider(self._definition, position))

    def _spin_moved(self) -> None:
        if self.slider is not None:
            self.slider.setValue(_to_slider(self._definition, self.spin.value()))
        self.changed.emit()


class ChoiceField(QtWidgets.QComboBox):
    """One of the setting's choices."""

    changed = Signal()

    def __init__(self, definition: Definition) -> None:
        super().__init__()
        for choice, label in zip(definition.choices, definition.choice_labels):
            if choice not in NOT_OFFERED.get(definition.name, ()):
                self.addItem(tr(label), choice)
        guard_wheel(self)
        self.set_value(definition.default)
        self.currentIndexChanged.connect(lambda index: self.changed.emit())

    def value(self) -> Value:
        """The choice's name."""
        return str(self.currentData())

    def set_value(self, value: Value) -> None:
        """Show a choice; one that is not offered becomes the first."""
        self.setCurrentIndex(max(0, self.findData(value)))


class TextField(QtWidgets.QComboBox):
    """A text, with suggestions."""

    changed = Signal()

    def __init__(self, definition: Definition) -> None:
        super().__init__()
        self._default = str(definition.default)
        self.setEditable(True)
        self.setInsertPolicy(QtWidgets.QComboBox.InsertPolicy.NoInsert)
        let_shrink(self)
        self.suggest([])
        self.set_value(definition.default)
        self.currentTextChanged.connect(lambda text: self.changed.emit())

    def value(self) -> Value:
        """The text; the default if there is none."""
        return str(self.currentText()).strip() or self._default

    def set_value(self, value: Value) -> None:
        """Show a text."""
        self.setEditText(str(value))

    def suggest(self, texts: Sequence[str]) -> None:
        """Offer the default and ``texts`` in the list."""
        text = self.currentText()
        self.blockSignals(True)
        self.clear()
        self.addItems([self._default, *texts])
        self.setEditText(text)
        self.blockSignals(False)


class Form(QtWidgets.QWidget):
    """All settings; ``changed`` reports a change by the user or by :meth:`show_settings`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._is_locked = False
        self.fields: Dict[str, Any] = {}
        self.labels: Dict[str, Any] = {}
        layout = column(self)
        layout.addWidget(self._group([item for item in definitions() if not item.advanced]))
        self.fold, self._folded = self._make_fold()
        layout.addWidget(self.fold)
        layout.addWidget(self._folded)
        self.fields["mode"].currentIndexChanged.connect(lambda index: self._enable())

    def settings(self) -> Settings:
        """The settings that the form shows."""
        return Settings.from_dict({name: field.value() for name, field in self.fields.items()})

    def show_settings(self, settings: Settings) -> None:
        """Show ``settings``, and report one change."""
        self.blockSignals(True)
        for name, value in settings.to_dict().items():
            self.fields[name].set_value(value)
        self.blockSignals(False)
        self.changed.emit()

    def lock(self, locked: bool) -> None:
        """While a job runs, disable all settings but the live ones."""
        self._is_locked = locked
        self._enable()

    def _enable(self) -> None:
        is_texture = self.fields["mode"].value() == "texture"
        for item in definitions():
            is_of_use = not (is_texture and item.of_content)
            for widget in (self.fields[item.name], self.labels[item.name]):
                widget.setEnabled(is_of_use and (item.live or not self._is_locked))

    def tab_stops(self) -> List[Any]:
        """The widgets that the Tab key reaches."""
        stops = {item.name: getattr(self.fields[item.name], "spin", self.fields[item.name]) for item in definitions()}
        basic = [stops[item.name] for item in definitions() if not item.advanced]
        return [*basic, self.fold, *(stops[item.name] for item in definitions() if item.advanced)]

    def place_beside(self, name: str, widget: Any) -> None:
        """Put ``widget`` at the end of the setting ``name``."""
        self.fields[name].layout().addWidget(widget)

    def suggest_devices(self, devices: Sequence[str]) -> None:
        """Offer the engine's devices."""
        self.fields["device"].suggest(devices)

    def _make_fold(self) -> Sequence[Any]:
        fold = QtWidgets.QToolButton()
        fold.setText(tr("More settings"))
        fold.setObjectName("more_settings")
        fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        fold.setArrowType(Qt.ArrowType.RightArrow)
        fold.setAutoRaise(True)
        fold.setCheckable(True)
        fold.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        hint(fold, tr("Show the settings that are seldom needed."))
        folded = self._group([item for item in definitions() if item.advanced])
        folded.hide()
        fold.toggled.connect(self._unfold)
        return fold, folded

    def _unfold(self, shown: bool) -> None:
        self.fold.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self._folded.setVisible(shown)

    def _group(self, items: List[Definition]) -> Any:
        group = QtWidgets.QWidget()
        layout = QtWidgets.QFormLayout(group)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.setFieldGrowthPolicy(QtWidgets.QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        layout.setRowWrapPolicy(QtWidgets.QFormLayout.RowWrapPolicy.WrapLongRows)
        for item in items:
            layout.addRow(self._label(item), self._field(item))
        return group

    def _label(self, item: Definition) -> Any:
        label = text_label(tr(item.label))
        label.setWordWrap(False)
        hint(label, tr(item.help))
        self.labels[item.name] = label
        return label

    def _field(self, item: Definition) -> Any:
        kinds: Dict[str, Any] = {"float": NumberField, "int": NumberField, "choice": ChoiceField, "text": TextField}
        field: Any = kinds[item.kind](item)
        field.setObjectName(item.name)
        for part in (field, getattr(field, "spin", None), getattr(field, "slider", None)):
            if part is not None:
                hint(part, tr(item.help))
                part.setAccessibleName(tr(item.label))
                part.setAccessibleDescription(tr(item.help))
        field.changed.connect(self.changed.emit)
        self.labels[item.name].setBuddy(getattr(field, "spin", field))
        self.fields[item.name] = field
        return field


def _to_slider(item: Definition, value: float) -> int:
    if item.logarithmic:
        share = math.log(value / item.minimum) / math.log(item.maximum / item.minimum)
    else:
        share = (value - item.minimum) / (item.maximum - item.minimum)
    return round(share * SLIDER_STEPS)


def _from_slider(item: Definition, position: int) -> float:
    share = position / SLIDER_STEPS
    if item.logarithmic:
        return float(item.minimum * (item.maximum / item.minimum) ** share)
    return float(item.minimum + (item.maximum - item.minimum) * share)
