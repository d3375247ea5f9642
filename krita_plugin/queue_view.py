"""The list of the pictures that wait, and of those that failed."""

from __future__ import annotations

from typing import Any, Callable, List

from nst_core.bridge.language import tr, tr_count
from nst_core.studio.queue import Entry, Failure, Queue

from .painting import Painting
from .qt import Qt, QtWidgets, Signal
from .shrinking import ShrinkingArea
from .widgets import ElidedLabel, column, flat_button, hint, row, text_label

#: The list scrolls if it is higher than this many pixels: four pictures.
TALLEST = 112

Change = Callable[[Queue[Painting]], None]


class QueueView(QtWidgets.QWidget):
    """The list. ``changed`` reports a function that changes the queue. ``details_wanted`` reports an error."""

    changed = Signal(object)
    details_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("queue")
        self.rows: List[WaitingRow] = []
        self.failures: List[FailureRow] = []
        self.title = text_label()
        self.clear = flat_button("edit-delete", tr("Remove all"), tr("Remove all waiting pictures."))
        self.clear.clicked.connect(lambda checked=False: self._request(lambda queue: queue.clear()))
        self.resume = QtWidgets.QPushButton(tr("Try again"))
        self.resume.setObjectName("resume")
        hint(self.resume, tr("Start the engine again, and paint the waiting pictures."))
        self.resume.clicked.connect(lambda checked=False: self._request(lambda queue: queue.resume()))
        self._lay_out()
        self.hide()

    def tab_stops(self) -> List[Any]:
        """Return the widgets that the Tab key reaches."""
        waiting = [button for line in self.rows for button in line.buttons]
        return [self.resume, self.clear, *waiting, *(button for line in self.failures for button in line.buttons)]

    def show_queue(self, queue: Queue[Painting]) -> None:
        """Show the jobs that wait and those that failed."""
        waiting = queue.waiting
        self.rows = [WaitingRow(entry, place) for place, entry in enumerate(waiting, 1)]
        self.failures = [FailureRow(failure) for failure in queue.failures]
        while self._list.count():
            line = self._list.takeAt(0).widget()
            line.hide()
            line.deleteLater()
        for waiting_row in self.rows:
            waiting_row.wanted.connect(self._request)
            self._list.addWidget(waiting_row)
        for failure_row in self.failures:
            failure_row.wanted.connect(self._request)
            failure_row.details_wanted.connect(self.details_wanted)
            self._list.addWidget(failure_row)
        self.title.setText(tr_count("{count} picture waits", "{count} pictures wait", len(waiting)))
        self._top.setVisible(bool(waiting))
        self.clear.setVisible(len(waiting) > 1)
        self.resume.setVisible(queue.is_halted)
        self.setVisible(bool(self.rows or self.failures))

    def _request(self, change: Change) -> None:
        self.changed.emit(change)

    def _lay_out(self) -> None:
        self._top = QtWidgets.QWidget()
        line = row(self._top)
        line.addWidget(self.title, 1)
        line.addWidget(self.resume)
        line.addWidget(self.clear)
        layout = column(self)
        layout.setSpacing(0)
        layout.addWidget(self._top)
        inner = QtWidgets.QWidget()
        self._list = column(inner)
        self._list.setSpacing(0)
        layout.addWidget(ShrinkingArea(inner, TALLEST))


class WaitingRow(QtWidgets.QWidget):
    """A row for a picture that waits: its place, its name, and buttons that move it forward and remove it."""

    wanted = Signal(object)

    def __init__(self, entry: Entry[Painting], place: int) -> None:
        super().__init__()
        self.name = ElidedLabel(entry.title)
        hint(self.name, entry.title, entry.order.document.name)
        self.earlier = flat_button(
            "arrowup", tr("Paint {name} earlier").format(name=entry.title), tr("Paint this picture earlier.")
        )
        self.earlier.setEnabled(place > 1)
        self.earlier.clicked.connect(lambda checked=False: self.wanted.emit(lambda queue: queue.move(entry, place - 1)))
        self.remove = flat_button(
            "edit-delete", tr("Remove {name}").format(name=entry.title), tr("Do not paint this picture.")
        )
        self.remove.clicked.connect(lambda checked=False: self.wanted.emit(lambda queue: queue.remove(entry)))
        self.buttons = [self.earlier, self.remove]
        line = row(self)
        line.addWidget(QtWidgets.QLabel(f"{place}."))
        line.addWidget(self.name, 1)
        for button in self.buttons:
            line.addWidget(button)


class FailureRow(QtWidgets.QWidget):
    """A row for a picture that could not be painted, with the error."""

    wanted = Signal(object)
    details_wanted = Signal(object)

    def __init__(self, failure: Failure) -> None:
        super().__init__()
        self.text = text_label(failure.text)
        self.details = flat_button("document-properties", tr("Details"), tr("Show details of this error."))
        self.details.clicked.connect(lambda checked=False: self.details_wanted.emit(failure.error))
        self.close_it = flat_button("window-close", tr("Close"), tr("Close this message."))
        self.close_it.clicked.connect(lambda checked=False: self.wanted.emit(lambda queue: queue.dismiss(failure)))
        self.buttons = [self.details, self.close_it]
        line = row(self)
        line.addWidget(self.text, 1)
        for button in self.buttons:
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
