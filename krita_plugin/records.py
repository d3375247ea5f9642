"""The results of a layer, and the content of a result."""

from __future__ import annotations

from typing import List

from nst_core.bridge.record import Record

from .document import WHOLE, Document


def results_of(document: Document, content_id: str) -> List[str]:
    """Return the layers that were painted from the layer ``content_id`` or, with ``WHOLE``, from the whole picture."""
    found = ((layer.id, document.record(layer.id)) for layer in document.painted())
    return [layer_id for layer_id, record in found if record is not None and content_of(record) == content_id]


def content_of(record: Record) -> str:
    """Return the layer that this record's result was painted from, or ``WHOLE``."""
    return WHOLE if record.content is None else record.content.layer
