"""The strip of results with a picture of each. The user can compare, change, reuse and discard the chosen one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, List, Optional

from nst_core.bridge.language import tr
from nst_core.job.settings import definitions
from nst_core.studio.history import HistoryEntry, history_text

from .document import Document
from .form import NumberField
from .pictures import image_of
from .qt import Qt, QtCore, QtGui, QtWidgets, Signal
from .results import Results, Shown
from .visibility import Comparison
from .widgets import COMPARE, ElidedLabel, column, flat_button, framed, hint, lines_tooltip, row

#: Side in pixels of a picture in the strip.
ITEM_SIDE = 56
#: The margin in pixels around a picture. The frame of the chosen one is drawn there.
MARGIN = 4
#: A new strength counts after this many milliseconds without a change. So a moving slider asks only once.
SETTLED_AFTER = 400
#: The definition of the setting *Strength*.
STRENGTH = next(definition for definition in definitions() if definition.name == "strength")
#: The opacity of the picture of a result that is hidden on the canvas.
FAINT = 0.45


class ResultsStrip(QtWidgets.QWidget):
    """The results of a document, the newest first.

    ``reuse_wanted`` reports the result whose settings the user wants to use. ``strength_wanted`` reports a result and
    its new strength. ``home`` returns the document, and ``guard`` calls a function and shows its error.
    """

    reuse_wanted = Signal(object)
    strength_wanted = Signal(object, float)

    def __init__(
        self,
        results: Results,
        home: Callable[[], Optional[Document]],
        guard: Callable[[Callable[[], None]], bool],
    ) -> None:
        super().__init__()
        self.setObjectName("results_strip")
        self._results, self._home, self._guard = results, home, guard
        self._shown: List[Shown] = []
        self._comparison = Comparison()
        self._make_list()
        self._make_buttons()
        layout = column(self)
        layout.addWidget(self.list)
        layout.addWidget(self._bar)
        layout.addWidget(self._make_strength())
        results.changed.connect(self.refresh)
        results.covering.connect(self._end_comparison)
        self.hide()

    def tab_stops(self) -> List[Any]:
        """Return the widgets that the Tab key reaches."""
        return [self.list, self.compare, self.reuse, self.discard, self.strength.spin]

    @property
    def chosen(self) -> Optional[HistoryEntry]:
        """The result that the buttons change."""
        index = self.list.currentRow()
        return self._shown[index].entry if 0 <= index < len(self._shown) else None

    def refresh(self) -> None:
        """Show the present results. Undo, redo, and showing or hiding a layer change them."""
        if self._comparison.is_held:  # During a comparison, results are hidden, but the user did not hide them.
            return
        document = self._home()
        shown = [] if document is None or not document.is_open else self._results.look(document)
        if shown != self._shown:
            self._fill(shown)
        self.setVisible(bool(shown))

    def show_strength(self) -> None:
        """Show the strength of the chosen result."""
        if self.chosen is not None:
            settings = self.chosen.record.settings
            self.strength.blockSignals(True)
            self.strength.set_value(settings.strength)
            self.strength.blockSignals(False)
            self._settled.stop()
            self._strength_row.setEnabled(settings.mode != "texture")  # A texture has no content to mix in.

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Adapt to another width of the docker: more or fewer pictures fit."""
        super().resizeEvent(event)
        self._fit()

    def hideEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """End a comparison when the strip disappears, because the user can no longer release its button."""
        super().hideEvent(event)
        self._end_comparison()

    def _fill(self, shown: List[Shown]) -> None:
        chosen = self._choice(shown)
        self._shown = shown
        self.list.blockSignals(True)
        self.list.clear()
        for entry, name, is_seen in shown:
            item = QtWidgets.QListWidgetItem()
            item.setData(Qt.ItemDataRole.DecorationRole, _picture(entry, is_seen))
            title, *facts = history_text(replace(entry, name=name)).splitlines()
            item.setToolTip(lines_tooltip(title, facts))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, name)
            self.list.addItem(item)
        self.list.setCurrentRow(chosen)
        self.list.blockSignals(False)
        self._fit()
        self._show_chosen()

    def _fit(self) -> None:
        """Set the height to that of the pictures, plus the scroll bar if not all of them fit."""
        height = ITEM_SIDE + 2 * MARGIN + 2 * self.list.frameWidth()
        if len(self._shown) * (ITEM_SIDE + 2 * MARGIN) > self.list.maximumViewportSize().width():
            height += self.list.horizontalScrollBar().sizeHint().height()
        self.list.setFixedHeight(height)

    def _choice(self, shown: List[Shown]) -> int:
        """Return the index to choose in ``shown``: a new result, the previous one, or the first visible one."""
        former, before = self.chosen, [one.entry for one in self._shown]
        if shown and shown[0].entry not in before:
            return 0
        seen = [index for index, one in enumerate(shown) if one.is_visible]
        kept = (index for index in seen if shown[index].entry is former)
        return next(kept, seen[0] if seen else 0)

    def _show_chosen(self) -> None:
        index = self.list.currentRow()
        name = self._shown[index].name if index >= 0 else ""
        self.name.setText(name.replace(" \u2013 " + tr("Neural Style"), ""))  # All of the names contain it.
        self.show_strength()

    def _show_on_canvas(self) -> None:
        if self.chosen is not None:
            self._results.show(self.chosen)
            self.refresh()

    def _discard(self) -> None:
        if self.chosen is not None:
            self._results.discard(self.chosen)

    def _reuse(self) -> None:
        if self.chosen is not None:
            self.reuse_wanted.emit(self.chosen)

    def _want_strength(self) -> None:
        entry, strength = self.chosen, float(self.strength.value())
        if entry is not None:
            self.strength_wanted.emit(entry, strength)

    def _compare(self) -> None:
        if self.chosen is not None:
            self._comparison.begin(self.chosen.document, self.chosen.content)

    def _end_comparison(self) -> None:
        self._comparison.end()

    def _make_list(self) -> None:
        self.list = QtWidgets.QListWidget()
        self.list.setObjectName("results")
        self.list.setAccessibleName(tr("Results"))
        hint(self.list, tr("The results, the newest first. Click one to show it on the canvas."))
        self.list.setFlow(QtWidgets.QListView.Flow.LeftToRight)
        self.list.setViewMode(QtWidgets.QListView.ViewMode.IconMode)
        self.list.setMovement(QtWidgets.QListView.Movement.Static)
        self.list.setWrapping(False)
        self.list.setItemDelegate(_Framed(self.list))
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda item: self._guard(self._show_on_canvas))
        self.list.itemActivated.connect(lambda item: self._guard(self._show_on_canvas))
        self.list.currentRowChanged.connect(lambda index: self._show_chosen())

    def _make_buttons(self) -> None:
        self.name = ElidedLabel("")
        text = tr("Hold to see the content, release to see the result.")
        self.compare = flat_button(COMPARE, tr("Compare with the content"), text)
        self.compare.setObjectName("compare_result")
        self.compare.pressed.connect(lambda: self._guard(self._compare))
        self.compare.released.connect(lambda: self._guard(self._comparison.end))
        text = tr("Put the content, the styles and the settings of this result into the docker.")
        self.reuse = flat_button("edit-copy", tr("Use settings"), text)
        self.reuse.setObjectName("reuse_result")
        self.reuse.clicked.connect(lambda checked=False: self._reuse())
        self.discard = flat_button("edit-delete", tr("Discard"), tr("Delete the layer of this result."))
        self.discard.setObjectName("discard_result")
        self.discard.clicked.connect(lambda checked=False: self._guard(self._discard))
        self._bar = QtWidgets.QWidget()
        layout = row(self._bar)
        layout.addWidget(self.name, 1)
        for button in (self.compare, self.reuse, self.discard):
            layout.addWidget(button)

    def _make_strength(self) -> Any:
        """Make the slider below the buttons."""
        self._settled = QtCore.QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_AFTER)
        self._settled.timeout.connect(self._want_strength)
        self.strength = NumberField(STRENGTH)
        self.strength.setObjectName("result_strength")
        self.strength.changed.connect(lambda: self._settled.start())
        label = QtWidgets.QLabel(tr(STRENGTH.label))
        label.setBuddy(self.strength.spin)
        text = tr("The strength of this result. After a change, the result is painted again, within seconds.")
        for part in (label, self.strength.spin, self.strength.slider):
            hint(part, text)
        self.strength.spin.setAccessibleName(tr("Strength of the result"))
        self._strength_row = QtWidgets.QWidget()
        layout = row(self._strength_row)
        layout.addWidget(label)
        layout.addWidget(self.strength, 1)
        return self._strength_row


