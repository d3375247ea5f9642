"""What tells how a job goes: the picture in the making, and the sentence when something fails."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Type

from nst_core.bridge import wording
from nst_core.bridge.language import tr
from nst_core.job.errors import NeuralStyleError
from nst_core.job.events import Progress

from .look import ProgressLine, column, flat_button, hint, paint_ground, row
from .qt import Qt, QtCore, QtGui, QtWidgets, Signal

#: Height in pixels that a preview may take.
TALLEST_PREVIEW = 220


class PreviewLabel(QtWidgets.QWidget):
    """The picture so far, as large as the docker is wide."""

    def __init__(self) -> None:
        super().__init__()
        self._image: Optional[Any] = None
        policy = QtWidgets.QSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(tr("Preview of the picture so far"))

    def show_image(self, image: Optional[Any]) -> None:
        """Show a QImage, or with None nothing."""
        self._image = image
        self.setVisible(image is not None)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> Any:  # noqa: N802 (Qt's name)
        """The picture in the docker's width."""
        return QtCore.QSize(200, self.heightForWidth(self.width()))

    def heightForWidth(self, width: int) -> int:  # noqa: N802 (Qt's name)
        """The picture's height at ``width``, within bounds."""
        if self._image is None:
            return 0
        return int(min(TALLEST_PREVIEW, max(1, width * self._image.height() // max(1, self._image.width()))))

    def paintEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Draw the picture in the middle."""
        if self._image is None:
            return
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        area = QtCore.QRect(QtCore.QPoint(0, 0), size)
        area.moveCenter(self.rect().center())
        painter = QtGui.QPainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
        paint_ground(painter, area)
        painter.drawImage(area, self._image)
        painter.end()


class ProgressPanel(QtWidgets.QWidget):
    """Preview, progress with the time left, and the two ways to stop."""

    stopped = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.preview = PreviewLabel()
        self.line = ProgressLine()
        self.keep = QtWidgets.QPushButton(tr("Stop and keep"))
        self.keep.setObjectName("keep")
        hint(self.keep, tr("Stop now and put the picture so far into a new layer."))
        self.keep.clicked.connect(lambda checked=False: self.stopped.emit(True))
        self.discard = QtWidgets.QPushButton(tr("Discard"))
        self.discard.setObjectName("discard")
        hint(self.discard, tr("Stop now and change nothing in the document."))
        self.discard.clicked.connect(lambda checked=False: self.stopped.emit(False))
        self._lay_out()

    def tab_stops(self) -> List[Any]:
        """What the Tab key goes through."""
        return [self.keep, self.discard]

    def show_progress(self, event: Progress) -> None:
        """Show how far the job is."""
        self.line.show_state(wording.progress(event), event.fraction)

    def _lay_out(self) -> None:
        layout = column(self)
        layout.addWidget(self.preview)
        layout.addWidget(self.line)
        buttons = QtWidgets.QWidget()
        line = row(buttons)
        line.addWidget(self.keep, 1)
        line.addWidget(self.discard, 1)
        layout.addWidget(buttons)


class RepeatBar(QtWidgets.QFrame):
    """Offers what a layer remembers that the plug-in has painted."""

    def __init__(self) -> None:
        super().__init__()
        label = QtWidgets.QLabel(tr("The active layer was painted by Neural Style."))
        label.setWordWrap(True)
        self.go_on = _button("continue", tr("Continue"))
        hint(
            self.go_on,
            tr(
                "Paint on from this layer, into a new one above it, with the styles and settings shown here; with the "
                "layer's own if no style is shown."
            ),
        )
        self.repeat = _button("repeat", tr("Repeat"))
        hint(self.repeat, tr("Paint again from the same start with the settings of this layer."))
        self.reuse = _button("reuse", tr("Use settings"))
        hint(self.reuse, tr("Put the content, the styles and the settings of this layer into the docker."))
        layout = QtWidgets.QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(label, 0, 0, 1, 2)
        layout.addWidget(self.go_on, 1, 0)
        layout.addWidget(self.repeat, 1, 1)
        layout.addWidget(self.reuse, 2, 0, 1, 2)
        self.hide()

    def tab_stops(self) -> List[Any]:
        """What the Tab key goes through."""
        return [self.go_on, self.repeat, self.reuse]


def _button(object_name: str, text: str) -> Any:
    button = QtWidgets.QPushButton(text)
    button.setObjectName(object_name)
    return button


class FailurePanel(QtWidgets.QFrame):
    """What went wrong and what to do, with details and a report to copy; it stays until it is closed or mended.

    If it is the engine that is missing, ``install_wanted`` tells that the user wants it installed.
    """

    install_wanted = Signal()

    def __init__(self, report: Callable[[NeuralStyleError], str]) -> None:
        super().__init__()
        self._report = report
        self._error: Optional[NeuralStyleError] = None
        self.setFrameShape(QtWidgets.QFrame.Shape.StyledPanel)
        self.setObjectName("failure")
        self.text = QtWidgets.QLabel()
        self.text.setObjectName("failure_text")
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.install = QtWidgets.QPushButton(tr("Install engine"))
        self.install.setObjectName("install_engine")
        hint(self.install, tr("Download and install what paints the pictures, into a folder of your own."))
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
        self._close.clicked.connect(lambda checked=False: self.hide())
        self._copied = QtCore.QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.timeout.connect(lambda: self.copy.setText(tr("Copy report")))
        self._view = QtWidgets.QPlainTextEdit()
        self._view.setReadOnly(True)
        self._view.setFixedHeight(140)
        self._view.setAccessibleName(tr("Details"))
        self._lay_out()
        self.hide()

    def tab_stops(self) -> List[Any]:
        """What the Tab key goes through."""
        return [self._close, self.install, self.details, self.copy, self._view]

    def show_error(self, error: NeuralStyleError) -> None:
        """Show what happened and what to do."""
        self._error = error
        self.text.setText(wording.error(error))
        self.install.setVisible(error.installing_helps)
        self.details.setChecked(False)
        self.show()

    def settle(self, *kinds: Type[NeuralStyleError]) -> None:
        """Close the message if it is of one of these kinds, because what it tells of has changed."""
        if isinstance(self._error, kinds):
            self.hide()

    def _show_details(self, shown: bool) -> None:
        if shown and self._error is not None:
            self._view.setPlainText(self._report(self._error))
        self._view.setVisible(shown)

    def _copy(self) -> None:
        if self._error is not None:
            QtWidgets.QApplication.clipboard().setText(self._report(self._error))
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
