"""The live settings of the picture in work. The form is apart from them, because it is about the next picture."""

from __future__ import annotations

from typing import Any, List

from nst_core.bridge.language import tr
from nst_core.job.adjustment import Adjustment
from nst_core.job.settings import definitions

from .form import LABELS, NumberField, name_label
from .painting import Painting
from .qt import QtWidgets, Signal
from .style_list import WEIGHT
from .widgets import ElidedLabel, column, fold_button, hint


class Steering(QtWidgets.QWidget):
    """The live settings, hidden until the user unfolds them. ``changed`` reports an :class:`Adjustment`."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.fields: List[NumberField] = []
        self.weights: List[NumberField] = []
        self.fold = fold_button(tr("Adjust this picture"), tr("Change the picture while it is being painted."))
        self.fold.setObjectName("adjust")
        self._body: Any = QtWidgets.QWidget()
        self.fold.toggled.connect(lambda shown: self._body.setVisible(shown))
        layout = column(self)
        layout.setSpacing(0)
        layout.addWidget(self.fold)
        layout.addWidget(self._body)
        self.hide()

    def tab_stops(self) -> List[Any]:
        """Return the widgets that the Tab key reaches."""
        return [self.fold, *(field.spin for field in [*self.fields, *self.weights])]

    def show_painting(self, painting: Painting) -> None:
        """Show the live settings of ``painting``."""
        body, self.fields, self.weights = QtWidgets.QWidget(), [], []
        lines = QtWidgets.QGridLayout(body)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(4)
        lines.setColumnStretch(1, 1)
        self._add_settings(lines, painting)
        self._add_weights(lines, painting)
        self.layout().replaceWidget(self._body, body)
        self._body.deleteLater()
        self._body = body
        body.setVisible(self.fold.isChecked())

    def _add_settings(self, lines: Any, painting: Painting) -> None:
        is_texture = painting.settings.mode == "texture"
        for item in definitions():
            if item.live and not (is_texture and item.of_content):
                field = self._add_line(lines, NumberField(item), name_label(tr(item.label)), tr(item.help))
                field.set_value(getattr(painting.settings, item.name))
                field.changed.connect(
                    lambda name=item.name, field=field: self.changed.emit(Adjustment({name: field.value()}))
                )
                self.fields.append(field)

    def _add_weights(self, lines: Any, painting: Painting) -> None:
        for choice in painting.choices if len(painting.choices) > 1 else ():
            text = tr("How much of this style is mixed in, compared with the other styles.")
            field = self._add_line(lines, NumberField(WEIGHT), _style_label(choice.source.name), text)
            field.set_value(choice.weight)
            self.weights.append(field)
        for field in self.weights:
            field.changed.connect(self._reweight)

    def _reweight(self) -> None:
        self.changed.emit(Adjustment(weights=tuple(float(field.value()) for field in self.weights)))

    def _add_line(self, lines: Any, field: NumberField, label: Any, text: str) -> NumberField:
        for part in (label, field.spin, field.slider):
            if part is not None:
                hint(part, text)
                part.setAccessibleName(label.text())
        line = lines.rowCount()
        lines.addWidget(label, line, 0)
        lines.addWidget(field, line, 1)
        return field


def _style_label(name: str) -> Any:
    label = ElidedLabel(name)
    label.setSizePolicy(QtWidgets.QSizePolicy.Policy.Fixed, QtWidgets.QSizePolicy.Policy.Preferred)
    label.setFixedWidth(LABELS)
    return label
