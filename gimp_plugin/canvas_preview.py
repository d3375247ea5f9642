"""The painting as it forms, as a layer of the image. The layer is gone when the painting ends."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import Iterator, Optional

from gi.repository import Gimp

from nst_core.bridge.language import tr
from nst_core.job.pixels import PixelBuffer

from .painting import Painting
from .picture import pixbuf_of
from .result import place_of

#: Seconds between two pictures: a large one takes a while to be scaled.
_INTERVAL = 1.0


class CanvasPreview:
    """Shows nothing until it is switched on. Undo knows nothing of the layer."""

    def __init__(self) -> None:
        self._is_on = False
        self._painting: Optional[Painting] = None
        self._pixels: Optional[PixelBuffer] = None
        self._layer: Optional[Gimp.Layer] = None
        self._moment = 0.0

    def switch(self, is_on: bool) -> None:
        """Show the painting in its image from now on, or no longer."""
        self._is_on = is_on
        self._moment = 0.0
        if not is_on:
            self._remove()
        elif self._pixels is not None:
            self.show(self._pixels)

    def begin(self, painting: Painting) -> None:
        """``painting`` begins."""
        self.end()
        self._painting = painting

    def show(self, pixels: PixelBuffer) -> None:
        """Show the painting as it is now: ``rgba-u8`` pixels in any size."""
        self._pixels = pixels
        painting, now = self._painting, time.monotonic()
        if not self._is_on or painting is None or now - self._moment < _INTERVAL:
            return
        self._moment = now
        if painting.image.is_valid() and painting.content.is_valid():
            with _unrecorded(painting.image):
                _delete(self._layer)  # It is seen until the displays are flushed.
                self._layer = _insert(painting, pixels)

    def end(self) -> None:
        """The painting is over."""
        self._remove()
        self._painting = self._pixels = None

    def _remove(self) -> None:
        if self._painting is not None and self._layer is not None and self._painting.image.is_valid():
            with _unrecorded(self._painting.image):
                _delete(self._layer)
        self._layer = None


def _insert(painting: Painting, pixels: PixelBuffer) -> Gimp.Layer:
    """A layer with ``pixels``, exactly over the content and above all results of it."""
    image, content = painting.image, painting.content
    named = tr("Neural Style is painting...")
    layer = Gimp.Layer.new_from_pixbuf(image, named, pixbuf_of(pixels), 100.0, Gimp.LayerMode.NORMAL, 0.0, 1.0)
    group, place, _ = place_of(image, painting.new_layer())
    image.insert_layer(layer, group, place)
    layer.scale(content.get_width(), content.get_height(), False)
    layer.set_offsets(*content.get_offsets()[1:])
    return layer


def _delete(layer: Optional[Gimp.Layer]) -> None:
    if layer is not None and layer.is_valid():
        layer.get_image().remove_layer(layer)


@contextmanager
def _unrecorded(image: Gimp.Image) -> Iterator[None]:
    """Change ``image`` without a step of undo, without another selected layer, and without a need to save it."""
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
