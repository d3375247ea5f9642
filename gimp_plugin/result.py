"""The end of a painting: its picture becomes a new layer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import List, Optional, Tuple

from gi.repository import Gegl, Gimp

from nst_core.bridge import record
from nst_core.job.adjustment import Adjustment
from nst_core.job.pixels import PixelBuffer
from nst_core.studio.result_names import result_name

from . import parasites
from .drawable import COLOR, FORMS, layers_of, pixel_format, position, strips

#: The type of a layer with transparency, by the type of its image.
LAYER_TYPES = {
    Gimp.ImageBaseType.RGB: Gimp.ImageType.RGBA_IMAGE,
    Gimp.ImageBaseType.GRAY: Gimp.ImageType.GRAYA_IMAGE,
    Gimp.ImageBaseType.INDEXED: Gimp.ImageType.INDEXEDA_IMAGE,
}


@dataclass(frozen=True)
class LayerPlan:
    """The plan of a new layer: the parts of its name, its record, and its place.

    The layer lies above ``below`` and above the earlier results of the same content there. It lies exactly over
    ``content``, or at ``position`` if the content was deleted. With ``in_color``, a gray or indexed image first becomes
    RGB. If ``covers`` is True, the layer covers the whole content, and all earlier results below are hidden. Otherwise
    only those that it ``replaces`` are hidden.
    """

    styles: Tuple[str, ...]
    quality: str
    record: str
    below: Gimp.Layer
    content: Gimp.Layer
    position: Tuple[int, int]
    in_color: bool = False
    covers: bool = True
    replaces: Tuple[Gimp.Layer, ...] = ()

    def adjusted(self, adjustment: Adjustment) -> LayerPlan:
        """Return a copy after a change of settings during the run. The record holds the last settings."""
        stored = record.load(self.record)
        assert stored is not None
        weights = adjustment.weights or tuple(style.weight for style in stored.styles)
        weighted = tuple(replace(style, weight=weight) for style, weight in zip(stored.styles, weights))
        changed = replace(stored, settings=adjustment.applied_to(stored.settings), styles=weighted)
        return replace(self, record=record.dump(changed))

    def painted_at(self, size: int) -> LayerPlan:
        """Return a copy with the engine's working ``size``. So the record repeats this size on any machine."""
        stored = record.load(self.record)
        assert stored is not None
        return replace(self, record=record.dump(replace(stored, settings=replace(stored.settings, size=size))))


def insert_result(image: Gimp.Image, pixels: PixelBuffer, new: LayerPlan) -> Gimp.Layer:
    """Put ``pixels`` into a new layer in one undo step, and hide earlier results of the same content.

    If the layer below was deleted, the new layer goes on top. If the image was closed, the layer gets a new image.
    """
    if not image.is_valid():
        image, new = _image_of_its_own(pixels), replace(new, position=(0, 0))
    image.undo_group_start()
    try:
        if new.in_color and image.get_base_type() != Gimp.ImageBaseType.RGB:
            image.convert_rgb()
        layer = _insert(image, pixels, new)
        write(layer, pixels)
        parasites.attach_record(layer, new.record)
        parasites.keep_identity(image)
    finally:
        image.undo_group_end()
    Gimp.displays_flush()
    return layer


def _insert(image: Gimp.Image, pixels: PixelBuffer, new: LayerPlan) -> Gimp.Layer:
    kind = LAYER_TYPES[image.get_base_type()]
    name = result_name(new.styles, new.quality, [layer.get_name() for layer in layers_of(image)])
    layer = Gimp.Layer.new(image, name, pixels.width, pixels.height, kind, 100.0, Gimp.LayerMode.NORMAL)
    group, place, earlier = place_of(image, new)
    if not image.insert_layer(layer, group, place):
        raise RuntimeError(f"GIMP did not take the new layer: {Gimp.get_pdb().get_last_error()}")
    for former in earlier if new.covers else filter(_is_plain, new.replaces):
        former.set_visible(False)
    layer.set_offsets(*(position(new.content) if new.content.is_valid() else new.position))
    return layer


def place_of(image: Gimp.Image, new: LayerPlan) -> Tuple[Optional[Gimp.Layer], int, List[Gimp.Layer]]:
    """Return the group (or None), the position in it, and the earlier results that the new layer covers there."""
    if not new.below.is_valid():
        return None, 0, []
    group = new.below.get_parent()
    layers = image.get_layers() if group is None else group.get_children()
    place, content = image.get_item_position(new.below), _content(new.record)
    while place > 0 and content and _content(parasites.read_record(layers[place - 1])) == content:
        place -= 1
    earlier = [layer for layer in layers[place:] if content and _content(parasites.read_record(layer)) == content]
    return group, place, list(filter(_is_plain, earlier))


def _is_plain(layer: Gimp.Layer) -> bool:
    """Return True if ``layer`` exists and the user does not blend it with others. Then another result may hide it."""
    if not layer.is_valid():
        return False
    is_opaque = layer.get_opacity() == 100.0 and layer.get_mode() == Gimp.LayerMode.NORMAL
    return is_opaque and layer.get_mask() is None


def _content(text: str) -> str:
    """Return the lasting name of the content in a record; empty if ``text`` is no record."""
    recorded = record.load(text)
    return "" if recorded is None or recorded.content is None else recorded.content.layer


def _image_of_its_own(pixels: PixelBuffer) -> Gimp.Image:
    """Show a new image, so that the result is not lost after the image was closed."""
    size = (pixels.width, pixels.height)
    image = Gimp.Image.new_with_precision(*size, Gimp.ImageBaseType.RGB, Gimp.Precision.U16_NON_LINEAR)
    Gimp.Display.new(image)
    return image


def write(layer: Gimp.Layer, pixels: PixelBuffer) -> None:
    """Write pixels of the layer's size into ``layer``."""
    buffer, rows = layer.get_buffer(), memoryview(pixels.data)
    stride, form, is_own = len(rows) // pixels.height, FORMS[pixels.format], _is_own(layer, pixels)
    for left, top, width, height in strips((0, 0, pixels.width, pixels.height)):
        strip = bytes(rows[top * stride : (top + height) * stride])
        where = Gegl.Rectangle.new(left, top, width, height)
        buffer.set(where, *((form, strip) if is_own else (COLOR, _floats(strip, form, where))))
    buffer.flush()
    layer.update(0, 0, pixels.width, pixels.height)


def _is_own(layer: Gimp.Layer, pixels: PixelBuffer) -> bool:
    """Return True if the pixels can be written unchanged. The user may have converted the image meanwhile."""
    return pixels.format in ("rgba-f32", pixel_format(layer.get_image()))


def _floats(strip: bytes, form: str, where: Gegl.Rectangle) -> bytes:
    sheet = Gegl.Buffer.new(form, where.x, where.y, where.width, where.height)
    sheet.set(where, form, strip)
    return bytes(sheet.get(where, 1.0, COLOR, Gegl.AbyssPolicy.NONE))
