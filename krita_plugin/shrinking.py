"""A part of a window that is as high as its content, and scrolls where the window has less room."""

from __future__ import annotations

from typing import Any

from .qt import Qt, QtCore, QtWidgets

#: Pixels: more than any window is high.
UNBOUNDED = 1 << 20


class ShrinkingArea(QtWidgets.QScrollArea):
    """Shows ``content``, a widget with a layout, at most ``tallest`` pixels high."""

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
        """As high as the content."""
        return QtCore.QSize(self.width(), self._height)

    def minimumSizeHint(self) -> Any:  # noqa: N802 (Qt's name)
        """Nothing, because the user can scroll."""
        return QtCore.QSize(0, 0)

    def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802 (Qt's name)
        """The content has changed."""
        if event.type() == QtCore.QEvent.Type.LayoutRequest and watched is self.widget():
            self._fit()
        return bool(super().eventFilter(watched, event))

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """At another width, sentences have more or fewer lines."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        layout = self.widget().layout()
        across = layout.hasHeightForWidth()
        height = layout.totalHeightForWidth(self.width()) if across else layout.totalSizeHint().height()
        # Qt keeps a scroll bar that has made sentences longer, even if the content fits without it.
        fits = height <= self.height()
        policies = Qt.ScrollBarPolicy.ScrollBarAsNeeded, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policies[fits])
        height = min(height, self._tallest)
        if height != self._height:
            self._height = height
            self.updateGeometry()
