"""The results in the user's documents, and which of them are visible.

Each layer with a record is a result as long as its document contains it. So the results of earlier sessions are found,
too. Showing and hiding results makes no step in Krita's undo history. Discarding a result makes one.
"""

from __future__ import annotations

import time
from typing import Callable, Iterable, List, NamedTuple, Sequence, Set, Tuple

from nst_core.job.pixels import PixelBuffer
from nst_core.studio.history import History, HistoryEntry

from .document import Document, Rect
from .pictures import pixels_of
from .qt import QtCore, Signal
from .records import content_of, results_of
from .visibility import set_visible, show

#: Longest side in pixels of the thumbnails.
THUMBNAIL_SIDE = 128


class Shown(NamedTuple):
    """A result in the document, with the layer's name, and True if it is visible."""

    entry: HistoryEntry
    name: str
    is_visible: bool


class _Cover(NamedTuple):
    """The layer ``top`` hides the layers ``hidden`` as long as it is in the document."""

    document: Document
    top: str
    hidden: Tuple[str, ...]


class Results(QtCore.QObject):
    """The results of all documents. ``changed`` reports that a result was added or removed.

    ``covering`` reports that a new result will hide earlier ones. A comparison also hides them, so it must end first.
    """

    changed = Signal()
    covering = Signal()

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._clock, self._history = clock, History()
        #: The layers of each document that were ever added to the history. If a full history has dropped a layer, the
        #: layer is not added again.
        self._entered: List[Tuple[Document, Set[str]]] = []
        self._covers: List[_Cover] = []
        #: Covers whose result was undone or deleted. A redo may restore the result.
        self._lifted: List[_Cover] = []

    def add(self, document: Document, layer_id: str, seconds: float, thumbnail: PixelBuffer) -> None:
        """Add the new result ``layer_id`` to the history."""
        self._enter(document, layer_id, thumbnail, seconds, self._clock())
        self.changed.emit()

    def look(self, document: Document) -> List[Shown]:
        """Return the results that are in the document now, the newest first.

        If a result was undone or deleted, the layers that it has hidden become visible. If it comes back, they are
        hidden again.
        """
        self._forget_closed()
        layers = document.painted()
        if self._follow(document, [layer.id for layer in layers]):
            layers = document.painted()
        entered = self._entered_of(document)
        for layer in reversed(layers):  # The uppermost result of an earlier session counts as its newest.
            if layer.id not in entered:
                self._enter(document, layer.id, pixels_of(document.thumbnail(layer.id, THUMBNAIL_SIDE)), 0.0, 0.0)
        present = {layer.id: layer for layer in layers}
        entries = (entry for entry in self._history.of(document) if entry.layer in present)
        return [Shown(entry, *present[entry.layer][1:]) for entry in entries]

    def show(self, entry: HistoryEntry) -> None:
        """Make the result visible, and hide the other results of its content."""
        self.look(entry.document)
        wanted = {layer_id: layer_id == entry.layer for layer_id in results_of(entry.document, entry.content)}
        self._covers = [cover for cover in self._covers if cover.top not in wanted]
        self._lifted = [cover for cover in self._lifted if not set(cover.hidden) & set(wanted)]
        changed = show(entry.document, wanted)
        hidden = (layer_id for layer_id, was_visible in changed.items() if was_visible)
        self._remember_cover(entry.document, entry.layer, hidden)

    def cover(self, document: Document, top: str, earlier: Sequence[str], rect: Rect) -> bool:
        """Hide the ``earlier`` results that are visible and lie within ``rect``, below the new layer ``top``.

        If ``top`` is undone or deleted, they become visible again. Returns True if any result was hidden. The picture
        is rendered later, when ``top`` appears.
        """
        self.covering.emit()
        self.look(document)
        covered = [layer_id for layer_id in earlier if layer_id != top and _is_within(document, layer_id, rect)]
        hidden = set_visible(document, dict.fromkeys(covered, False))
        self._remember_cover(document, top, hidden)
        return bool(hidden)

    def discard(self, entry: HistoryEntry) -> None:
        """Remove the result's layer in one undo step. An earlier result becomes visible in its place."""
        node = entry.document.find(entry.layer)
        if node is None:
            return
        was_seen = node.visible()
        node.remove()
        others = [other for other in self.look(entry.document) if other.entry.content == entry.content]
        if was_seen and others and not any(other.is_visible for other in others):
            show(entry.document, {others[0].entry.layer: True})
        self.changed.emit()

    def _enter(self, document: Document, layer_id: str, thumbnail: PixelBuffer, seconds: float, now: float) -> None:
        self._entered_of(document).add(layer_id)
        record, layer = document.record(layer_id), document.layer(layer_id)
        if record is None or layer is None:
            return
        bounds = document.find(layer_id).bounds()
        size = bounds.width(), bounds.height()
        self._history.add(
            HistoryEntry(layer.name, record, document, layer_id, content_of(record), size, thumbnail, seconds, now)
        )

    def _entered_of(self, document: Document) -> Set[str]:
        entered = next((layers for known, layers in self._entered if known == document), None)
        if entered is None:
            entered = set()
            self._entered.append((document, entered))
        return entered

    def _follow(self, document: Document, present: Sequence[str]) -> bool:
        """Lift covers of removed results, and restore covers whose result came back. Return True if one changed."""
        absent = [cover for cover in self._covers if cover.document == document and cover.top not in present]
        # A layer without a record may be new, and get its record soon.
        gone = [cover for cover in absent if document.find(cover.top) is None]
        back = [cover for cover in self._lifted if cover.document == document and cover.top in present]
        self._covers = [cover for cover in self._covers if cover not in gone]
        for cover in reversed(gone):  # The newest first: then each older cover knows the covers above it.
            self._lift(cover)
        for cover in back:
            self._lifted.remove(cover)
            self._remember_cover(*cover)
            show(document, dict.fromkeys(cover.hidden, False))
        return bool(gone or back)

    def _remember_cover(self, document: Document, top: str, hidden: Iterable[str]) -> None:
        """Store that ``top`` hides these layers. Nothing hides ``top`` any more, so covers never form a circle."""
        bare = [cover._replace(hidden=tuple(one for one in cover.hidden if one != top)) for cover in self._covers]
        self._covers = [cover for cover in (*bare, _Cover(document, top, tuple(hidden))) if cover.hidden]

    def _lift(self, cover: _Cover) -> None:
        """Show the hidden layers of the cover, except those that a newer visible result hides."""
        newer = next((other for other in self._above(cover) if self._is_seen(other)), None)
        if newer is not None:
            self._covers[self._covers.index(newer)] = newer._replace(hidden=newer.hidden + cover.hidden)
            return
        self._lifted.append(cover)
        show(cover.document, dict.fromkeys(cover.hidden, True))

    def _above(self, cover: _Cover) -> List[_Cover]:
        """Return the covers that hide this one."""
        return [other for other in self._covers if other.document == cover.document and cover.top in other.hidden]

    def _is_seen(self, cover: _Cover) -> bool:
        """Return True if the cover or one above it is visible."""
        node = cover.document.find(cover.top)
        return (node is not None and bool(node.visible())) or any(map(self._is_seen, self._above(cover)))

    def _forget_closed(self) -> None:
        for document, _ in self._entered:
            if not document.is_open:
                self._history.forget(document)
        self._entered = [(document, layers) for document, layers in self._entered if document.is_open]
        self._covers = [cover for cover in self._covers if cover.document.is_open]
        self._lifted = [cover for cover in self._lifted if cover.document.is_open]


def _is_within(document: Document, layer_id: str, rect: Rect) -> bool:
    bounds = document.find(layer_id).bounds()
    extent = Rect(bounds.x(), bounds.y(), bounds.width(), bounds.height())
    return extent.overlap(rect) == extent
