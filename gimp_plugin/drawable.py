"""Pixels of GIMP's drawables. Only this module reads them, and only :mod:`.result` writes them.

Images with integers in sRGB are read and written as integers. Nothing is converted then, and a large picture is up to
four times smaller. All other images are read and written as floats. GEGL converts these to and from the image's own
mode, precision and profile. With integers, babl 0.1.114 would write noise into 16-bit layers of other profiles, beyond
the first 256 x 126 pixels.
"""

from __future__ import annotations

import array
from contextlib import contextmanager
from typing import Iterable, Iterator, List, Sequence, Tuple

from gi.repository import Gegl, Gimp, Gio

from nst_core.bridge.language import tr
from nst_core.job.errors import HostError, UnreadableImage
from nst_core.job.pixels import PixelBuffer
from nst_core.job.sizes import Size

from . import process_end

#: Three formats: sRGB-encoded color with straight alpha, the coverage of a mask, and brightness multiplied by alpha. In
#: the last format alpha follows the brightness.
COLOR, COVERAGE, BRIGHTNESS = "R'G'B'A float", "Y float", "Y'aA float"

#: GEGL's names of the engine's pixel formats.
FORMS = {"rgba-u8": "R'G'B'A u8", "rgba-u16": "R'G'B'A u16", "rgba-f32": COLOR}

#: Left, top, width and height of a rectangle.
Bounds = Tuple[int, int, int, int]

#: The number of pixels in a strip, which is read in a fraction of a second, and the height of GIMP's tiles.
_STRIP_PIXELS, _TILE = 1 << 22, 64


def content_layer(drawables: Sequence[Gimp.Drawable]) -> Gimp.Layer:
    """Return the selected layer; for a layer mask, its layer. Raises :class:`HostError` if there is none."""
    if len(drawables) != 1:
        raise HostError(tr("Neural Style paints one layer at a time."), tr("Select a single layer."))
    drawable = drawables[0]
    layer = Gimp.Layer.from_mask(drawable) if isinstance(drawable, Gimp.LayerMask) else drawable
    if not isinstance(layer, Gimp.Layer):
        raise HostError(tr("A channel can't be painted."), tr("Select a layer."))
    if layer.is_floating_sel():
        raise HostError(tr("A floating selection can't be painted."), tr("Anchor it or make it a layer first."))
    if not layer.get_width() or not layer.get_height():
        raise HostError(tr("The layer is empty."), tr("Select a layer that has pixels."))
    return layer


def position(drawable: Gimp.Drawable) -> Tuple[int, int]:
    """Return the position of the drawable's upper left corner on the canvas."""
    _, x, y = drawable.get_offsets()
    return x, y


def size(drawable: Gimp.Drawable) -> Size:
    """Return width and height of ``drawable``. Raises :class:`HostError` if it was deleted."""
    require(drawable)
    return drawable.get_width(), drawable.get_height()


def read(drawable: Gimp.Drawable) -> PixelBuffer:
    """Read the pixels of ``drawable`` alone within its bounds, with its effects, its mask, and the layers of a group.

    Raises :class:`HostError` if it was deleted.
    """
    return _picture(drawable, (0, 0, *size(drawable)))


def pixel_format(image: Gimp.Image) -> str:
    """Return the engine's pixel format for ``image``: that of its integers if it has integers in sRGB, else floats."""
    integers = {Gimp.Precision.U8_NON_LINEAR: "rgba-u8", Gimp.Precision.U16_NON_LINEAR: "rgba-u16"}
    is_srgb = image.get_effective_color_profile().is_equal(Gimp.ColorProfile.new_rgb_srgb())
    return integers.get(image.get_precision(), "rgba-f32") if is_srgb else "rgba-f32"


def layers_of(image: Gimp.Image) -> Iterator[Gimp.Layer]:
    """Yield the layers of ``image`` from top to bottom. A group comes before its own layers."""
    waiting: List[Gimp.Layer] = list(image.get_layers())
    while waiting:
        layer = waiting.pop(0)
        yield layer
        if layer.is_group():
            waiting[:0] = layer.get_children()


def read_under(drawable: Gimp.Drawable, content: Gimp.Layer) -> PixelBuffer:
    """Read ``drawable`` alone within the bounds of ``content``. It is transparent where it has no pixels.

    Raises :class:`HostError` if it was deleted.
    """
    require(drawable)
    return _picture(drawable, _bounds_of(drawable, content))


