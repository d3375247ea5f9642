"""The part of a picture that the dialog shows, and its position: the whole picture, or a part of it at 100%.

This is only geometry, in the dots of the screen.
"""

from __future__ import annotations

from typing import NamedTuple

from nst_core.job.sizes import Size


class DrawnPart(NamedTuple):
    """The part ``left, top, width, height`` of a picture, drawn at ``x, y`` in the size ``shown``."""

    left: int
    top: int
    width: int
    height: int
    x: int
    y: int
    shown: Size


class Viewport:
    """The view of a picture of ``size`` pixels. ``is_close`` is True at 100%, with one dot for each pixel."""

    def __init__(self) -> None:
        self.size: Size = (1, 1)
        self.is_close = False
        self._center = (0.5, 0.5)

    def move(self, dots_x: float, dots_y: float) -> None:
        """Move the visible part of a picture at 100% by this many dots."""
        center = zip(self._center, self.size, (dots_x, dots_y))
        x, y = (min(1.0, max(0.0, share + dots / whole)) for share, whole, dots in center)
        self._center = (x, y)

    def view(self, room: Size) -> DrawnPart:
        """Return the visible part in a widget of ``room`` dots."""
        if not self.is_close:
            shown = fit(self.size, room)
            return DrawnPart(0, 0, *self.size, (room[0] - shown[0]) // 2, (room[1] - shown[1]) // 2, shown)
        width, height = min(self.size[0], room[0]), min(self.size[1], room[1])
        left = min(max(0, round(self._center[0] * self.size[0] - width / 2)), self.size[0] - width)
        top = min(max(0, round(self._center[1] * self.size[1] - height / 2)), self.size[1] - height)
        # The next move starts at the visible part, not beyond the edge.
        self._center = ((left + width / 2) / self.size[0], (top + height / 2) / self.size[1])
        return DrawnPart(left, top, width, height, (room[0] - width) // 2, (room[1] - height) // 2, (width, height))


def fit(size: Size, room: Size) -> Size:
    """Return the largest size with the proportions of ``size`` in ``room``. Each side has at least one pixel."""
    scale = min(room[0] / size[0], room[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