class _Framed(QtWidgets.QStyledItemDelegate):
    """Draws the pictures, and a frame around the chosen one."""

    def sizeHint(self, option: Any, index: Any) -> Any:  # noqa: N802 (Qt's name)
        return QtCore.QSize(ITEM_SIDE + 2 * MARGIN, ITEM_SIDE + 2 * MARGIN)

    def paint(self, painter: Any, option: Any, index: Any) -> None:
        corner = option.rect.center() - QtCore.QPoint((ITEM_SIDE - 1) // 2, (ITEM_SIDE - 1) // 2)
        painter.drawPixmap(corner, index.data(Qt.ItemDataRole.DecorationRole))
        if option.state & QtWidgets.QStyle.StateFlag.State_Selected:
            painter.setPen(QtGui.QPen(option.palette.highlight(), 2))
            painter.drawRect(option.rect.adjusted(2, 2, -2, -2))


def _picture(entry: HistoryEntry, is_seen: bool) -> Any:
    """Return the thumbnail as a pixmap. The pixmap of a hidden result is faint."""
    image = QtGui.QImage() if entry.thumbnail is None else image_of(entry.thumbnail)
    pixmap = framed(image, ITEM_SIDE)
    if is_seen:
        return pixmap
    faint = QtGui.QPixmap(pixmap.size())
    faint.fill(Qt.GlobalColor.transparent)
    painter = QtGui.QPainter(faint)
    painter.setOpacity(FAINT)
    painter.drawPixmap(0, 0, pixmap)
    painter.end()
    return faint
