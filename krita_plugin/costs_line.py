"""The line above *Stylize*: the time and memory that the picture would take, and a size that takes less."""

from __future__ import annotations

from typing import Any, List, Optional

from nst_core.bridge.language import tr
from nst_core.job.events import Estimate
from nst_core.studio import costs

from .qt import Qt, QtCore, QtWidgets, Signal
from .widgets import column, hint, text_label

#: The widget asks for the costs after this many milliseconds without a change. So a moving slider asks only once.
SETTLED_AFTER = 200


class CostsLine(QtWidgets.QWidget):
    """The costs of the next picture.

    ``asked`` requests an estimate, and ``shown`` reports the Estimate in the line, or None. ``size_wanted`` reports the
    working size that the user accepts.
    """

    asked = Signal()
    shown = Signal(object)
    size_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._quick_size = 0
        self.text = text_label()
        self.text.setObjectName("costs")
        hint(self.text, costs.hint())
        self.caution = text_label()
        self.caution.setObjectName("size_caution")
        self.quick = QtWidgets.QPushButton()
        self.quick.setObjectName("quick_size")
        self.quick.setFlat(True)
        font = self.quick.font()
        font.setUnderline(True)  # Only the underline shows that one can click on it.
        self.quick.setFont(font)
        hint(self.quick, tr("Paint at this working size. The new layer still has the size of the content."))
        self.quick.clicked.connect(lambda checked=False: self.size_wanted.emit(self._quick_size))
        layout = column(self)
        layout.setSpacing(0)
        layout.addWidget(self.caution)
        layout.addWidget(self.text)
        layout.addWidget(self.quick, 0, Qt.AlignmentFlag.AlignLeft)
        self._settled = QtCore.QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_AFTER)
        self._settled.timeout.connect(self.asked)
        self.show_caution("")
        self.show_estimate(None)

    def tab_stops(self) -> List[Any]:
        """Return the widgets that the Tab key reaches."""
        return [self.quick]

    def renew(self) -> None:
        """Ask for the costs soon, because something has changed."""
        self._settled.start()

    def show_estimate(self, estimate: Optional[Estimate]) -> None:
        """Show the costs, or nothing if ``estimate`` is None."""
        if estimate is not None:
            self._quick_size = estimate.quick_size
            self.text.setText(costs.summary(estimate))
            self.quick.setText(costs.quick_offer(estimate))
        self.text.setVisible(estimate is not None)
        self.quick.setVisible(estimate is not None and estimate.quick_size > 0)
        self.shown.emit(estimate)
        self._show_parts()

    def show_caution(self, text: str) -> None:
        """Show a warning about the working size. Show no warning if ``text`` is empty."""
        self.caution.setText(text)
        self.caution.setVisible(bool(text))
        self._show_parts()

    def _show_parts(self) -> None:
        self.setVisible(not (self.text.isHidden() and self.caution.isHidden()))
