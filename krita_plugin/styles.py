"""The list of styles: each with its picture, its name, its weight, and a button that removes it."""

from __future__ import annotations

from typing import Any, List, Tuple

from nst_core.bridge.errors import HostError
from nst_core.bridge.language import tr
from nst_core.bridge.settings import Definition

from .form import NumberField
from .look import THUMBNAIL, column, framed, hint, row, tool_button
from .qt import Qt, QtWidgets, Signal
from .sources import Source

#: A weight is relative to the other styles' weights; a ratio of 1 to 100 is all that can be seen.
WEIGHT = Definition(
    name="weight",
    kind="float",
    default=1.0,
    label="",
    help="",
    minimum=0.05,
    maximum=5.0,
    logarithmic=True,
    live=True,
)


class StyleRow(QtWidgets.QFrame):
    """One style."""

    changed = Signal()
    removed = Signal(object)

    def __init__(self, source: Source, weight: float) -> None:
        super().__init__()
        self.source = source
        self._picture = QtWidgets.QLabel()
        self._picture.setFixedSize(THUMBNAIL, THUMBNAIL)
        self._name = ElidedLabel(source.name)
        self.weight = NumberField(WEIGHT)
        self.weight.set_value(weight)
        self.weight.changed.connect(self.changed.emit)
        self.remove = tool_button("edit-delete", "", tr("Remove this style from the list."))
        self.remove.clicked.connect(lambda checked=False: self.removed.emit(self))
        self._describe()
        self._lay_out()
        self.refresh()

    def refresh(self) -> None:
        """Look at the picture and its name again; a source that is gone keeps those it had."""
        try:
            self._picture.setPixmap(framed(self.source.thumbnail(THUMBNAIL), THUMBNAIL))
        except HostError as error:
            self._name.setToolTip(error.problem)

    def _describe(self) -> None:
        name = self.source.name
        self._name.setToolTip(name)
        self.remove.setAccessibleName(tr("Remove the style {name}").format(name=name))
        parts: Tuple[Any, ...] = (self.weight.spin, self.weight.slider)
        for part in parts:
            hint(part, tr("How much of this style is mixed in, compared with the other styles."))
            part.setAccessibleName(tr("Weight of the style {name}").format(name=name))

    def _lay_out(self) -> None:
        layout = row(self)
        layout.addWidget(self._picture)
        middle = QtWidgets.QWidget()
        lines = column(middle)
        lines.setSpacing(0)
        lines.addWidget(self._name)
        lines.addWidget(self.weight)
        layout.addWidget(middle, 1)
        layout.addWidget(self.remove)


class StyleList(QtWidgets.QWidget):
    """All styles of the job to come; ``changed`` tells a change of weights, ``filled`` one of the list."""

    changed = Signal()
    filled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: List[StyleRow] = []
        self._layout = column(self)
        self._hint = QtWidgets.QLabel(tr("Add the picture whose style you want: a layer or an image file."))
        self._hint.setWordWrap(True)
        self._layout.addWidget(self._hint)

    def styles(self) -> Tuple[Tuple[Source, float], ...]:
        """The sources with their weights."""
        return tuple((item.source, float(item.weight.value())) for item in self.rows)

    def weights(self) -> List[float]:
        """The weights in the list's order."""
        return [weight for _, weight in self.styles()]

    def add(self, source: Source, weight: float = 1.0) -> None:
        """Append a style."""
        item = StyleRow(source, weight)
        item.changed.connect(self.changed.emit)
        item.removed.connect(self._remove)
        self.rows.append(item)
        self._layout.addWidget(item)
        self._hint.hide()
        self.filled.emit()

    def clear(self) -> None:
        """Remove all styles."""
        for item in list(self.rows):
            self._remove(item)

    def refresh(self) -> None:
        """Look at all pictures again."""
        for item in self.rows:
            item.refresh()

    def lock(self, locked: bool) -> None:
        """While a job runs, weights may be changed, but the list not."""
        for item in self.rows:
            item.remove.setEnabled(not locked)

    def _remove(self, item: StyleRow) -> None:
        self.rows.remove(item)
        self._layout.removeWidget(item)
        item.hide()
        item.deleteLater()
        self._hint.setVisible(not self.rows)
        self.filled.emit()


class ElidedLabel(QtWidgets.QLabel):
    """A label that shortens its text in the middle instead of asking for more room."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Draw as much of the text as there is room for."""
        painter = QtWidgets.QStylePainter(self)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self.width())
        role = self.foregroundRole()
        painter.drawItemText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), self.palette(), True, text, role)
