"""The progress of a job: the picture so far, the time left, and the two ways to stop."""

from __future__ import annotations

from typing import Any, List, Optional

from nst_core.bridge import wording
from nst_core.bridge.language import tr
from nst_core.job.events import Progress

from .qt import Qt, QtCore, QtGui, QtWidgets, Signal
from .widgets import ElidedLabel, ProgressLine, column, hint, paint_ground, row

#: Height in pixels that a preview may take.
TALLEST_PREVIEW = 220


class Picture(QtWidgets.QWidget):
    """The picture so far, as large as the docker is wide."""

    def __init__(self) -> None:
        super().__init__()
        self._image: Optional[Any] = None
        self._tallest = TALLEST_PREVIEW
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

    def set_tallest(self, height: int) -> None:
        """Be no taller than ``height`` pixels."""
        self._tallest = min(height, TALLEST_PREVIEW)
        self.updateGeometry()

    def sizeHint(self) -> Any:  # noqa: N802 (Qt's name)
        """The picture in the docker's width."""
        return QtCore.QSize(200, self.heightForWidth(self.width()))

    def heightForWidth(self, width: int) -> int:  # noqa: N802 (Qt's name)
        """The picture's height at ``width``, within bounds."""
        if self._image is None:
            return 0
        return int(min(self._tallest, max(1, width * self._image.height() // max(1, self._image.width()))))

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


class ProgressView(QtWidgets.QWidget):
    """Preview, progress with the time left, and the two ways to stop."""

    stopped = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.title = ElidedLabel("")
        self.title.setObjectName("painting")
        self.picture = Picture()
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
        """The widgets that the Tab key reaches."""
        return [self.keep, self.discard]

    def begin(self, title: str) -> None:
        """Another picture is painted now."""
        self.title.setText(title)
        hint(self.title, title)
        self.picture.show_image(None)

    def show_progress(self, event: Progress) -> None:
        """Show how far the job is."""
        self.line.show_state(wording.progress(event), event.fraction)

    def _lay_out(self) -> None:
        layout = column(self)
        layout.addWidget(self.title)
        layout.addWidget(self.line)
        buttons = QtWidgets.QWidget()
        line = row(buttons)
        line.addWidget(self.keep, 1)
        line.addWidget(self.discard, 1)
        layout.addWidget(buttons)
        layout.addWidget(self.picture)  # Last, because a low docker shows what is above it.
