"""The list of styles: each with its picture, its name, its weight, and a button that removes it."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Tuple

from nst_core.bridge.language import tr
from nst_core.job.errors import HostError
from nst_core.job.settings import Definition

from .document import Document
from .form import NumberField
from .look import THUMBNAIL, column, flat_button, framed, hint, row
from .qt import Qt, QtWidgets, Signal
from .region_button import RegionButton
from .sources import ChosenStyle

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

    def __init__(self, style: ChosenStyle, home: Callable[[], Optional[Document]]) -> None:
        super().__init__()
        self.source = source = style.source
        self._picture = QtWidgets.QLabel()
        self._picture.setFixedSize(THUMBNAIL, THUMBNAIL)
        self._name = ElidedLabel(source.name)
        self.weight = NumberField(WEIGHT)
        self.weight.set_value(style.weight)
        self.weight.changed.connect(self.changed.emit)
        self.remove = flat_button("edit-delete", "", tr("Remove this style from the list."))
        self.remove.clicked.connect(lambda checked=False: self.removed.emit(self))
        where = tr("Where this style paints: everywhere, or within a mask, a selection or a layer's shape.")
        name = tr("Where the style {name} paints").format(name=source.name)
        self.region = RegionButton(home, name, where, tr("Shapes of layers"))
        self.region.changed.connect(self._describe)
        self._lay_out()
        self.region.choose(style.region)
        self.refresh()

    def style(self) -> ChosenStyle:
        """What the row shows."""
        return ChosenStyle(self.source, float(self.weight.value()), self.region.region)

    def refresh(self) -> None:
        """Look at the picture and its name again; a source that is gone keeps those it had."""
        try:
            self._picture.setPixmap(framed(self.source.thumbnail(THUMBNAIL), THUMBNAIL))
        except HostError as error:
            self._name.setToolTip(error.problem)

    def _describe(self) -> None:
        name = self.source.name
        region = self.region.region
        text = name if region is None else tr("{name} in: {region}").format(name=name, region=region.name)
        self._name.setText(text)
        self._name.setToolTip(text)
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
        layout.addWidget(self.region)
        layout.addWidget(self.remove)


class StyleList(QtWidgets.QWidget):
    """All styles of the job to come; ``changed`` tells a change of weights, ``filled`` one of what paints where."""

    changed = Signal()
    filled = Signal()

    def __init__(self, home: Callable[[], Optional[Document]]) -> None:
        super().__init__()
        self._home = home
        self.rows: List[StyleRow] = []
        self._layout = column(self)
        self._hint = QtWidgets.QLabel(tr("Add the picture whose style you want: a layer or an image file."))
        self._hint.setWordWrap(True)
        self._layout.addWidget(self._hint)

    def styles(self) -> Tuple[ChosenStyle, ...]:
        """What the list shows."""
        return tuple(item.style() for item in self.rows)

    def weights(self) -> List[float]:
        """The weights in the list's order."""
        return [style.weight for style in self.styles()]

    def add(self, style: ChosenStyle) -> None:
        """Append a style."""
        item = StyleRow(style, self._home)
        item.changed.connect(self.changed.emit)
        item.region.changed.connect(self.filled.emit)
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
            item.region.setEnabled(not locked)

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
