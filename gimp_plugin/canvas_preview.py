"""The unfinished painting as a layer of the image. The layer is removed when the painting ends."""

from __future__ import annotations

import array
import time
from contextlib import contextmanager
from functools import partial
from typing import Callable, Iterator, Optional

from gi.repository import Gimp

from nst_core.bridge.language import tr
from nst_core.job.errors import NeuralStyleError
from nst_core.job.pixels import PixelBuffer

from .drawable import position
from .painting import Painting
from .result import LAYER_TYPES, LayerPlan, place_of, write
from .timers import attempt

#: Seconds between two pictures, because scaling a large one takes a while.
_INTERVAL = 1.0
#: The number from 0 to 1 for each byte of a color.
_SHARES = tuple(byte / 255 for byte in range(256))


class CanvasPreview:
    """A preview layer, which :meth:`switch` shows and hides. It makes no undo step.

    ``failed`` gets an error of the layer. After an error the painting continues without the layer.
    """

    def __init__(self, failed: Callable[[NeuralStyleError], None]) -> None:
        self._failed = failed
        self._is_on = False
        self._image: Optional[Gimp.Image] = None
        self._new: Optional[LayerPlan] = None
        self._pixels: Optional[PixelBuffer] = None
        self._layer: Optional[Gimp.Layer] = None
        self._moment = 0.0

    def switch(self, is_on: bool) -> None:
        """Show the painting in its image, or hide it there."""
        self._is_on = is_on
        self._moment = 0.0
        if not is_on:
            self._remove()
        elif self._pixels is not None:
            self.show(self._pixels)

    def begin(self, painting: Painting) -> None:
        """Prepare the layer for ``painting``, which begins now."""
        self.end()
        # Do this now, because layers may be deleted later.
        self._image, self._new = painting.image, painting.new_layer()

    def show(self, pixels: PixelBuffer) -> None:
        """Show the unfinished painting: ``rgba-u8`` pixels in any size."""
        self._pixels = pixels
        image, new, now = self._image, self._new, time.monotonic()
        if not self._is_on or image is None or new is None or now - self._moment < _INTERVAL:
            return
        self._moment = now
        if image.is_valid() and new.content.is_valid():
            attempt(partial(self._replace, image, new, pixels), self._end_with_error)

    def end(self) -> None:
        """Remove the layer, because the painting has ended."""
        self._remove()
        self._image = self._new = self._pixels = None

    def _replace(self, image: Gimp.Image, new: LayerPlan, pixels: PixelBuffer) -> None:
        with _unrecorded(image):
            _delete(self._layer)  # The layer stays visible until the displays are flushed.
            self._layer = _insert(image, new, pixels)

    def _end_with_error(self, error: NeuralStyleError) -> None:
        self._is_on = False
        self._failed(error)

    def _remove(self) -> None:
        if self._image is not None and self._layer is not None and self._image.is_valid():
            with _unrecorded(self._image):
                _delete(self._layer)
        self._layer = None


def _insert(image: Gimp.Image, new: LayerPlan, pixels: PixelBuffer) -> Gimp.Layer:
    """Add a layer with ``pixels`` over the content, above all results, in the colors of the image."""
    kind = LAYER_TYPES[image.get_base_type()]
    size = (pixels.width, pixels.height)
    layer = Gimp.Layer.new(image, tr("Neural Style is painting..."), *size, kind, 100.0, Gimp.LayerMode.NORMAL)
    group, place, _ = place_of(image, new)
    write(layer, _floats(pixels))
    image.insert_layer(layer, group, place)
    layer.scale(new.content.get_width(), new.content.get_height(), False)
    layer.set_offsets(*position(new.content))
    return layer


def _floats(pixels: PixelBuffer) -> PixelBuffer:
    """Convert ``pixels`` to floats, which :mod:`.result` writes."""
    values = array.array("f", map(_SHARES.__getitem__, bytes(pixels.data)))
    return PixelBuffer(pixels.width, pixels.height, "rgba-f32", values.tobytes())


def _delete(layer: Optional[Gimp.Layer]) -> None:
    if layer is not None and layer.is_valid():
        layer.get_image().remove_layer(layer)


@contextmanager
def _unrecorded(image: Gimp.Image) -> Iterator[None]:
    """Change ``image`` without an undo step, without selecting another layer, and without marking it as modified."""
    selected, was_dirty = image.get_selected_layers(), image.is_dirty()
    image.undo_freeze()
    try:
        yield
    finally:
        kept = [layer for layer in selected if layer.is_valid()]
        if kept:
            image.set_selected_layers(kept)
        image.undo_thaw()
        if not was_dirty:
            image.clean_all()
    Gimp.displays_flush()
