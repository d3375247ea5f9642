"""A picture becomes a layer of the user's document: in its color space, above earlier ones, as one undo step."""

from __future__ import annotations

from typing import Any, Callable, Optional, Tuple

from nst_core.bridge.language import tr
from nst_core.job.pixels import Bytes, PixelBuffer

from .conversion import PIXELS_A_STEP, Originals, converted, from_engine, image_bytes
from .document import WHOLE, Document, Rect
from .qt import Qt, QtCore, QtGui
from .spaces import SRGB_U8, Space, space_of
from .steps import Steps
from .undo import HistoryPosition, place, take_back


class NewLayer:
    """The layer that a job makes. It enters the document with :meth:`show`; before that the document is unchanged."""

    def __init__(
        self,
        document: Document,
        content_id: str,
        rect: Rect,
        originals: Optional[Originals] = None,
        start_id: str = "",
        is_partial: bool = False,
    ) -> None:
        """A layer for a picture of the content within ``rect``, to lie above earlier pictures of it.

        Unchanged rows keep their exact original values, which ``originals`` hold. ``start_id`` is the painted layer
        that the picture went on from, if it is not the content: then the layer lies above that one. A layer that
        ``is_partial`` covers only a part of the rectangle.
        """
        self._document = document
        self._originals = originals or Originals()
        self._handle = document.handle
        self._content_id, self._start_id = content_id, start_id or content_id
        self._rect, self.is_partial = rect, is_partial
        self._corner = rect.x, rect.y
        self._anchor, self._position = self._start_id, document.position(self._start_id) or (0, 0)
        self._canvas = document.canvas
        self._node: Any
        self._make()
        #: Whether it holds a result. Then it gets no preview, and stays if its next picture is given up.
        self.is_kept = False
        self._was_modified = False
        self._place: Optional[HistoryPosition] = None
        #: The layer that was active before, until it is certainly active again.
        self._active: Any = None

    @property
    def id(self) -> str:
        """Its identification in the document."""
        return str(self._node.uniqueId().toString())

    @property
    def fits(self) -> bool:
        """Whether the canvas still has the size that it had when the job began."""
        return self._canvas == self._document.canvas

    @property
    def area(self) -> Rect:
        """The rectangle where it lies."""
        return Rect(*self._corner, *self._rect[2:])

    @property
    def is_last_step(self) -> bool:
        """Whether nothing has happened in the document since it was added, as far as Krita's history shows."""
        return self._document.is_open and self._is_attached() and self._place == place(self._handle) is not None

    def reveal(self, is_seen: bool) -> None:
        """Make it visible or hide it, if it was shown."""
        if self._is_attached() and self._node.visible() != is_seen:
            self._node.setVisible(is_seen)
            self._render()

    def write(self, pixels: PixelBuffer) -> Steps[None]:
        """Fill it with a picture of the job's rectangle."""

        def native(space: Space) -> Steps[Bytes]:
            return (yield from self._originals.restore(pixels, space, (yield from from_engine(pixels, space))))

        self._reactivate()
        yield from self._fill(native)
        if self._is_attached() and not self._handle.modified():
            # The document was saved after the layer was added. Krita does not notice new pixels: it would close without
            # a question.
            self._handle.setModified(True)

    def sketch(self, preview: Any) -> Steps[None]:
        """Fill it with a small QImage, enlarged to the job's rectangle."""
        width, height = self._rect.width, self._rect.height
        rows, picture = max(1, PIXELS_A_STEP // width), bytearray()
        for top in range(0, height, rows):
            picture += image_bytes(_enlarged(preview, self._rect, top, min(rows, height - top)))
            yield
        yield from self._fill(lambda space: converted(picture, SRGB_U8, space))

    def show(self) -> Steps[bool]:
        """Put it above the content layer and its results, in one undo step, and leave the active layer as it was.

        If the layer that the picture went on from is gone, it lies above the content's newest result. Returns False if
        the content layer is gone, too; then it lies on top of everything. If this is given up on the way,
        :meth:`write`, a later call and :meth:`discard` do what is left.
        """
        base_id = self._start_id if self._document.find(self._start_id) is not None else self._content_id
        base = self._document.find(base_id)
        is_above_content = base is not None or base_id == WHOLE
        if self._is_attached():
            self._reactivate()
            self._active = None
            self._node.setVisible(True)
            self._render()
            return is_above_content
        self._active, self._was_modified = self._handle.activeNode(), self._handle.modified()
        if base is None:
            self._handle.rootNode().addChildNode(self._node, None)
        else:
            self._node.setOpacity(base.opacity())
            self._node.setInheritAlpha(base.inheritAlpha())
            below = self._document.newest_result(base_id, self._content_id)
            base.parentNode().addChildNode(self._node, below)
        # For Krita, a copy from another document belongs to that one as long as the same object stands for it.
        self._node = self._document.find(self.id) or self._node
        self._follow()
        self._anchor, self._position = self.id, self._document.position(self.id) or (0, 0)
        self._place = place(self._handle)
        try:
            yield 0  # Krita makes a new layer the active one as soon as its event loop runs.
            yield 0
        finally:
            self._reactivate()
        self._place, self._active = place(self._handle), None
        return is_above_content

    def name(self, name: str) -> None:
        """Give it its name."""
        self._node.setName(name)

    def discard(self) -> None:
        """Remove it from the document. If the user did nothing since it was shown, the history keeps no step of it."""
        self._reactivate()
        if self.is_kept:
            return
        if self._document.is_open and self._is_attached() and self._place is not None:
            take_back(self._handle, self._place)
        if self._document.is_open and self._is_attached():
            self._node.remove()

    def _reactivate(self) -> None:
        """Make the layer active again that was active before, unless the user has chosen another one meanwhile."""
        if self._active is not None and self._document.is_open and self._handle.activeNode() == self._node:
            self._handle.setActiveNode(self._active)

    def _render(self) -> None:
        """Have Krita show the pixels that were written.

        Krita 5.1 refreshes a projection in one piece, and freezes until it is done. If a plug-in sets the background
        color, even to the same one, Krita renders the picture in parts. But the color is rounded to 8 bits, and only
        the usual transparent one certainly stays the same. Krita also marks the document as modified, even after an
        undo. So this is done only if the document was modified before the layer came.
        """
        background = self._handle.backgroundColor()
        if self._was_modified and background.getRgb() == (0, 0, 0, 0):
            self._handle.setBackgroundColor(background)
        else:
            self._handle.refreshProjection()

    def _is_attached(self) -> bool:
        return self._node.parentNode() is not None

    def _follow(self) -> Tuple[int, int]:
        """Where the rectangle's corner is now: it moves with the content, and once shown with the layer itself."""
        position = self._document.position(self._anchor)
        if position is not None:
            (x, y), (old_x, old_y) = position, self._position
            self._corner = self._corner[0] + x - old_x, self._corner[1] + y - old_y
            self._position = position
        return self._corner

    def _make(self) -> None:
        self._made_in = space_of(self._handle)
        self._node = self._handle.createNode(tr("Neural Style"), "paintlayer")

    def _space(self) -> Space:
        """The color space to write in.

        If the user converts the document, Krita converts its layers, but not a layer that was not added yet. That one
        is made again.
        """
        if self._document.is_open and not self._is_attached() and self._made_in != space_of(self._handle):
            self._make()
        return space_of(self._node)

    def _fill(self, native: Callable[[Space], Steps[Bytes]]) -> Steps[None]:
        """Write the picture that ``native`` gives in a color space; once more if the user converts the document."""
        space: Optional[Space] = None
        while space != self._space():
            space = self._space()
            yield from self._set_rows((yield from native(space)), space)

    def _set_rows(self, native: Bytes, space: Space) -> Steps[None]:
        """Write all rows of the rectangle from pixels in ``space``. Stop early if the layer gets another space."""
        view, (left, top) = memoryview(native), self._follow()
        stride = self._rect.width * space.pixel_bytes
        rows = max(1, 4 * PIXELS_A_STEP // self._rect.width)
        for row in range(0, self._rect.height, rows):
            if space != self._space():  # Krita would read beyond the end of the pixels.
                return
            band = bytes(view[row * stride : (row + rows) * stride])
            self._node.setPixelData(band, left, top + row, self._rect.width, len(band) // stride)
            yield


def _enlarged(image: Any, rect: Rect, top: int, rows: int) -> Any:
    """The rows from ``top`` on of ``image`` drawn as large as ``rect``."""
    band = QtGui.QImage(rect.width, rows, QtGui.QImage.Format.Format_ARGB32)
    band.fill(Qt.GlobalColor.transparent)
    painter = QtGui.QPainter(band)
    painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QtCore.QRectF(0, -top, rect.width, rect.height), image)
    painter.end()
    return band
