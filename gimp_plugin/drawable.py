"""Pixels of GIMP's drawables: the only module that reads them, as :mod:`.result` is the only one that writes them.

Pixels are read and written as floats. GEGL converts them to and from the image's own mode, precision and profile.
Integers would meet a defect of babl 0.1.114, which writes noise into 16-bit layers of other profiles beyond the first
256 x 126 pixels.
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

from . import lifeline

#: sRGB-encoded color with straight alpha, the coverage of a mask, and brightness (times alpha, which follows it).
COLOR, COVERAGE, BRIGHTNESS = "R'G'B'A float", "Y float", "Y'aA float"

#: Left, top, width and height.
Bounds = Tuple[int, int, int, int]

#: Pixels of a strip: read in a fraction of a second. GIMP's tiles have this height.
_STRIP_PIXELS, _TILE = 1 << 22, 64


def content_layer(drawables: Sequence[Gimp.Drawable]) -> Gimp.Layer:
    """The layer that the user means; for a layer mask, its layer. Raises :class:`HostError` if there is none."""
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
    """Where the drawable's upper left corner lies on the canvas."""
    _, x, y = drawable.get_offsets()
    return x, y


def size(drawable: Gimp.Drawable) -> Size:
    """Width and height of ``drawable``. Raises :class:`HostError` if it was deleted."""
    require(drawable)
    return drawable.get_width(), drawable.get_height()


def read(drawable: Gimp.Drawable) -> PixelBuffer:
    """The pixels that ``drawable`` alone shows within its bounds: with its effects, its mask, and the layers of a
    group.

    Raises :class:`HostError` if it was deleted.
    """
    return _picture(drawable, (0, 0, *size(drawable)))


def layers_of(image: Gimp.Image) -> Iterator[Gimp.Layer]:
    """The layers of ``image`` from top to bottom, each group before its own layers."""
    waiting: List[Gimp.Layer] = list(image.get_layers())
    while waiting:
        layer = waiting.pop(0)
        yield layer
        if layer.is_group():
            waiting[:0] = layer.get_children()


def read_under(drawable: Gimp.Drawable, content: Gimp.Layer) -> PixelBuffer:
    """``drawable`` alone as it is seen, over the bounds of ``content``; transparent where it has no pixels.

    Raises :class:`HostError` if it was deleted.
    """
    require(drawable)
    return _picture(drawable, _under(drawable, content))


def read_alpha(layer: Gimp.Layer, content: Gimp.Layer) -> PixelBuffer:
    """The coverage of ``layer`` over ``content``, as ``gray-f32``: its alpha and mask, 0 where it has no pixels."""
    return _channel(layer, content, COLOR, slice(3, None, 4))


def read_brightness(layer: Gimp.Layer, content: Gimp.Layer) -> PixelBuffer:
    """How bright ``layer`` is over ``content``, as ``gray-f32``: black where it is transparent or has no pixels."""
    return _channel(layer, content, BRIGHTNESS, slice(0, None, 2))


def read_coverage(mask: Gimp.Channel, content: Gimp.Layer) -> PixelBuffer:
    """A mask, channel or selection over the bounds of ``content`` as ``gray-f32``; 0 outside of it."""
    data = _joined(_strips_of(mask.get_buffer(), _under(mask, content), COVERAGE))
    return PixelBuffer(content.get_width(), content.get_height(), "gray-f32", data)


def read_selection(image: Gimp.Image, content: Gimp.Layer) -> PixelBuffer:
    """The selection over the bounds of ``content`` as ``gray-f32``.

    Raises :class:`HostError` if all that is selected lies outside of the layer.
    """
    touches, *_ = content.mask_intersect()
    if not touches:
        raise HostError(tr("The selection lies outside of the layer."), tr("Select a part of the layer, or nothing."))
    return read_coverage(image.get_selection(), content)


def inverted(mask: PixelBuffer) -> PixelBuffer:
    """``mask``, which is ``gray-f32``, with 1 where it has 0."""
    values = array.array("f", bytes(mask.data))
    turned = array.array("f", [1.0 - value for value in values])
    return PixelBuffer(mask.width, mask.height, mask.format, turned.tobytes())


