"""A part of a window that is as high as its content, and scrolls if the window has less space."""

from __future__ import annotations

from typing import Any

from .qt import Qt, QtCore, QtWidgets

#: A number of pixels that is higher than any window.
UNBOUNDED = 1 << 20


class ShrinkingArea(QtWidgets.QScrollArea):
    """Shows ``content``, a widget with a layout, in at most ``tallest`` pixels of height."""

    def __init__(self, content: Any, tallest: int = UNBOUNDED) -> None:
        super().__init__()
        self._tallest, self._height = tallest, 0
        self.setWidgetResizable(True)
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Maximum)
        content.installEventFilter(self)
        self.setWidget(content)

    def sizeHint(self) -> Any:  # noqa: N802 (Qt's name)
        """Return the height of the content."""
        return QtCore.QSize(self.width(), self._height)

    def minimumSizeHint(self) -> Any:  # noqa: N802 (Qt's name)
        """Return no height, because the user can scroll."""
        return QtCore.QSize(0, 0)

    def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802 (Qt's name)
        """Adapt the height when the content changes."""
        if event.type() == QtCore.QEvent.Type.LayoutRequest and watched is self.widget():
            self._fit()
        return bool(super().eventFilter(watched, event))

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Adapt the height to another width, because sentences get more or fewer lines."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        layout = self.widget().layout()
        across = layout.hasHeightForWidth()
        height = layout.totalHeightForWidth(self.width()) if across else layout.totalSizeHint().height()
        # A scroll bar makes sentences longer, and Qt keeps it even if the content would fit without it.
        fits = height <= self.height()
        policies = Qt.ScrollBarPolicy.ScrollBarAsNeeded, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policies[fits])
        height = min(height, self._tallest)
        if height != self._height:
            self._height = height
            self.updateGeometry()
