"""The user's documents: their layers and masks, and the pictures of these.

Only this module, :mod:`.layer_tree` and :mod:`.new_layer` use the user's documents. None of them writes to an existing
layer.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, List, NamedTuple, Optional, Tuple

from krita import Krita

from nst_core.bridge.language import tr
from nst_core.bridge.record import Record, dump, load
from nst_core.job.errors import HostError
from nst_core.job.pixels import PixelBuffer

from .conversion import Originals, engine_format, for_engine, result_format
from .layer_tree import MASKS, Layer, is_animated, layer_of_node, layers_below, masks_below, node_below
from .qt import QtCore
from .spaces import require_space, space_of
from .steps import Steps

#: This text stands for the whole picture in place of a layer's identification.
WHOLE = ""
#: A layer's record is an annotation of the document. Its name is this text and the layer's identification.
ANNOTATION = "neural_style_"
#: The number of pixels to read between two turns of the event loop.
PIXELS_A_READ = 1 << 18


class PaintedLayer(NamedTuple):
    """A layer that Neural Style has painted; ``is_visible`` ignores the groups around it."""

    id: str
    name: str
    is_visible: bool


class Rect(NamedTuple):
    """A rectangle of a document in pixels."""

    x: int
    y: int
    width: int
    height: int

    def overlap(self, other: Rect) -> Rect:
        """Return the common part of both rectangles. Its size is 0 if they have no common part."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right = min(self.x + self.width, other.x + other.width)
        bottom = min(self.y + self.height, other.y + other.height)
        return Rect(x, y, max(0, right - x), max(0, bottom - y))


