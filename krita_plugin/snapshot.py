"""A copy of the user's document, in which the plug-in looks at other times of the animation.

Krita adds an undo step even for a change of the current time. In a copy nobody sees this step, and the user can work
while the frames are read. The copy shares its pixels with the document, so copying is fast.
"""

from __future__ import annotations

from nst_core.job.pixels import PixelBuffer

from .conversion import converted, engine_format, swapped
from .document import PIXELS_A_READ, Document, Rect
from .spaces import SRGB_U16, space_of
from .steps import PAUSE, Steps


class Snapshot(Document):
    """The copy of ``document``. Its layers and masks have the same identifications."""

    def __init__(self, document: Document) -> None:
        super().__init__(document.handle.clone())
        self.handle.setBatchmode(True)
        self.handle.refreshProjection()

    @property
    def is_open(self) -> bool:
        """True, because Krita does not list a copy among its documents."""
        return True

    def go_to(self, time: int) -> Steps[None]:
        """Show the frame of this time."""
        self.handle.setCurrentTime(time)
        while not self.handle.tryBarrierLock():  # Wait until the frame is rendered.
            yield PAUSE
        self.handle.unlock()
        self.handle.setModified(False)  # Otherwise Krita would autosave it.

    def frame(self, layer_id: str, rect: Rect) -> Steps[PixelBuffer]:
        """Return the picture that the layer shows now, in sRGB with 8 or 16 bits per channel."""
        if engine_format(space_of(self._shown_node(layer_id))) != "rgba-f32":
            return (yield from self.read(layer_id, rect))
        space, picture = space_of(self._shown_node(layer_id)), bytearray()
        rows = max(1, PIXELS_A_READ // rect.width)
        for top in range(0, rect.height, rows):
            yield
            count = min(rows, rect.height - top)
            data = bytes(self._shown_node(layer_id).projectionPixelData(rect.x, rect.y + top, rect.width, count))
            deep = yield from converted(data, space, SRGB_U16)
            picture += swapped(deep, rect.width, count, "rgba-u16")
        return PixelBuffer(rect.width, rect.height, "rgba-u16", picture)

    def close(self) -> None:
        """Remove the copy."""
        self.handle.setModified(False)
        self.handle.close()
