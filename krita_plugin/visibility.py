"""The visibility of layers: functions that change it, and the comparison of the content with its results.

For Krita, this is no change of the document: it makes no undo step, and the document needs no saving.
"""

from __future__ import annotations

from typing import Dict, Mapping, Optional

from .document import WHOLE, Document
from .records import results_of


def set_visible(document: Document, wanted: Mapping[str, bool]) -> Dict[str, bool]:
    """Show and hide layers without rendering. Return the changed layers with their earlier visibility."""
    nodes = {layer_id: document.find(layer_id) for layer_id in wanted}
    changed = {
        layer_id: bool(node.visible())
        for layer_id, node in nodes.items()
        if node is not None and bool(node.visible()) != wanted[layer_id]
    }
    for layer_id in changed:
        nodes[layer_id].setVisible(wanted[layer_id])
    return changed


def show(document: Document, wanted: Mapping[str, bool]) -> Dict[str, bool]:
    """Show and hide layers, and render the picture. Return the changed layers with their earlier visibility."""
    changed = set_visible(document, wanted)
    if changed:
        document.handle.refreshProjection()
    return changed


class Comparison:
    """Shows the content in place of its results while the user holds a button."""

    def __init__(self) -> None:
        self._document: Optional[Document] = None
        self._before: Dict[str, bool] = {}

    @property
    def is_held(self) -> bool:
        """True if the content is shown in place of its results now."""
        return self._document is not None

    def begin(self, document: Document, content_id: str) -> None:
        """Hide all results of the content, and show the content."""
        self.end()
        wanted = dict.fromkeys(results_of(document, content_id), False)
        if content_id != WHOLE:
            wanted[content_id] = True
        self._document, self._before = document, show(document, wanted)

    def end(self) -> None:
        """Show all layers as they were before."""
        document, self._document = self._document, None
        if document is not None and document.is_open:
            show(document, self._before)
