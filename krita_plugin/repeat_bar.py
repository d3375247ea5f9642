"""The bar for a painted layer: *Continue*, *Repeat*, *Use settings*."""

from __future__ import annotations

from typing import Any, List

from nst_core.bridge.language import tr

from .qt import QtWidgets
from .widgets import hint, text_label


class RepeatBar(QtWidgets.QFrame):
    """The buttons that use the record of a painted layer."""

    def __init__(self) -> None:
        super().__init__()
        label = text_label(tr("The active layer was painted by Neural Style."))
        self.continue_ = _button("continue", tr("Continue"))
        hint(
            self.continue_,
            tr(
                "Continue this layer in a new one above it, with the styles and settings shown here. If no style is "
                "shown, the layer's own styles and settings are used."
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
        layout.addWidget(self.continue_, 1, 0)
        layout.addWidget(self.repeat, 1, 1)
        layout.addWidget(self.reuse, 2, 0, 1, 2)
        self.hide()

    def tab_stops(self) -> List[Any]:
        """Return the widgets that the Tab key reaches."""
        return [self.continue_, self.repeat, self.reuse]


def _button(object_name: str, text: str) -> Any:
    button = QtWidgets.QPushButton(text)
    button.setObjectName(object_name)
    return button