def read_alpha(layer: Gimp.Layer, content: Gimp.Layer) -> PixelBuffer:
    """Read the coverage of ``layer`` over ``content`` as ``gray-f32``: its alpha and mask, and 0 outside of it."""
    return _channel(layer, content, COLOR, slice(3, None, 4))


def read_brightness(layer: Gimp.Layer, content: Gimp.Layer) -> PixelBuffer:
    """Read the brightness of ``layer`` over ``content`` as ``gray-f32``. It is 0 where the layer has no pixels."""
    return _channel(layer, content, BRIGHTNESS, slice(0, None, 2))


def read_coverage(mask: Gimp.Channel, content: Gimp.Layer) -> PixelBuffer:
    """Read a mask, channel or selection over the bounds of ``content`` as ``gray-f32``: 0 outside of it."""
    data = _joined(_strips_of(mask.get_buffer(), _bounds_of(mask, content), COVERAGE))
    return PixelBuffer(content.get_width(), content.get_height(), "gray-f32", data)


def read_selection(image: Gimp.Image, content: Gimp.Layer) -> PixelBuffer:
    """Read the selection over the bounds of ``content`` as ``gray-f32``.

    Raises :class:`HostError` if the whole selection is outside of the layer.
    """
    touches, *_ = content.mask_intersect()
    if not touches:
        raise HostError(tr("The selection lies outside of the layer."), tr("Select a part of the layer, or nothing."))
    return read_coverage(image.get_selection(), content)


def inverted(mask: PixelBuffer) -> PixelBuffer:
    """Return the ``gray-f32`` picture ``mask`` with each value subtracted from 1."""
    values = array.array("f", bytes(mask.data))
    turned = array.array("f", [1.0 - value for value in values])
    return PixelBuffer(mask.width, mask.height, mask.format, turned.tobytes())


@contextmanager
def opened(file: Gio.File) -> Iterator[Gimp.Image]:
    """Open the image in ``file`` in any format of GIMP, and turn it upright. It is closed at the end of this context.

    Raises :class:`UnreadableImage`.
    """
    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
    if image is None:
        reason = str(Gimp.get_pdb().get_last_error()).strip().rstrip(".")
        Gimp.progress_end()  # Otherwise the bar stays after the error, with a button that cancels the plug-in.
        problem = tr("{name} can't be read: {reason}.").format(name=file.get_parse_name(), reason=reason)
        raise UnreadableImage(problem, tr("Choose another picture."))
    try:
        image.policy_rotate(False)  # It has an EXIF orientation. GIMP itself only turns images that the user opens.
        yield image
    finally:
        image.delete()


def read_file(file: Gio.File) -> PixelBuffer:
    """Read the picture in ``file`` as the user would see it. Raises :class:`UnreadableImage`."""
    with opened(file) as image:
        seen = Gimp.Layer.new_from_visible(image, image, "")
        image.insert_layer(seen, None, 0)
        return read(seen)


def require(drawable: Gimp.Drawable) -> None:
    """Raise :class:`HostError` if ``drawable`` was deleted, perhaps with its image."""
    if not drawable.is_valid():
        raise HostError(tr("A layer was deleted before it was read."), tr("Choose another one."))


def _picture(drawable: Gimp.Drawable, bounds: Bounds) -> PixelBuffer:
    found = pixel_format(drawable.get_image())
    return PixelBuffer(bounds[2], bounds[3], found, _joined(_visible_strips(drawable, bounds, FORMS[found])))


def _joined(strips: Iterable[bytes]) -> bytearray:
    data = bytearray()
    for strip in strips:
        data += strip  # Not all strips at once: a large picture would be in memory twice.
    return data


def _visible_strips(drawable: Gimp.Drawable, bounds: Bounds, form: str) -> Iterator[bytes]:
    """Yield the visible pixels of ``drawable`` alone, strip by strip. ``bounds`` has the drawable's own coordinates."""
    if not drawable.get_filters():
        yield from _strips_of(_masked(drawable), bounds, form)
        return
    with _scratch_image(drawable) as flattened:
        yield from _strips_of(flattened.get_buffer(), bounds, form)


def _strips_of(buffer: Gegl.Buffer, bounds: Bounds, form: str) -> Iterator[bytes]:
    for strip in strips(bounds):
        yield bytes(buffer.get(Gegl.Rectangle.new(*strip), 1.0, form, Gegl.AbyssPolicy.NONE))


