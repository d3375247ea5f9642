"""Regions of the canvas: the shape of a layer, its brightness, a mask, or the selection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from nst_core.bridge.language import tr
from nst_core.bridge.record import Reference
from nst_core.job.errors import HostError
from nst_core.job.pixels import PixelBuffer

from .conversion import alpha, brightness
from .document import Document, Rect
from .steps import Steps


@dataclass(frozen=True)
class Region:
    """``reference`` is a ``layer``, a ``mask`` or the ``selection`` of ``document``."""

    document: Document
    reference: Reference

    @property
    def name(self) -> str:
        """The name that the user sees."""
        return tr("The selection") if self.reference.kind == "selection" else self.reference.name

    def coverage(self, rect: Rect) -> Steps[PixelBuffer]:
        """Return how much of each pixel is in the region. Raises HostError if it is empty or no longer exists."""
        if self.reference.kind == "layer":
            return (yield from alpha((yield from self.document.read(self.reference.layer, rect))))
        return self._mask(rect)

    def brightness(self, rect: Rect) -> Steps[PixelBuffer]:
        """Return the brightness of the layer's pixels; for a mask, return :meth:`coverage`.

        Transparent pixels are black.
        """
        if self.reference.kind == "layer":
            return (yield from brightness((yield from self.document.read(self.reference.layer, rect))))
        return self._mask(rect)

    def _mask(self, rect: Rect) -> PixelBuffer:
        if self.reference.kind == "mask":
            return self.document.mask(self.reference.layer, rect)
        selection = self.document.selection(rect)
        if selection is None:
            raise HostError(tr("Nothing is selected."), tr("Select an area, or choose a mask."))
        return selection


def find_region(reference: Reference, document: Document) -> Optional[Region]:
    """Return the region of ``document`` that a record names.

    Return None if the region no longer exists, or if Krita lacks its kind.
    """
    if reference.kind == "selection":
        return Region(document, reference)
    offered = {"mask": document.masks, "layer": document.layers}.get(reference.kind, list)()
    return Region(document, reference) if reference.layer in [item.id for item in offered] else None


def reference_of(region: Optional[Region]) -> Optional[Reference]:
    """Return the reference of ``region`` for a record."""
    return None if region is None else region.reference
