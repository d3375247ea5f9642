"""Several paintings from one choice: one for each style (a contact sheet), or one for each selected layer."""

from __future__ import annotations

from dataclasses import replace
from typing import List, Optional, Sequence

from krita import Krita

from .document import Document
from .layer_tree import Layer
from .painting import Painting


def for_each_style(painting: Painting) -> List[Painting]:
    """Return ``painting`` once in each of its styles."""
    return [replace(painting, choices=(choice,)) for choice in painting.choices]


def for_each_layer(painting: Painting, layers: Sequence[Layer]) -> List[Painting]:
    """Return ``painting`` once for each of ``layers`` as the content."""
    return [replace(painting, content_id=layer.id) for layer in layers]


def selected_layers(document: Optional[Document]) -> List[Layer]:
    """Return the selected layers of ``document``, the uppermost first. They are selected in the front window."""
    window = Krita.instance().activeWindow()
    view = None if window is None else window.activeView()
    if document is None or not document.is_open or view is None or view.document() != document.handle:
        return []
    chosen = {node.uniqueId().toString() for node in view.selectedNodes()}
    return [layer for layer in document.layers() if layer.id in chosen]