@contextmanager
def opened(file: Gio.File) -> Iterator[Gimp.Image]:
    """The image in ``file``, of any kind that GIMP opens, upright, as long as it is needed.

    Raises :class:`UnreadableImage`.
    """
    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
    if image is None:
        reason = str(Gimp.get_pdb().get_last_error()).strip().rstrip(".")
        Gimp.progress_end()  # The bar of the failed opening would stay, with a button that cancels the plug-in.
        problem = tr("{name} can't be read: {reason}.").format(name=file.get_parse_name(), reason=reason)
        raise UnreadableImage(problem, tr("Choose another picture."))
    try:
        image.policy_rotate(False)  # By its EXIF orientation: GIMP does this only in images that its user opens.
        yield image
    finally:
        image.delete()


def read_file(file: Gio.File) -> PixelBuffer:
    """The picture in ``file`` as it is seen. Raises :class:`UnreadableImage`."""
    with opened(file) as image:
        seen = Gimp.Layer.new_from_visible(image, image, "")
        image.insert_layer(seen, None, 0)
        return read(seen)


def require(drawable: Gimp.Drawable) -> None:
    """Raise :class:`HostError` if ``drawable`` was deleted, perhaps with its image."""
    if not drawable.is_valid():
        raise HostError(tr("A layer was deleted before it was read."), tr("Choose another one."))


def _picture(drawable: Gimp.Drawable, bounds: Bounds) -> PixelBuffer:
    return PixelBuffer(bounds[2], bounds[3], "rgba-f32", _joined(_seen(drawable, bounds, COLOR)))


def _joined(strips: Iterable[bytes]) -> bytearray:
    data = bytearray()
    for strip in strips:
        data += strip  # Not all at once: a large picture would be in memory twice.
    return data


def _seen(drawable: Gimp.Drawable, bounds: Bounds, form: str) -> Iterator[bytes]:
    """``drawable`` alone as it is seen within ``bounds`` (in its own coordinates), strip by strip."""
    if not drawable.get_filters():
        yield from _strips_of(_masked(drawable), bounds, form)
        return
    with _scratch_image(drawable) as flattened:
        yield from _strips_of(flattened.get_buffer(), bounds, form)


def _strips_of(buffer: Gegl.Buffer, bounds: Bounds, form: str) -> Iterator[bytes]:
    for strip in strips(bounds):
        yield bytes(buffer.get(Gegl.Rectangle.new(*strip), 1.0, form, Gegl.AbyssPolicy.NONE))


def strips(bounds: Bounds) -> Iterator[Bounds]:
    """``bounds`` from top to bottom in pieces; the process ends between two of them if GIMP has ended."""
    left, top, width, height = bounds
    rows = max(_TILE, _STRIP_PIXELS // width // _TILE * _TILE)
    for y in range(0, height, rows):
        lifeline.end_without_gimp()
        yield left, top + y, width, min(rows, height - y)


def _under(drawable: Gimp.Drawable, content: Gimp.Layer) -> Bounds:
    """The bounds of ``content`` in the coordinates of ``drawable``."""
    (x, y), (left, top) = position(drawable), position(content)
    return left - x, top - y, content.get_width(), content.get_height()


def _channel(layer: Gimp.Layer, content: Gimp.Layer, form: str, channel: slice) -> PixelBuffer:
    values = array.array("f")
    for strip in _seen(layer, _under(layer, content), form):
        values.extend(array.array("f", strip)[channel])
    return PixelBuffer(content.get_width(), content.get_height(), "gray-f32", values.tobytes())


def _masked(drawable: Gimp.Drawable) -> Gegl.Buffer:
    """The drawable's pixels with its layer mask, if it has an active one, applied to their alpha."""
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
    """A copy of ``drawable`` with its effects and mask merged into it, in an image of its own that is deleted after."""
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
    """The pixels of ``drawable`` within ``bounds``, as a layer of an image of its own that is deleted after."""
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
    """An empty image with the precision and the colors of that of ``drawable``. It is deleted after."""
    source = drawable.get_image()
    # An indexed image's effects work on full color.
    gray = source.get_base_type() == Gimp.ImageBaseType.GRAY
    mode = Gimp.ImageBaseType.GRAY if gray else Gimp.ImageBaseType.RGB
    image = Gimp.Image.new_with_precision(*size, mode, source.get_precision())
    try:
        image.undo_disable()
        image.set_color_profile(source.get_effective_color_profile())
        yield image
    finally:
        image.delete()
