"""The new layer for a picture: it has the document's color space, lies above earlier pictures, and is one undo step."""

from __future__ import annotations

from typing import Any, Callable, Optional, Tuple

from nst_core.bridge.language import tr
from nst_core.job.pixels import Bytes, PixelBuffer

from .conversion import Originals, converted, from_engine, image_bytes
from .document import WHOLE, Document, Rect
from .qt import Qt, QtCore, QtGui
from .spaces import SRGB_U8, Space, space_of
from .steps import Steps
from .undo import HistoryPosition, place, take_back

#: The number of pixels in a band of rows that is written at once, and the height of Krita's tiles.
BAND, TILE = 1 << 19, 64


class NewLayer:
    """The layer that a job makes. :meth:`show` adds it to the document; before that the document is unchanged."""

    def __init__(
        self,
        document: Document,
        content_id: str,
        rect: Rect,
        originals: Optional[Originals] = None,
        start_id: str = "",
        is_partial: bool = False,
    ) -> None:
        """Make a layer for a picture of the content within ``rect``. It will lie above earlier pictures of the content.

        ``originals`` holds the exact original values of rows, for rows that the engine returns unchanged. ``start_id``
        is the layer that the picture was started from, if it is not the content. Then the new layer will lie above that
        layer. A layer that ``is_partial`` covers only a part of the rectangle.
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
        #: True if the layer already shows an earlier strength of this result. Then it shows no previews, and it stays
        #: even if its next picture is canceled.
        self.is_kept = False
        self._was_modified = False
        self._place: Optional[HistoryPosition] = None
        #: The layer that was active before. It is kept here until it is active again.
        self._active: Any = None

    @property
    def id(self) -> str:
        """The layer's identification in the document."""
        return str(self._node.uniqueId().toString())

    @property
    def fits(self) -> bool:
        """True if the canvas has the same size as at the beginning of the job."""
        return self._canvas == self._document.canvas

    @property
    def area(self) -> Rect:
        """The rectangle of the layer's picture."""
        return Rect(*self._corner, *self._rect[2:])

    @property
    def is_last_step(self) -> bool:
        """True if adding the layer is the last step in Krita's history."""
        return self._document.is_open and self._is_attached() and self._place == place(self._handle) is not None

    def reveal(self, is_seen: bool) -> None:
        """Show or hide the layer if the document contains it."""
        if self._is_attached() and self._node.visible() != is_seen:
            self._node.setVisible(is_seen)
            self._render()

    def write(self, pixels: PixelBuffer) -> Steps[None]:
        """Fill the layer with a picture of the job's rectangle."""

        def native(top: int, count: int, space: Space) -> Steps[Bytes]:
            rows = pixels.rows(top, count)
            return self._originals.restore(rows, top, space, (yield from from_engine(rows, space)))

        self._reactivate()
        yield from self._fill(native)
        if self._is_attached() and not self._handle.modified():
            # The user saved the document after the layer was added. Krita does not notice new pixels, so it would close
            # the document without a question.
            self._handle.setModified(True)

    def sketch(self, preview: Any) -> Steps[None]:
        """Fill the layer with a small QImage, enlarged to the job's rectangle."""

        def native(top: int, count: int, space: Space) -> Steps[Bytes]:
            band = image_bytes(_enlarged(preview, self._rect, top, count))
            yield
            return (yield from converted(band, SRGB_U8, space))

        yield from self._fill(native)

    def show(self) -> Steps[bool]:
        """Put the layer above the content and its results, in one undo step, and keep the active layer.

        If the layer at ``start_id`` was deleted, the new one lies above the content's newest result. If the content was
        deleted, too, the new one lies above everything, and this returns False. A caller may stop this
        early. Then the next call of :meth:`write`, :meth:`show` or :meth:`discard` makes the old layer active again.
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
        # The object of a copied node still acts on its old document. An object that is fetched again does not.
        self._node = self._document.find(self.id) or self._node
        self._follow()
        self._anchor, self._position = self.id, self._document.position(self.id) or (0, 0)
        self._place = place(self._handle)
        try:
            yield 0  # Krita makes a new layer active when its event loop runs.
            yield 0
        finally:
            self._reactivate()
        self._place, self._active = place(self._handle), None
        return is_above_content

    def name(self, name: str) -> None:
        """Set the layer's name."""
        self._node.setName(name)

    def discard(self) -> None:
        """Remove the layer. If the user has done nothing since it appeared, also remove its step from the history."""
        self._reactivate()
        if self.is_kept:
            return
        if self._document.is_open and self._is_attached() and self._place is not None:
            take_back(self._handle, self._place)
        if self._document.is_open and self._is_attached():
            self._node.remove()

    def _reactivate(self) -> None:
        """Make the earlier active layer active again, if Krita has made the new one active."""
        if self._active is not None and self._document.is_open and self._handle.activeNode() == self._node:
            self._handle.setActiveNode(self._active)

    def _render(self) -> None:
        """Let Krita show the new pixels.

        Krita 5.1 renders a whole projection without a pause, and freezes until it is done. But if a plug-in sets the
        background color, even to the same color, Krita renders the picture in parts. Krita rounds this color to 8 bits,
        so only the usual transparent color certainly stays the same. Krita also marks the document as modified, even
        after an undo. So this method sets the color only if the document was modified before the layer was added.
        """
        background = self._handle.backgroundColor()
        if self._was_modified and background.getRgb() == (0, 0, 0, 0):
            self._handle.setBackgroundColor(background)
        else:
            self._handle.refreshProjection()

    def _is_attached(self) -> bool:
        return self._node.parentNode() is not None

    def _follow(self) -> Tuple[int, int]:
        """Return the present corner of the rectangle. It moves with the content, and later with the new layer."""
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
        """Return the color space for the pixels.

        If the user converts the document, Krita converts its layers, but not a layer that is not yet in it. So such a
        layer is made again.
        """
        if self._document.is_open and not self._is_attached() and self._made_in != space_of(self._handle):
            self._make()
        return space_of(self._node)

    def _fill(self, native: Callable[[int, int, Space], Steps[Bytes]]) -> Steps[None]:
        """Write the picture, a band of rows at a time.

        Begin again if the user converts the document, or moves the content before this layer is in the document.
        ``native`` returns the pixels of rows in a color space. Its arguments are the first row, the number of rows, and
        the space.
        """
        row, space, corner = 0, self._space(), self._follow()
        rows = max(1, BAND // self._rect.width // TILE) * TILE
        while row < self._rect.height or space != self._space():
            if space != self._space():
                row, space = 0, self._space()
            count = min(rows, self._rect.height - row)
            band = yield from native(row, count, space)
            before, corner = corner, self._follow()
            if corner != before and not self._is_attached():
                self._make()
                row = 0
            elif space == self._space():  # Otherwise Krita would read beyond the end of the pixels.
                self._node.setPixelData(bytes(band), corner[0], corner[1] + row, self._rect.width, count)
                row += count
            yield


def _enlarged(image: Any, rect: Rect, top: int, rows: int) -> Any:
    """Return rows of ``image`` drawn as large as ``rect``: ``rows`` rows from ``top`` on."""
    band = QtGui.QImage(rect.width, rows, QtGui.QImage.Format.Format_ARGB32)
    band.fill(Qt.GlobalColor.transparent)
    painter = QtGui.QPainter(band)
    painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QtCore.QRectF(0, -top, rect.width, rect.height), image)
    painter.end()
    return band
