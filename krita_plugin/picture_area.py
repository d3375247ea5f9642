"""The preview: the user can enlarge it, move it, and compare it with the content."""

from __future__ import annotations

from typing import Any, Optional

from nst_core.bridge.language import tr

from .qt import Qt, QtCore, QtGui, QtWidgets
from .widgets import hint, paint_ground

#: The height in pixels that the picture may take until the docker has a size.
TALLEST = 200
#: An arrow key moves the picture by this many pixels.
KEY_STEP = 40
#: A step of the wheel enlarges by this factor. The largest scale is this many screen pixels for a pixel of the picture.
WHEEL_STEP = 1.25
LARGEST = 8.0
#: The directions of the arrow keys.
MOVES = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class PictureArea(QtWidgets.QWidget):
    """A picture, and the content to compare it with. A click changes between the fitting size and 100 %."""

    def __init__(self) -> None:
        super().__init__()
        self._after: Optional[Any] = None
        self._before: Optional[Any] = None
        self._shows_before = False
        #: Screen pixels for a pixel of the picture; None fits the picture into the view. Then the point of the picture
        #: (0..1) that is in the middle.
        self._zoom: Optional[float] = None
        self._middle = QtCore.QPointF(0.5, 0.5)
        self._pressed: Optional[Any] = None
        self._is_dragged = False
        self._tallest = TALLEST
        policy = QtWidgets.QSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(tr("Preview of the picture so far"))
        text = tr(
            "Click or press Space for 100 % and back. Zoom with the wheel or with + and -. "
            "Move the picture by dragging or with the arrow keys."
        )
        hint(self, text)
        self.setAccessibleDescription(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def scale(self) -> float:
        """Screen pixels for a pixel of the picture."""
        return self._fitting() if self._zoom is None else self._zoom

    def show_image(self, image: Optional[Any]) -> None:
        """Show a QImage, or nothing if ``image`` is None."""
        self._after = image
        if image is None:
            self._zoom, self._middle = None, QtCore.QPointF(0.5, 0.5)
        self.setVisible(image is not None)
        self.updateGeometry()
        self.update()

    def show_content(self, image: Optional[Any]) -> None:
        """Store a QImage of the content for :meth:`compare`."""
        self._before = image
        self.update()

    def compare(self, is_held: bool) -> None:
        """Show the content while the user holds a button."""
        self._shows_before = is_held
        self.update()

    def set_tallest(self, height: int) -> None:
        """Limit the height to ``height`` pixels."""
        self._tallest = height
        self.updateGeometry()

    def sizeHint(self) -> Any:  # noqa: N802 (Qt's name)
        """Return the size of the picture in the docker's width."""
        return QtCore.QSize(0, self.heightForWidth(self.width()))

    def heightForWidth(self, width: int) -> int:  # noqa: N802 (Qt's name)
        """Return the picture's height at ``width``, within the limits."""
        if self._after is None:
            return 0
        return int(min(self._tallest, max(1, width * self._after.height() // max(1, self._after.width()))))

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Adapt to another size of the docker: an enlarged picture must still fill the view."""
        super().resizeEvent(event)
        if self._after is not None:
            self._look_at(self._middle)

    def wheelEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Zoom around the point below the pointer. The first step starts from the fitting size."""
        position = event.position() if hasattr(event, "position") else event.posF()
        self._zoom_to(self.scale * WHEEL_STEP ** (event.angleDelta().y() / 120), position)
        event.accept()

    def mousePressEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Start a click, or a drag of the picture."""
        self._pressed, self._is_dragged = event.pos(), False

    def mouseMoveEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Move the enlarged picture."""
        if self._pressed is None or self._after is None:
            return
        moved = event.pos() - self._pressed
        if self._is_dragged or moved.manhattanLength() >= QtWidgets.QApplication.startDragDistance():
            self._is_dragged, self._pressed = True, event.pos()
            self._move(-moved.x(), -moved.y())

    def mouseReleaseEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """End a click: change between the fitting size and 100 %."""
        if self._pressed is not None and not self._is_dragged:
            self._toggle(QtCore.QPointF(event.pos()))
        self._pressed = None

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Zoom and move the picture with the keyboard."""
        key, middle = event.key(), QtCore.QRectF(self.rect()).center()
        if key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
            self._toggle(middle)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self._zoom_to(self.scale * WHEEL_STEP ** (1 if key == Qt.Key.Key_Plus else -1), middle)
        elif key in MOVES:
            x, y = MOVES[key]
            self._move(KEY_STEP * x, KEY_STEP * y)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Draw the visible part of the picture."""
        if self._after is None:
            return
        image = self._before if self._shows_before and self._before is not None else self._after
        painter = QtGui.QPainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform, self.scale < 2)
        area = self._area()
        paint_ground(painter, area.toAlignedRect().intersected(self.rect()))
        painter.drawImage(area, image)
        if self.hasFocus():
            painter.setPen(QtGui.QPen(self.palette().highlight(), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _fitting(self) -> float:
        if self._after is None:
            return 1.0
        across, down = self.width() / max(1, self._after.width()), self.height() / max(1, self._after.height())
        return float(min(across, down))

    def _area(self) -> Any:
        """Return the rectangle of the whole picture on the widget."""
        assert self._after is not None
        size = QtCore.QSizeF(self._after.size()) * self.scale
        left = self.width() / 2 - self._middle.x() * size.width()
        top = self.height() / 2 - self._middle.y() * size.height()
        return QtCore.QRectF(QtCore.QPointF(left, top), size)

    def _toggle(self, point: Any) -> None:
        """Change between the fitting size and 100 %."""
        self._zoom_to(1.0 if self._zoom is None else 0.0, point)

    def _move(self, x: float, y: float) -> None:
        """Move the view by this many screen pixels to the right and down."""
        if self._after is not None:
            size = QtCore.QSizeF(self._after.size()) * self.scale
            self._look_at(self._middle + QtCore.QPointF(x / size.width(), y / size.height()))

    def _zoom_to(self, scale: float, point: Any) -> None:
        """Zoom so that ``point`` of the widget shows the same pixel. The smallest scale is the fitting size."""
        if self._after is None:
            return
        area = self._area()
        x, y = (point.x() - area.left()) / area.width(), (point.y() - area.top()) / area.height()
        self._zoom = min(scale, LARGEST) if scale > self._fitting() else None
        size = QtCore.QSizeF(self._after.size()) * self.scale
        left, top = point.x() - x * size.width(), point.y() - y * size.height()
        self._look_at(
            QtCore.QPointF((self.width() / 2 - left) / size.width(), (self.height() / 2 - top) / size.height())
        )

    def _look_at(self, middle: Any) -> None:
        """Move this point of the picture to the middle. The picture's edges never leave empty space."""
        assert self._after is not None
        size = QtCore.QSizeF(self._after.size()) * self.scale
        half_x = min(0.5, self.width() / 2 / size.width())
        half_y = min(0.5, self.height() / 2 / size.height())
        self._middle = QtCore.QPointF(
            min(max(middle.x(), half_x), 1 - half_x), min(max(middle.y(), half_y), 1 - half_y)
        )
        self.update()
