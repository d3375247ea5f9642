"""A tooltip with a large picture and a description below."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from gi.repository import Gdk, GdkPixbuf, Gtk

from .thumbnails import Thumbnails

_SIDE = 360


class LargeTooltip:
    """The tooltip of ``widget`` for the picture in ``file``.

    It reads the file when the pointer rests on the widget for the first time.
    """

    def __init__(self, widget: Gtk.Widget, file: Path, description: str) -> None:
        self._widget, self._file = widget, file
        self._thumbnails: Optional[Thumbnails] = None
        self._image = Gtk.Image()
        label = Gtk.Label(label=description, justify=Gtk.Justification.CENTER)
        self._box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self._box.pack_start(self._image, False, False, 0)
        self._box.pack_start(label, False, False, 0)
        self._box.show_all()
        widget.set_has_tooltip(True)
        widget.connect("query-tooltip", self._show)
        widget.connect("destroy", lambda _: self._close())

    def _show(self, widget: Gtk.Widget, x: int, y: int, is_by_key: bool, tooltip: Any) -> bool:
        if self._thumbnails is None:
            self._thumbnails = Thumbnails()
            self._thumbnails.load([self._file], _SIDE * widget.get_scale_factor(), self._loaded)
        tooltip.set_custom(self._box)
        return True

    def _loaded(self, index: int, pixbuf: Optional[GdkPixbuf.Pixbuf]) -> None:
        if pixbuf is not None:
            scale = self._widget.get_scale_factor()
            self._image.set_from_surface(Gdk.cairo_surface_create_from_pixbuf(pixbuf, scale, None))
            self._widget.trigger_tooltip_query()

    def _close(self) -> None:
        if self._thumbnails is not None:
            self._thumbnails.close()
