"""Which layers of a document are visible, and the content without its results.

For Krita, neither is a change of the document: there is no step in the undo history, and nothing to save.
"""

from __future__ import annotations

from typing import Dict, Mapping, Optional

from .document import WHOLE, Document
from .records import results_of


def set_visible(document: Document, wanted: Mapping[str, bool]) -> Dict[str, bool]:
    """Show and hide layers without rendering the picture; returns the changed ones, with what they were before."""
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
    """The same, and render the picture."""
    changed = set_visible(document, wanted)
    if changed:
        document.handle.refreshProjection()
    return changed


class Comparison:
    """The content in place of its results, for as long as the user holds a button."""

    def __init__(self) -> None:
        self._document: Optional[Document] = None
        self._before: Dict[str, bool] = {}

    @property
    def is_held(self) -> bool:
        """Whether the content is shown in place of its results now."""
        return self._document is not None

    def begin(self, document: Document, content_id: str) -> None:
        """Hide all results of the content, and show the content."""
        self.end()
        wanted = dict.fromkeys(results_of(document, content_id), False)
        if content_id != WHOLE:
            wanted[content_id] = True
        self._document, self._before = document, show(document, wanted)

    def end(self) -> None:
        """Show everything as it was before."""
        document, self._document = self._document, None
        if document is not None and document.is_open:
            show(document, self._before)
