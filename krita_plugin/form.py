"""The settings as a form. Their definitions make it, so a new definition appears here by itself.

Every field has a label, a name for screen readers, and a tooltip that says how the setting changes the picture.
"""

from __future__ import annotations

import math
from typing import Any, Dict, List, Optional, Sequence

from nst_core.bridge.language import tr
from nst_core.job.settings import Definition, Settings, Value, definitions

from .qt import Qt, QtCore, QtWidgets, Signal
from .size_field import SizeField
from .widgets import GAPS, ElidedBox, column, fold_button, guard_wheel, hint, let_shrink, row, text_label

#: A number with a wider range has no slider, because the slider would be too coarse.
WIDEST_SLIDER = 100
SLIDER_STEPS = 200
#: Width in pixels that a spin box beside a slider needs.
NARROWEST_SPIN = 62
#: Width in pixels of the settings' names. Longer names are broken into lines.
LABELS = 84
#: This setting has its place beside *Stylize*, because users change it most often.
APART = "quality"
#: Choices that the form does not offer. *Continue* starts from a picture.
NOT_OFFERED = {"init": ("picture",)}


class DecimalBox(QtWidgets.QDoubleSpinBox):
    """A spin box that accepts a point and a comma before the decimals, because people type both.

    Qt accepts only one of them, which depends on the locale. It treats the other one as a separator of thousands, so it
    would read 0,5 or 0.5 as 5.
    """

    def validate(self, text: str, position: int) -> Any:
        """Check ``text`` with the locale's own decimal point. Qt calls this method to learn if ``text`` is a number."""
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
        """Return the number."""
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


class ChoiceField(ElidedBox):
    """A box for one of the setting's choices."""

    changed = Signal()

    def __init__(self, definition: Definition) -> None:
        title = tr("{name}: {value}").format(name=tr(definition.label), value="{value}")
        super().__init__(title if definition.name == APART else "{value}")
        if definition.name != APART:  # The form breaks its row into two lines before the row is too narrow.
            self.setSizeAdjustPolicy(QtWidgets.QComboBox.SizeAdjustPolicy.AdjustToContents)
            self.setMinimumContentsLength(0)
        for choice, label in zip(definition.choices, definition.choice_labels):
            if choice not in NOT_OFFERED.get(definition.name, ()):
                self.addItem(tr(label), choice)
        self.set_value(definition.default)
        self.currentIndexChanged.connect(lambda index: self.changed.emit())

    def minimumSizeHint(self) -> Any:  # noqa: N802 (Qt's name)
        """Return the smallest size in which every choice is readable. Qt's own size lacks the space of the theme."""
        return super().minimumSizeHint() + QtCore.QSize(GAPS, 0)

    def value(self) -> Value:
        """Return the choice's name."""
        return str(self.currentData())

    def set_value(self, value: Value) -> None:
        """Show a choice. Show the first one if the form does not offer this choice."""
        self.setCurrentIndex(max(0, self.findData(value)))


class TextField(QtWidgets.QComboBox):
    """A field for a text, with suggestions."""

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
        """Return the text, or the default if the field is empty."""
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
    """The fields of all settings. ``changed`` reports a change by the user or by :meth:`show_settings`.

    The field of the setting APART has no row here. The docker places it beside *Stylize*.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fields: Dict[str, Any] = {}
        #: The label and the field of an additional row, by the name of the setting above it.
        self._companions: Dict[str, Sequence[Any]] = {}
        self.labels: Dict[str, Any] = {}
        layout = column(self)
        self._basic = self._group([item for item in definitions() if not item.advanced and item.name != APART])
        layout.addWidget(self._basic)
        self._field(next(item for item in definitions() if item.name == APART))
        self.fold, folded = self._make_fold()
        layout.addWidget(self.fold)
        layout.addWidget(folded)
        self.fields["mode"].currentIndexChanged.connect(lambda index: self._enable())

    def settings(self) -> Settings:
        """Return the settings that the form shows."""
        return Settings.from_dict({name: field.value() for name, field in self.fields.items()})

    def show_settings(self, settings: Settings) -> None:
        """Show ``settings``, and report one change."""
        self.blockSignals(True)
        for name, value in settings.to_dict().items():
            self.fields[name].set_value(value)
        self.blockSignals(False)
        self.changed.emit()

    def _enable(self) -> None:
        is_texture = self.fields["mode"].value() == "texture"
        for item in definitions():
            for widget in (self.fields[item.name], self.labels.get(item.name), *self._companions.get(item.name, ())):
                if widget is not None:
                    widget.setEnabled(not (is_texture and item.of_content))

    def tab_stops(self) -> List[Any]:
        """Return the widgets that the Tab key reaches."""
        stops = {item.name: getattr(self.fields[item.name], "spin", self.fields[item.name]) for item in definitions()}
        basic = [stops[item.name] for item in definitions() if not item.advanced and item.name != APART]
        return [*basic, self.fold, *(stops[item.name] for item in definitions() if item.advanced)]

    def place_below(self, name: str, text: str, widget: Any) -> None:
        """Add a row below the setting ``name``, with the label ``text`` and the field ``widget``."""
        label = name_label(text)
        label.setBuddy(widget)
        label.setToolTip(widget.toolTip())
        row_of_field, _ = self._basic.layout().getWidgetPosition(self.fields[name])
        self._basic.layout().insertRow(row_of_field + 1, label, widget)
        self._companions[name] = (label, widget)

    def suggest_devices(self, devices: Sequence[str]) -> None:
        """Offer the engine's devices."""
        self.fields["device"].suggest(devices)

    def _make_fold(self) -> Sequence[Any]:
        fold = fold_button(tr("More settings"), tr("Show the settings that are seldom needed."))
        fold.setObjectName("more_settings")
        folded = self._group([item for item in definitions() if item.advanced])
        folded.hide()
        fold.toggled.connect(folded.setVisible)
        return fold, folded

    def _group(self, items: List[Definition]) -> Any:
        group = QtWidgets.QWidget()
        layout = QtWidgets.QFormLayout(group)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.setFieldGrowthPolicy(QtWidgets.QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        layout.setRowWrapPolicy(QtWidgets.QFormLayout.RowWrapPolicy.WrapLongRows)
        layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for item in items:
            layout.addRow(self._label(item), self._field(item))
        return group

    def _label(self, item: Definition) -> Any:
        label = name_label(tr(item.label))
        hint(label, tr(item.help))
        self.labels[item.name] = label
        return label

    def _field(self, item: Definition) -> Any:
        kinds: Dict[str, Any] = {"float": NumberField, "int": NumberField, "choice": ChoiceField, "text": TextField}
        field: Any = SizeField(item) if item.adaptive else kinds[item.kind](item)
        field.setObjectName(item.name)
        for part in (field, getattr(field, "spin", None), getattr(field, "slider", None)):
            if part is not None:
                hint(part, tr(item.help))
                part.setAccessibleName(tr(item.label))
                part.setAccessibleDescription(tr(item.help))
        field.changed.connect(self.changed)
        if item.name in self.labels:
            self.labels[item.name].setBuddy(getattr(field, "spin", field))
        self.fields[item.name] = field
        return field


def name_label(text: str) -> Any:
    """Make the label at the beginning of a row. All labels are equally wide, so the fields form a column."""
    label = text_label(text)
    label.setFixedWidth(LABELS)
    return label


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
