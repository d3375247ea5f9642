"""The list of styles: each has a picture, a name, a weight, and a button that removes it."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Tuple

from nst_core.bridge.language import tr
from nst_core.job.errors import HostError, UnreadableImage
from nst_core.job.request import WEIGHT_RANGE
from nst_core.job.settings import Definition

from .document import Document
from .form import NumberField
from .large_tooltip import TooltipPlace, show_large
from .qt import QtCore, QtWidgets, Signal
from .region_button import RegionButton
from .steps import Pump
from .styles import Choice, Source
from .widgets import THUMBNAIL, ElidedLabel, column, flat_button, framed, hint, row, text_label

#: The weight of a style, defined like a setting of the form.
WEIGHT = Definition(
    name="weight",
    kind="float",
    default=1.0,
    label="",
    help="",
    minimum=WEIGHT_RANGE[0],
    maximum=WEIGHT_RANGE[1],
    logarithmic=True,
    live=True,
)


class StylePicture(QtWidgets.QLabel):
    """The small picture of a style. It appears large while the pointer rests on it."""

    def __init__(self, source: Source, guard: Callable[[Callable[[], None]], bool]) -> None:
        super().__init__()
        self._source = source
        self._pump = Pump(guard)
        self.setFixedSize(THUMBNAIL, THUMBNAIL)

    def event(self, event: Any) -> bool:
        """Show the large picture in place of a tooltip."""
        if event.type() != QtCore.QEvent.Type.ToolTip:
            return bool(super().event(event))
        place = TooltipPlace(event.globalPos(), self, self.rect())
        self._pump.run(show_large(self._source, place, self._source.name), lambda nothing: None)
        return True


class StyleRow(QtWidgets.QFrame):
    """A row for one style."""

    changed = Signal()
    removed = Signal(object)

    def __init__(self, choice: Choice, home: Callable[[], Optional[Document]]) -> None:
        super().__init__()
        self.source = source = choice.source
        self.picture = StylePicture(source, self._guard)
        self._pump = Pump(self._guard)
        self._name = ElidedLabel(source.name)
        self.weight = NumberField(WEIGHT)
        self.weight.set_value(choice.weight)
        self.weight.changed.connect(self.changed)
        self.remove = flat_button("edit-delete", "", tr("Remove this style from the list."))
        self.remove.clicked.connect(lambda checked=False: self.removed.emit(self))
        where = tr("Where this style paints: everywhere, or within a mask, a selection or a layer's shape.")
        name = tr("Where the style {name} paints").format(name=source.name)
        self.region = RegionButton(home, name, where, tr("Shapes of layers"))
        self.region.changed.connect(self._describe)
        self._lay_out()
        self.region.choose(choice.region)
        self.refresh()

    def choice(self) -> Choice:
        """Return the style that the row shows."""
        return Choice(self.source, float(self.weight.value()), self.region.region)

    def refresh(self) -> None:
        """Read the picture again. If its source no longer exists, keep the picture and say it in the name's tooltip."""
        self._pump.run(self.source.thumbnail(THUMBNAIL), self._show_picture)

    def stop_reading(self) -> None:
        """Stop the reading of the picture, because the row is removed and Qt deletes it."""
        self._pump.drop()

    def _show_picture(self, image: Any) -> None:
        self.picture.setPixmap(framed(image, THUMBNAIL))

    def _guard(self, action: Callable[[], None]) -> bool:
        try:
            action()
        except (HostError, UnreadableImage) as error:
            hint(self._name, error.problem)
            return False
        return True

    def _describe(self) -> None:
        name = self.source.name
        region = self.region.region
        text = name if region is None else tr("{name} in: {region}").format(name=name, region=region.name)
        self._name.setText(text)
        hint(self._name, text)
        self.remove.setAccessibleName(tr("Remove the style {name}").format(name=name))
        parts: Tuple[Any, ...] = (self.weight.spin, self.weight.slider)
        for part in parts:
            hint(part, tr("How much of this style is mixed in, compared with the other styles."))
            part.setAccessibleName(tr("Weight of the style {name}").format(name=name))

    def _lay_out(self) -> None:
        layout = row(self)
        layout.addWidget(self.picture)
        middle = QtWidgets.QWidget()
        lines = column(middle)
        lines.setSpacing(0)
        lines.addWidget(self._name)
        lines.addWidget(self.weight)
        layout.addWidget(middle, 1)
        layout.addWidget(self.region)
        layout.addWidget(self.remove)


class StyleList(QtWidgets.QWidget):
    """The rows of all chosen styles. ``changed`` reports a change of weights, ``filled`` one of styles or regions.

    While the list is empty, ``gallery_wanted`` reports that the user wants to choose a painting.
    """

    changed = Signal()
    filled = Signal()
    gallery_wanted = Signal()

    def __init__(self, home: Callable[[], Optional[Document]]) -> None:
        super().__init__()
        self._home = home
        self.rows: List[StyleRow] = []
        self._layout = column(self)
        self._hint = text_label(tr("Choose a painting, drop a layer or a file here, or paste a picture."))
        self.gallery = QtWidgets.QPushButton(tr("Choose a painting..."))
        self.gallery.setObjectName("choose_painting")
        hint(self.gallery, tr("Show the paintings that come with the program, and your own styles."))
        self.gallery.clicked.connect(lambda checked=False: self.gallery_wanted.emit())
        for widget in (self._hint, self.gallery):
            self._layout.addWidget(widget)

    def choices(self) -> Tuple[Choice, ...]:
        """Return the styles that the list shows."""
        return tuple(item.choice() for item in self.rows)

    def weights(self) -> List[float]:
        """Return the weights in the list's order."""
        return [choice.weight for choice in self.choices()]

    def add(self, choice: Choice) -> None:
        """Append a style."""
        item = StyleRow(choice, self._home)
        item.changed.connect(self.changed)
        item.region.changed.connect(self.filled)
        item.removed.connect(self._remove)
        self.rows.append(item)
        self._layout.addWidget(item)
        self._show_hint()
        self.filled.emit()

    def clear(self) -> None:
        """Remove all styles."""
        for item in list(self.rows):
            self._remove(item)

    def refresh(self) -> None:
        """Read all pictures again."""
        for item in self.rows:
            item.refresh()

    def _remove(self, item: StyleRow) -> None:
        self.rows.remove(item)
        self._layout.removeWidget(item)
        item.stop_reading()
        item.hide()
        item.deleteLater()
        self._show_hint()
        self.filled.emit()

    def _show_hint(self) -> None:
        for widget in (self._hint, self.gallery):
            widget.setVisible(not self.rows)
