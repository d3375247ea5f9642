"""The results in the user's documents: which there are, and which of them is seen.

A layer that Neural Style has painted is a result as long as it is in its document. Results of earlier sessions are
recognized by their records. To show and to hide results is no step of Krita's undo history; to discard one is a step.
"""

from __future__ import annotations

import time
from typing import Callable, List, NamedTuple, Sequence, Tuple

from nst_core.job.pixels import PixelBuffer
from nst_core.studio.history import History, HistoryEntry

from .document import Document, Rect
from .pictures import pixels_of
from .qt import QtCore, Signal
from .records import content_of, results, results_of
from .visibility import is_visible, set_visible, show

#: Longest side in pixels of the thumbnails.
SIDE = 128


class _Cover(NamedTuple):
    """The layer ``top`` hides the layers ``hidden``, as long as it is in the document."""

    document: Document
    top: str
    hidden: Tuple[str, ...]

    @property
    def is_in_place(self) -> bool:
        """Whether the layer on top is there."""
        return self.document.find(self.top) is not None


class Results(QtCore.QObject):
    """The results of all documents; ``changed`` reports that there is one more or one less."""

    changed = Signal()

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._clock, self._history = clock, History()
        self._documents: List[Document] = []
        self._covers: List[_Cover] = []
        #: Covers whose result was undone or deleted. Redo may bring it back.
        self._lifted: List[_Cover] = []

    def add(self, document: Document, layer_id: str, seconds: float, thumbnail: PixelBuffer) -> None:
        """Take the new result ``layer_id`` into the history."""
        self._enter(document, layer_id, thumbnail, seconds, self._clock())
        self.changed.emit()

    def of(self, document: Document) -> List[HistoryEntry]:
        """The results that are in the document, the newest first."""
        present = results(document)
        for layer_id in reversed(present):  # Of those of an earlier session, the uppermost counts as the newest.
            if self._history.find(document, layer_id) is None:
                self._enter(document, layer_id, pixels_of(document.thumbnail(layer_id, SIDE)), 0.0, 0.0)
        return [entry for entry in self._history.of(document) if entry.layer in present]

    def show(self, entry: HistoryEntry) -> None:
        """Make the result visible, and hide the other results of its content."""
        wanted = {layer_id: layer_id == entry.layer for layer_id in results_of(entry.document, entry.content)}
        self._covers = [cover for cover in self._covers if cover.top not in wanted]
        self._lifted = [cover for cover in self._lifted if not set(cover.hidden) & set(wanted)]
        changed = show(entry.document, wanted)
        hidden = tuple(layer_id for layer_id, was_seen in changed.items() if was_seen)
        if hidden:
            self._covers.append(_Cover(entry.document, entry.layer, hidden))

    def cover(self, document: Document, top: str, earlier: Sequence[str], rect: Rect) -> bool:
        """Hide the ``earlier`` results that are visible and lie within ``rect``, below the new layer ``top``.

        If that layer is undone or deleted, they become visible again. Returns whether there are any. The picture is
        not rendered: that is done when the new layer appears.
        """
        covered = [layer_id for layer_id in earlier if layer_id != top and _is_within(document, layer_id, rect)]
        hidden = tuple(set_visible(document, dict.fromkeys(covered, False)))
        if hidden:
            self._covers.append(_Cover(document, top, hidden))
        return bool(hidden)

    def follow(self) -> None:
        """Show what a result has hidden that is undone or deleted now; hide it again if the result came back."""
        self._forget_closed()
        for cover in [cover for cover in self._covers if not cover.is_in_place]:
            self._covers.remove(cover)
            self._lift(cover)
        for cover in [cover for cover in self._lifted if cover.is_in_place]:
            self._lifted.remove(cover)
            self._covers.append(cover)
            show(cover.document, dict.fromkeys(cover.hidden, False))

    def discard(self, entry: HistoryEntry) -> None:
        """Remove the result's layer, in one step that can be undone. An earlier result is seen in its place."""
        node, was_seen = entry.document.find(entry.layer), is_visible(entry.document, entry.layer)
        if node is None:
            return
        node.remove()
        self.follow()
        others = [other for other in self.of(entry.document) if other.content == entry.content]
        if was_seen and others and not any(is_visible(other.document, other.layer) for other in others):
            show(entry.document, {others[0].layer: True})
        self.changed.emit()

    def _enter(self, document: Document, layer_id: str, thumbnail: PixelBuffer, seconds: float, now: float) -> None:
        record, layer = document.record(layer_id), document.layer(layer_id)
        if record is None or layer is None:
            return
        if document not in self._documents:
            self._documents.append(document)
        bounds = document.find(layer_id).bounds()
        size = bounds.width(), bounds.height()
        self._history.add(
            HistoryEntry(layer.name, record, document, layer_id, content_of(record), size, thumbnail, seconds, now)
        )

    def _lift(self, cover: _Cover) -> None:
        """Show what the cover has hidden, unless a newer result covers all of it."""
        newer = next((other for other in self._covers if cover.top in other.hidden), None)
        if newer is not None:
            self._covers.remove(newer)
            self._covers.append(newer._replace(hidden=newer.hidden + cover.hidden))
            return
        self._lifted.append(cover)
        show(cover.document, dict.fromkeys(cover.hidden, True))

    def _forget_closed(self) -> None:
        for document in [document for document in self._documents if not document.is_open]:
            self._documents.remove(document)
            self._history.forget(document)
        self._covers = [cover for cover in self._covers if cover.document.is_open]
        self._lifted = [cover for cover in self._lifted if cover.document.is_open]


def _is_within(document: Document, layer_id: str, rect: Rect) -> bool:
    bounds = document.find(layer_id).bounds()
    extent = Rect(bounds.x(), bounds.y(), bounds.width(), bounds.height())
    return extent.overlap(rect) == extent
