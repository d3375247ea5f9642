"""The progress of a job: the unfinished picture, the time left, and two buttons to stop."""

from __future__ import annotations

from typing import Any, List, Union

from nst_core.bridge import wording
from nst_core.bridge.language import tr
from nst_core.job.events import Progress
from nst_core.studio.animation import FrameProgress

from .picture_area import PictureArea
from .qt import Qt, QtWidgets, Signal
from .widgets import COMPARE, ElidedLabel, ProgressLine, column, flat_button, hint, row


class ProgressView(QtWidgets.QWidget):
    """The preview, the progress with the time left, and two buttons to stop.

    ``stopped`` reports whether to keep the picture. ``canvas_wanted`` reports whether the canvas should show the
    preview.
    """

    stopped = Signal(bool)
    canvas_wanted = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.title = ElidedLabel("")
        self.title.setObjectName("painting")
        self.picture = PictureArea()
        self.line = ProgressLine()
        text = tr("Hold to see the content, release to see the painting.")
        self.compare = flat_button(COMPARE, tr("Compare with the content"), text)
        self.compare.setObjectName("compare_preview")
        self.compare.pressed.connect(lambda: self.picture.compare(True))
        self.compare.released.connect(lambda: self.picture.compare(False))
        text = tr("Show the unfinished picture on the canvas, too.")
        self.on_canvas = flat_button("visible", tr("Preview on the canvas"), text)
        self.on_canvas.setObjectName("preview_on_canvas")
        self.on_canvas.setCheckable(True)
        self.on_canvas.toggled.connect(self.canvas_wanted)
        self.keep = QtWidgets.QPushButton(tr("Stop and keep"))
        self.keep.setObjectName("keep")
        self.keep.clicked.connect(lambda checked=False: self.stopped.emit(True))
        self.discard = QtWidgets.QPushButton(tr("Discard"))
        self.discard.setObjectName("discard")
        hint(self.discard, tr("Stop now and change nothing in the document."))
        self.discard.clicked.connect(lambda checked=False: self.stopped.emit(False))
        self._lay_out()
        self.begin("")

    def tab_stops(self) -> List[Any]:
        """Return the widgets that the Tab key reaches."""
        return [self.compare, self.on_canvas, self.keep, self.discard, self.picture]

    def begin(self, title: str, is_film: bool = False) -> None:
        """Show that a new job begins. The frames of a film appear on the canvas only at the end."""
        self.title.setText(title)
        hint(self.title, title)
        self.picture.show_image(None)
        self.on_canvas.setVisible(not is_film)
        picture = tr("Stop now and put the unfinished picture into a new layer.")
        film = tr("Stop now and put the finished frames into a new layer.")
        hint(self.keep, film if is_film else picture)

    def show_canvas(self, is_on_canvas: bool) -> None:
        """Show if the preview is also on the canvas."""
        self.on_canvas.blockSignals(True)
        self.on_canvas.setChecked(is_on_canvas)
        self.on_canvas.blockSignals(False)

    def show_progress(self, event: Union[Progress, FrameProgress]) -> None:
        """Show the progress of the job."""
        text = event.text if isinstance(event, FrameProgress) else wording.progress(event)
        self.line.show_state(text, event.fraction)

    def _lay_out(self) -> None:
        layout = column(self)
        layout.addWidget(self.title)
        state = QtWidgets.QWidget()
        line = row(state)
        line.addWidget(self.line, 1)
        line.addWidget(self.compare, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.on_canvas, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(state)
        buttons = QtWidgets.QWidget()
        line = row(buttons)
        line.addWidget(self.keep, 1)
        line.addWidget(self.discard, 1)
        layout.addWidget(buttons)
        layout.addWidget(self.picture)  # The picture is last, because a low docker shows only the upper widgets.