def strips(bounds: Bounds) -> Iterator[Bounds]:
    """Yield the strips of ``bounds`` from top to bottom. If GIMP has ended, end this process between two strips."""
    left, top, width, height = bounds
    rows = max(_TILE, _STRIP_PIXELS // width // _TILE * _TILE)
    for y in range(0, height, rows):
        process_end.end_without_gimp()
        yield left, top + y, width, min(rows, height - y)


def _bounds_of(drawable: Gimp.Drawable, content: Gimp.Layer) -> Bounds:
    """Return the bounds of ``content`` in the coordinates of ``drawable``."""
    (x, y), (left, top) = position(drawable), position(content)
    return left - x, top - y, content.get_width(), content.get_height()


def _channel(layer: Gimp.Layer, content: Gimp.Layer, form: str, channel: slice) -> PixelBuffer:
    values = array.array("f")
    for strip in _visible_strips(layer, _bounds_of(layer, content), form):
        values.extend(array.array("f", strip)[channel])
    return PixelBuffer(content.get_width(), content.get_height(), "gray-f32", values.tobytes())


def _masked(drawable: Gimp.Drawable) -> Gegl.Buffer:
    """Return the drawable's pixels. If it has an active layer mask, the mask is applied to their alpha."""
    mask = drawable.get_mask() if isinstance(drawable, Gimp.Layer) and drawable.get_apply_mask() else None
    if mask is None:
        return drawable.get_buffer()
    graph = Gegl.Node()
    masked = graph.create_child("gegl:opacity")
    _source(graph, drawable).connect_to("output", masked, "input")
    _source(graph, mask).connect_to("output", masked, "aux")
    target = Gegl.Buffer.new(COLOR, 0, 0, drawable.get_width(), drawable.get_height())
    sink = graph.create_child("gegl:write-buffer")
    sink.set_property("buffer", target)
    masked.connect_to("output", sink, "input")
    sink.process()
    return target


def _source(graph: Gegl.Node, drawable: Gimp.Drawable) -> Gegl.Node:
    node = graph.create_child("gegl:buffer-source")
    node.set_property("buffer", drawable.get_buffer())
    return node


@contextmanager
def _scratch_image(drawable: Gimp.Drawable) -> Iterator[Gimp.Layer]:
    """Copy ``drawable`` with its effects and mask merged. The copy is in its own image, which is deleted afterwards."""
    with image_like(drawable, size(drawable)) as image:
        copy = Gimp.Layer.new_from_drawable(drawable, image)
        image.insert_layer(copy, None, 0)
        copy.set_offsets(0, 0)
        copy.set_visible(True)
        copy.set_opacity(100.0)
        copy.set_mode(Gimp.LayerMode.NORMAL)
        seen = Gimp.Layer.new_from_visible(image, image, "")
        image.insert_layer(seen, None, 0)
        yield seen


@contextmanager
def part(drawable: Gimp.Drawable, bounds: Bounds) -> Iterator[Gimp.Layer]:
    """Copy the pixels of ``drawable`` within ``bounds`` to a layer of a new image, which is deleted afterwards."""
    with image_like(drawable, bounds[2:]) as image:
        is_gray = image.get_base_type() == Gimp.ImageBaseType.GRAY
        kind = Gimp.ImageType.GRAYA_IMAGE if is_gray else Gimp.ImageType.RGBA_IMAGE
        layer = Gimp.Layer.new(image, "", *bounds[2:], kind, 100.0, Gimp.LayerMode.NORMAL)
        image.insert_layer(layer, None, 0)
        buffer, everything = layer.get_buffer(), Gegl.Rectangle.new(0, 0, *bounds[2:])
        drawable.get_buffer().copy(Gegl.Rectangle.new(*bounds), Gegl.AbyssPolicy.NONE, buffer, everything)
        buffer.flush()
        layer.update(0, 0, *bounds[2:])
        yield layer


@contextmanager
def image_like(drawable: Gimp.Drawable, size: Size) -> Iterator[Gimp.Image]:
    """Make an empty image with the precision and the colors of the image of ``drawable``. It is deleted afterwards."""
    source = drawable.get_image()
    # The effects of an indexed image work on full color.
    gray = source.get_base_type() == Gimp.ImageBaseType.GRAY
    mode = Gimp.ImageBaseType.GRAY if gray else Gimp.ImageBaseType.RGB
    image = Gimp.Image.new_with_precision(*size, mode, source.get_precision())
    try:
        image.undo_disable()
        image.set_color_profile(source.get_effective_color_profile())
        yield image
    finally:
        image.delete()
