"""Regions of the canvas: the shape of a layer, a layer mask, a saved selection, or the selection.

A region has three forms: the text of an argument, the reference in a record, and the mask itself.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import List, Optional

from gi.repository import Gimp

from nst_core.bridge.language import tr
from nst_core.bridge.record import Reference
from nst_core.job.errors import HostError, InvalidJob
from nst_core.job.pixels import PixelBuffer

from . import drawable, references

#: The beginning of the argument for an inverted region.
_INVERTED = "not:"
_TEXT = re.compile(
    r"(?P<inverted>not:)?(?P<kind>layer|mask|channel):"
    rf"(?:(?P<id>[0-9]{{1,9}})|(?P<lasting>{references.LASTING_NAME}):.*)$",
    re.DOTALL,
)


@dataclass(frozen=True)
class Region:
    """A region. ``kind`` is ``layer``, ``mask``, ``channel`` or ``selection``.

    ``item`` is the drawable, or the layer that has the mask. An ``inverted`` region is everything else.
    """

    kind: str
    item: Gimp.Drawable
    inverted: bool = False

    @property
    def name(self) -> str:
        """The name that the user sees."""
        return tr("The selection") if self.kind == "selection" else str(self.item.get_name())

    def drawable(self) -> Gimp.Drawable:
        """Return the drawable with the region's pixels."""
        return self.item.get_mask() if self.kind == "mask" else self.item

    def text(self) -> str:
        """Return the text of the region for an argument. GIMP may keep it until its next session."""
        prefix = _INVERTED if self.inverted else ""
        if self.kind == "selection":
            return f"{prefix}{self.kind}"
        return f"{prefix}{self.kind}:{references.lasting_name(self.item)}:{self.item.get_name()}"

    def reference(self) -> Reference:
        """Return the reference of the region for the record of a layer in the same image."""
        return replace(references.to_item(self.kind, self.item), inverted=self.inverted)

    def coverage(self, content: Gimp.Layer) -> PixelBuffer:
        """Return how much of each pixel of ``content`` is in the region, as ``gray-f32``. Raises :class:`HostError`."""
        if self.kind == "layer" and self.item.is_valid():
            return self._turned(drawable.read_alpha(self.item, content))
        return self._turned(drawable.read_coverage(self._mask(), content))

    def brightness(self, content: Gimp.Layer) -> PixelBuffer:
        """Return the region's brightness over each pixel of ``content``, as ``gray-f32``. Raises :class:`HostError`."""
        if self.kind == "layer" and self.item.is_valid():
            return self._turned(drawable.read_brightness(self.item, content))
        return self._turned(drawable.read_coverage(self._mask(), content))

    def _turned(self, mask: PixelBuffer) -> PixelBuffer:
        return drawable.inverted(mask) if self.inverted else mask

    def _mask(self) -> Gimp.Channel:
        mask = self.item if self.item.is_valid() else None
        if self.kind == "mask" and mask is not None:
            mask = self.item.get_mask()
        if mask is None:
            raise HostError(tr("A mask was deleted before it was read."), tr("Choose another one."))
        if self.kind == "selection" and Gimp.Selection.is_empty(self.item.get_image()):
            raise HostError(tr("Nothing is selected."), tr("Select where the style should paint, or choose a mask."))
        return mask


def of(item: Gimp.Drawable) -> Region:
    """Return ``item``, any drawable, as a region."""
    if isinstance(item, Gimp.LayerMask):
        return Region("mask", Gimp.Layer.from_mask(item))
    if isinstance(item, Gimp.Selection):
        return Region("selection", item)
    return Region("channel" if isinstance(item, Gimp.Channel) else "layer", item)


def offered(content: Gimp.Layer, shapes: bool = True) -> List[Region]:
    """Return all regions of the image of ``content``: the selection, masks, saved selections, and other layers.

    With ``shapes``, leave out layers that cover everything, because they have no transparency.
    """
    image = content.get_image()
    layers = list(drawable.layers_of(image))
    selection = [] if Gimp.Selection.is_empty(image) else [Region("selection", image.get_selection())]
    masks = [Region("mask", layer) for layer in layers if layer.get_mask() is not None]
    channels = [Region("channel", channel) for channel in image.get_channels()]
    others = [layer for layer in layers if layer.get_id() != content.get_id() and (layer.has_alpha() or not shapes)]
    return [*selection, *masks, *channels, *(Region("layer", layer) for layer in others)]


def parse(text: str, image: Gimp.Image) -> Optional[Region]:
    """Return the region of ``image`` that an argument names, or None for an empty text, which means everywhere.

    Raises :class:`InvalidJob` if the text names no region.
    """
    if not text:
        return None
    if text in ("selection", f"{_INVERTED}selection"):
        return Region("selection", image.get_selection(), inverted=text != "selection")
    found = _TEXT.match(text)
    item = _item(found, image) if found else None
    if found is None or not _fits(found["kind"], item):
        problem = tr("There is no region {name}.").format(name=text)
        raise InvalidJob(problem, tr("Use layer:, mask: or channel: and the id of the layer or channel, or selection."))
    return Region(found["kind"], item, bool(found["inverted"]))


def find_again(text: str, image: Gimp.Image) -> Optional[Region]:
    """Return the region of an earlier run, or None if it no longer exists."""
    with suppress(InvalidJob):
        return parse(text, image)
    return None


def find(reference: Reference, image: Gimp.Image) -> Optional[Region]:
    """Return the region that a record of ``image`` refers to, or None if it is not certain."""
    if reference.kind == "selection":
        return Region("selection", image.get_selection(), reference.inverted)
    item = references.find(reference.layer, reference.kind, [image])
    return Region(reference.kind, item, reference.inverted) if _fits(reference.kind, item) else None


def _item(found: re.Match[str], image: Gimp.Image) -> Optional[Gimp.Item]:
    if found["lasting"]:
        return references.find(found["lasting"], found["kind"], [image])
    item = Gimp.Item.get_by_id(int(found["id"]))
    return item if item is not None and item.get_image().get_id() == image.get_id() else None


def _fits(kind: str, item: Optional[Gimp.Item]) -> bool:
    if kind == "channel":
        return isinstance(item, Gimp.Channel)
    return isinstance(item, Gimp.Layer) and (kind == "layer" or (kind == "mask" and item.get_mask() is not None))
