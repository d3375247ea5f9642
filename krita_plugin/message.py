"""The docker's box for an error: the problem, the remedy, and a report to copy."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Type

from nst_core.bridge import wording
from nst_core.bridge.language import tr
from nst_core.job.errors import NeuralStyleError

from .qt import Qt, QtCore, QtWidgets, Signal
from .widgets import column, flat_button, hint, row, text_label


class Message(QtWidgets.QFrame):
    """A box with an error and its remedy, details, and a report to copy.

    It stays until the user closes it or until it is out of date. ``install_wanted`` reports that the user wants to
    install the missing engine. ``report`` returns the text of a bug report.
    """

    install_wanted = Signal()

    def __init__(self, report: Callable[[NeuralStyleError], str]) -> None:
        super().__init__()
        self._make_report = report
        self._error: Optional[NeuralStyleError] = None
        self.setFrameShape(QtWidgets.QFrame.Shape.StyledPanel)
        self.setObjectName("failure")
        self.text = text_label()
        self.text.setObjectName("failure_text")
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.install = QtWidgets.QPushButton(tr("Install engine"))
        self.install.setObjectName("install_engine")
        hint(self.install, tr("Download and install the engine, which paints the pictures, into a folder of your own."))
        self.install.clicked.connect(lambda checked=False: self.install_wanted.emit())
        self.details = QtWidgets.QPushButton(tr("Details"))
        self.details.setObjectName("details")
        self.details.setCheckable(True)
        self.details.toggled.connect(self._show_details)
        self.copy = QtWidgets.QPushButton(tr("Copy report"))
        self.copy.setObjectName("copy_report")
        hint(self.copy, tr("Copy versions, the error and the engine's last messages, to paste into a bug report."))
        self.copy.clicked.connect(lambda checked=False: self._copy())
        self._close = flat_button("window-close", tr("Close"), tr("Close this message."))
        self._close.setObjectName("close_message")
        self._close.clicked.connect(lambda checked=False: self.hide())
        self._copied = QtCore.QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.timeout.connect(lambda: self.copy.setText(tr("Copy report")))
        self._view = QtWidgets.QPlainTextEdit()
        self._view.setObjectName("details_text")
        self._view.setReadOnly(True)
        self._view.setFixedHeight(140)
        self._view.setAccessibleName(tr("Details"))
        self._lay_out()
        self.hide()

    def tab_stops(self) -> List[Any]:
        """Return the widgets that the Tab key reaches."""
        return [self._close, self.install, self.details, self.copy, self._view]

    def show_error(self, error: NeuralStyleError) -> None:
        """Show the error and its remedy."""
        self._error = error
        self.text.setText(wording.error(error))
        self.install.setVisible(error.installing_helps)
        self.details.setChecked(False)
        self.show()

    def settle(self, *kinds: Type[NeuralStyleError]) -> None:
        """Close the message if its error has one of these types, because it is out of date."""
        if isinstance(self._error, kinds):
            self.hide()

    def report(self) -> str:
        """Return the text of a bug report about the last error; empty if there was no error."""
        return "" if self._error is None else self._make_report(self._error)

    def _show_details(self, shown: bool) -> None:
        if shown:
            self._view.setPlainText(self.report())
        self._view.setVisible(shown)

    def _copy(self) -> None:
        QtWidgets.QApplication.clipboard().setText(self.report())
        self.copy.setText(tr("Copied"))
        self._copied.start(2000)

    def _lay_out(self) -> None:
        layout = column(self)
        layout.setContentsMargins(6, 6, 6, 6)
        top = QtWidgets.QWidget()
        line = row(top)
        line.addWidget(self.text, 1)
        line.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QtWidgets.QWidget()
        choice = row(buttons)
        choice.addWidget(self.details)
        choice.addWidget(self.copy)
        choice.addStretch(1)
        layout.addWidget(top)
        layout.addWidget(self.install)
        layout.addWidget(buttons)
        layout.addWidget(self._view)
        self._view.hide()
