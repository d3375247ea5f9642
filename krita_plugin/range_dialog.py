"""The window in which the user chooses the frames to paint."""

from __future__ import annotations

from typing import Any, List, Optional, Tuple

from nst_core.bridge.language import tr

from .qt import QtWidgets
from .steps import PAUSE, Steps
from .widgets import text_label

#: The largest number that a frame can have.
_MOST = 1 << 20


class RangeDialog(QtWidgets.QDialog):
    """A dialog with the first and the last frame, which the user may change."""

    def __init__(self, parent: Any, first: int, last: int) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Neural Style"))
        self.setModal(False)
        self.first, self.last = _box("first_frame", first), _box("last_frame", last)
        self.first.valueChanged.connect(lambda value: self.last.setMinimum(value))
        self.last.setMinimum(first)
        layout = QtWidgets.QFormLayout(self)
        text = text_label(tr("Paint the frames of the content into a new animated layer, so that nothing flickers."))
        layout.addRow(text)
        layout.addRow(text_label(tr("First frame")), self.first)
        layout.addRow(text_label(tr("Last frame")), self.last)
        kinds = QtWidgets.QDialogButtonBox.StandardButton
        buttons = QtWidgets.QDialogButtonBox(kinds.Ok | kinds.Cancel)
        buttons.button(kinds.Ok).setText(tr("Animate"))
        buttons.button(kinds.Ok).setObjectName("animate")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addRow(buttons)
        self.finished.connect(self.deleteLater)


def frame_range(parent: Any, first: int, last: int) -> Steps[Optional[Tuple[int, int]]]:
    """Ask for the first and the last frame, with a proposal. Return None if the user cancels."""
    dialog = RangeDialog(parent, first, last)
    answers: List[Optional[Tuple[int, int]]] = []

    def answer(code: int) -> None:
        is_wanted = code == QtWidgets.QDialog.DialogCode.Accepted
        answers.append((dialog.first.value(), dialog.last.value()) if is_wanted else None)

    dialog.finished.connect(answer)
    dialog.show()
    try:
        while not answers:
            yield PAUSE
    finally:
        if not answers:
            dialog.close()
    return answers[0]


def _box(name: str, value: int) -> Any:
    box = QtWidgets.QSpinBox()
    box.setObjectName(name)
    box.setRange(0, _MOST)
    box.setValue(value)
    return box