class Document:
    """A document that is open in Krita. A method raises HostError if the document is closed or the layer is deleted."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    @property
    def handle(self) -> Any:
        """Krita's own object, for :mod:`.new_layer`."""
        return self._handle

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Document) and bool(self._handle == other._handle)

    __hash__ = None  # type: ignore[assignment]

    @property
    def is_open(self) -> bool:
        """True if the user has not closed the document."""
        return self._handle in Krita.instance().documents()

    @property
    def path(self) -> str:
        """The path of the document's file; empty if it has no file."""
        return str(self._handle.fileName())

    @property
    def name(self) -> str:
        """The name that the user sees."""
        return Path(self.path).name or self._handle.name() or tr("Unnamed")

    @property
    def canvas(self) -> Rect:
        """The rectangle of the picture."""
        return Rect(0, 0, self._handle.width(), self._handle.height())

    @property
    def result_format(self) -> str:
        """The pixel format of the engine's results for the document's color space."""
        return result_format(space_of(self._handle))

    @property
    def clip(self) -> Tuple[int, int]:
        """The first and the last frame of the animation."""
        return self._handle.fullClipRangeStartTime(), self._handle.fullClipRangeEndTime()

    def is_animated(self, layer_id: str) -> bool:
        """Return True if the layer, a layer in it, or a mask of these has frames."""
        return is_animated(self._shown_node(layer_id))

    def may_change(self, layer_id: str, time: int) -> bool:
        """Return True if the layer or mask may look different at ``time`` than just before."""
        node = self._shown_node(layer_id)
        is_plain = node.type() in ("paintlayer", *MASKS) and not node.childNodes()
        return not is_plain or bool(node.hasKeyframeAtTime(time))

    def describe(self) -> str:
        """Return size and color space as a text for a report."""
        return "{} x {} px, {} {} {}".format(*self.canvas[2:], *space_of(self._handle))

    def layers(self) -> List[Layer]:
        """Return all layers, the uppermost first. A group comes before its layers."""
        return [layer_of_node(node, level) for node, level in layers_below(self._handle.rootNode())]

    def painted(self) -> List[PaintedLayer]:
        """Return the layers with a record, the uppermost first. Search the tree only once: this is called often."""
        stored, found = set(self._handle.annotationTypes()), []
        for node, _ in layers_below(self._handle.rootNode()) if stored else ():
            layer_id = node.uniqueId().toString()
            if _annotation(layer_id) in stored:
                found.append(PaintedLayer(layer_id, node.name(), bool(node.visible())))
        return found

    def masks(self) -> List[Layer]:
        """Return the masks of a region (transparency, selection and filter masks), with their layers' names."""
        return list(masks_below(self._handle.rootNode()))

    def active_layer(self) -> Optional[Layer]:
        """Return the layer that the user works on. If a mask is active, return the mask's layer."""
        node = self._handle.activeNode()
        while node is not None and node.type().endswith("mask"):
            node = node.parentNode()
        return None if node is None or node.parentNode() is None else layer_of_node(node)

    def layer(self, layer_id: str) -> Optional[Layer]:
        """Return the layer with this identification, or None if it no longer exists."""
        node = self.find(layer_id)
        return None if node is None else layer_of_node(node)

    def thumbnail(self, layer_id: str, side: int) -> Any:
        """Return a QImage of the layer or of the whole picture, at most ``side`` pixels wide and high."""
        canvas = self.canvas
        scale = side / max(canvas.width, canvas.height, 1)
        size = max(1, round(canvas.width * scale)), max(1, round(canvas.height * scale))
        owner = self._handle if layer_id == WHOLE and self.is_open else self._node(layer_id)
        return owner.thumbnail(*size)

    def extent(self, layer_id: str) -> Rect:
        """Return where the layer has pixels, also beyond the canvas. Raises HostError if the layer is empty."""
        if layer_id == WHOLE:
            return self.canvas
        node = self._node(layer_id)
        bounds = node.bounds()
        if bounds.width() <= 0 or bounds.height() <= 0:
            problem = tr("The layer {name} is empty.").format(name=node.name())
            raise HostError(problem, tr("Choose a layer that shows something."))
        return Rect(bounds.x(), bounds.y(), bounds.width(), bounds.height())

    def fillable_extent(self, layer_id: str) -> Rect:
        """Return the part of the canvas that a texture fills in place of the layer: all of it if the layer is empty."""
        is_empty = layer_id != WHOLE and self._node(layer_id).bounds().isEmpty()
        return self.canvas if is_empty else self.visible_extent(layer_id)

    def visible_extent(self, layer_id: str) -> Rect:
        """Return the part of :meth:`extent` on the canvas. Raises HostError if this part is empty."""
        extent = self.extent(layer_id).overlap(self.canvas)
        if not extent.width or not extent.height:
            raise HostError(tr("The layer lies outside of the canvas."), tr("Move it, or choose another layer."))
        return extent

    def read(self, layer_id: str, rect: Rect, originals: Optional[Originals] = None) -> Steps[PixelBuffer]:
        """Read the layer's picture in sRGB, with its masks and children, but without its opacity.

        ``originals`` keeps colors that can't be converted back. Raises HostError if the color space changes during the
        reading.
        """
        space, picture = space_of(self._shown_node(layer_id)), bytearray()
        rows = max(1, PIXELS_A_READ // rect.width)
        for top in range(0, rect.height, rows):
            yield
            count = min(rows, rect.height - top)
            node = self._shown_node(layer_id)
            data = bytes(node.projectionPixelData(rect.x, rect.y + top, rect.width, count))
            require_space(node, space)
            sent = yield from for_engine(data, rect.width, count, space)
            picture += sent
            if originals is not None:
                originals.keep(space, data, sent, count)
        yield
        return PixelBuffer(rect.width, rect.height, engine_format(space), picture)

    @property
    def has_selection(self) -> bool:
        """True if something is selected."""
        selection = self._handle.selection()
        return selection is not None and selection.width() > 0 and selection.height() > 0

    def selection(self, rect: Rect) -> Optional[PixelBuffer]:
        """Return the selection within ``rect`` as ``gray-u8``, or None. Raises HostError if it is elsewhere."""
        if not self.has_selection:
            return None
        selection = self._handle.selection()
        selected = Rect(selection.x(), selection.y(), selection.width(), selection.height())
        if 0 in rect.overlap(selected)[2:]:
            problem = tr("The selection does not touch the layer.")
            raise HostError(problem, tr("Select a part of the layer, or select nothing."))
        return PixelBuffer(rect.width, rect.height, "gray-u8", bytes(selection.pixelData(*rect)))

    def mask(self, mask_id: str, rect: Rect) -> PixelBuffer:
        """Return a mask within ``rect`` as ``gray-u8``. Raises HostError if the mask no longer exists."""
        node = self.find(mask_id)
        if node is None:
            raise HostError(tr("A mask was deleted before it was read."), tr("Choose another one."))
        # A mask of another plug-in has no pixels until someone paints on it. Until then Krita shows everything.
        data = bytes(node.pixelData(*rect)) or b"\xff" * (rect.width * rect.height)
        return PixelBuffer(rect.width, rect.height, "gray-u8", data)

    def position(self, layer_id: str) -> Optional[Tuple[int, int]]:
        """Return the layer's offset, or None without the layer. It changes with the layer and with a cropped canvas."""
        node = self.find(layer_id)
        return None if node is None else (node.position().x(), node.position().y())

    def record(self, layer_id: str) -> Optional[Record]:
        """Return the record of the layer, or None if Neural Style did not paint it."""
        name = _annotation(layer_id)
        if name not in self._handle.annotationTypes():
            return None
        return load(bytes(self._handle.annotation(name)).decode("utf-8", "replace"))

    def newest_result(self, layer_id: str, content_id: str) -> Any:
        """Return Krita's node of the uppermost result above the layer.

        Return the layer itself if it has no result, and None if the layer is deleted.

        Results are the painted layers directly above the layer, and the results of ``content_id`` higher in its group.
        """
        node = self.find(layer_id)
        if node is None:
            return None
        siblings = node.parentNode().childNodes()
        top = siblings.index(node)
        for above in range(top + 1, len(siblings)):
            record = self.record(siblings[above].uniqueId().toString())
            is_of_content = record is not None and record.content is not None and record.content.layer == content_id
            if is_of_content or (record is not None and above == top + 1):
                top = above
        return siblings[top]

    def remember(self, layer_id: str, record: Record) -> None:
        """Store the layer's record with the document."""
        data = QtCore.QByteArray(dump(record).encode("utf-8"))
        self._handle.setAnnotation(_annotation(layer_id), "Neural Style", data)

    def _shown_node(self, layer_id: str) -> Any:
        is_whole = layer_id == WHOLE and self.is_open
        return self._handle.rootNode() if is_whole else self._node(layer_id)

    def _node(self, layer_id: str) -> Any:
        node = self.find(layer_id)
        if node is None:
            raise HostError(tr("The layer was deleted."), tr("Choose another layer."))
        return node

    def find(self, layer_id: str) -> Any:
        """Return Krita's node with this identification, or None."""
        return node_below(self._handle.rootNode(), layer_id) if self.is_open else None


def documents() -> List[Document]:
    """Return all open documents."""
    return [Document(handle) for handle in Krita.instance().documents()]


def document_of(view: Any) -> Optional[Document]:
    """Return the document that a view shows, or None."""
    handle = None if view is None else view.document()
    return None if handle is None else Document(handle)


def _annotation(layer_id: str) -> str:
    return ANNOTATION + layer_id.strip("{}")
