"""The picture in the dialog: first the layer, then the previews of its painting."""

from __future__ import annotations

from typing import Any, Optional, Tuple

from gi.repository import Gdk, GdkPixbuf, Gimp, GLib, Gtk

from nst_core.job.pixels import PixelBuffer

#: Pixels of the longest side at which a layer is shown and a preview asked for.
LONGEST_SIDE = 512

_CHECK, _LIGHT, _DARK = 8, 0x66666666, 0x99999999


class Picture(Gtk.DrawingArea):
    """Shows a picture as large as fits, over GIMP's checks where it is transparent."""

    def __init__(self) -> None:
        super().__init__(expand=True)
        self.set_size_request(340, 340)
        self._pixbuf: Optional[GdkPixbuf.Pixbuf] = None
        self.connect("draw", self._draw)

    def show_layer(self, layer: Gimp.Layer) -> None:
        """Show the layer's thumbnail; do nothing if the layer was deleted."""
        if not layer.is_valid():
            return
        size = _fit(layer.get_width(), layer.get_height(), LONGEST_SIDE, LONGEST_SIDE)
        self._show(layer.get_thumbnail(*size, Gimp.PixbufTransparency.KEEP_ALPHA))

    def show_preview(self, pixels: PixelBuffer) -> None:
        """Show ``rgba-u8`` pixels."""
        size = (pixels.width, pixels.height)
        data = GLib.Bytes.new(bytes(pixels.data))
        self._show(GdkPixbuf.Pixbuf.new_from_bytes(data, GdkPixbuf.Colorspace.RGB, True, 8, *size, 4 * pixels.width))

    def _show(self, pixbuf: Optional[GdkPixbuf.Pixbuf]) -> None:
        self._pixbuf = pixbuf
        self.queue_draw()

    def _draw(self, widget: Gtk.Widget, context: Any) -> bool:
        if self._pixbuf is None:
            return False
        width, height = self.get_allocated_width(), self.get_allocated_height()
        scale = self.get_scale_factor()
        size = _fit(self._pixbuf.get_width(), self._pixbuf.get_height(), width * scale, height * scale)
        seen = self._pixbuf.composite_color_simple(*size, GdkPixbuf.InterpType.BILINEAR, 255, _CHECK, _LIGHT, _DARK)
        context.scale(1 / scale, 1 / scale)
        corner = ((width * scale - size[0]) // 2, (height * scale - size[1]) // 2)
        Gdk.cairo_set_source_pixbuf(context, seen, *corner)
        context.paint()
        return False


def _fit(width: int, height: int, available_width: int, available_height: int) -> Tuple[int, int]:
    """The largest size of the same proportions that fits, at least one pixel each way."""
    scale = min(available_width / width, available_height / height)
    return max(1, round(width * scale)), max(1, round(height * scale))
