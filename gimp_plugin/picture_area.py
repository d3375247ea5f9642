"""The picture in the dialog: the content, the unfinished painting, and results, before and after the painting."""

from __future__ import annotations

from typing import Any, Dict, Optional, Tuple, Union

from gi.repository import Gdk, GdkPixbuf, Gimp, GLib, Gtk

from nst_core.bridge.language import tr
from nst_core.job.pixels import PixelBuffer

from . import drawable
from .viewport import DrawnPart, Viewport

#: The longest side in dots of shown pictures and of previews. It is the side of GIMP's largest thumbnail.
LONGEST_SIDE = 1024

_CHECK, _LIGHT, _DARK = 8, 0x66666666, 0x99999999
#: The smallest size of the widget. It leaves enough space for the rest of the dialog on a small screen.
_SMALLEST = (340, 230)
#: The user can drag the line of the split view if the pointer is this many dots from it, or less.
_LINE_WIDTH = 2

_Seen = Union[Gimp.Drawable, GdkPixbuf.Pixbuf]


class PictureArea(Gtk.DrawingArea):
    """Shows a picture as large as possible or at 100%. Behind transparent parts, it shows GIMP's checks.

    While the user holds the mouse button, it shows the picture before the painting.
    """

    def __init__(self) -> None:
        super().__init__(expand=True, can_focus=False)
        self.set_size_request(*_SMALLEST)
        self.set_tooltip_text(tr("Hold the mouse button to see the picture before the painting."))
        self.get_accessible().set_name(tr("Picture"))
        self._before: Optional[_Seen] = None
        self._after: Optional[_Seen] = None
        self._viewport = Viewport()
        self._cache: Dict[Tuple[Any, DrawnPart], GdkPixbuf.Pixbuf] = {}
        self._is_held = self._shows_before = self._is_split = False
        self._split = 0.5
        self._drag_point: Optional[Tuple[float, float]] = None
        self.add_events(
            Gdk.EventMask.BUTTON_PRESS_MASK | Gdk.EventMask.BUTTON_RELEASE_MASK | Gdk.EventMask.BUTTON1_MOTION_MASK
        )
        self.connect("draw", self._draw)
        self.connect("button-press-event", self._press)
        self.connect("button-release-event", self._release)
        self.connect("motion-notify-event", self._move)

    @property
    def dots(self) -> int:
        """The longest side of a preview that fills the widget."""
        longest = max(self.get_allocated_width(), self.get_allocated_height()) * self.get_scale_factor()
        return int(min(LONGEST_SIDE, longest))

    def show_content(self, layer: Gimp.Layer) -> None:
        """Show ``layer``, which is not painted yet. Do nothing if it was deleted."""
        if layer.is_valid():
            self._viewport.size = (layer.get_width(), layer.get_height())
            self._show(layer, None)

    def show_result(self, layer: Gimp.Layer) -> None:
        """Show ``layer`` as the painting of the content. Do nothing if it was deleted."""
        if layer.is_valid():
            self._show(self._before, layer)

    def show_preview(self, pixels: PixelBuffer) -> None:
        """Show ``rgba-u8`` pixels as the painting of the content."""
        self._show(self._before, pixbuf_of(pixels))

    def show_before(self, is_shown: bool) -> None:
        """Show only the picture before the painting, or show the painting again."""
        self._shows_before = is_shown
        self.queue_draw()

    def split(self, is_split: bool) -> None:
        """Show a line, and at its left the picture before the painting. The user can move the line."""
        self._is_split = is_split
        self.queue_draw()

    def zoom(self, is_close: bool) -> None:
        """Show each pixel as one dot of the screen, or show the whole picture."""
        self._viewport.is_close = is_close
        self.queue_draw()

    def _show(self, before: Optional[_Seen], after: Optional[_Seen]) -> None:
        self._before, self._after = before, after
        self._cache.clear()
        self.queue_draw()

    def _size_in_dots(self) -> Tuple[int, int]:
        scale = self.get_scale_factor()
        return self.get_allocated_width() * scale, self.get_allocated_height() * scale

    def _draw(self, widget: Gtk.Widget, context: Any) -> bool:
        view, scale = self._viewport.view(self._size_in_dots()), self.get_scale_factor()
        context.scale(1 / scale, 1 / scale)
        shows_before = self._is_held or (self._shows_before and not self._is_split) or self._after is None
        self._paint(context, self._before if shows_before else self._after, view, 0)
        if self._is_split and not shows_before:
            line = round(self._split * view.shown[0])
            self._paint(context, self._before, view, line)
            context.set_source_rgb(1, 1, 1)
            context.rectangle(view.x + line - _LINE_WIDTH / 2, view.y, _LINE_WIDTH, view.shown[1])
            context.fill()
        return False

    def _paint(self, context: Any, seen: Optional[_Seen], view: DrawnPart, width: int) -> None:
        """Paint the left part of ``seen`` with this width. 0 means all of it."""
        pixbuf = None if seen is None else self._dots_of(seen, view)
        if pixbuf is None:
            return
        context.save()
        Gdk.cairo_set_source_pixbuf(context, pixbuf, view.x, view.y)
        context.rectangle(view.x, view.y, width or view.shown[0], view.shown[1])
        context.fill()
        context.restore()

    def _dots_of(self, seen: _Seen, view: DrawnPart) -> Optional[GdkPixbuf.Pixbuf]:
        if (seen, view) not in self._cache:
            part = seen if isinstance(seen, GdkPixbuf.Pixbuf) else _visible_part(seen, view)
            if part is None:
                return None
            if isinstance(seen, GdkPixbuf.Pixbuf):
                part = _part_of_preview(seen, view, self._viewport.size)
            on_checks = (*view.shown, GdkPixbuf.InterpType.BILINEAR, 255, _CHECK, _LIGHT, _DARK)
            self._cache = {key: value for key, value in self._cache.items() if key[1] == view}
            self._cache[seen, view] = part.composite_color_simple(*on_checks)
        return self._cache[seen, view]

    def _press(self, widget: Gtk.Widget, event: Any) -> bool:
        if event.button != Gdk.BUTTON_PRIMARY:
            return False
        self._drag_point = (event.x, event.y)
        self._is_held = not self._is_split and not self._viewport.is_close
        self._move_line(event.x)
        self.queue_draw()
        return True

    def _release(self, widget: Gtk.Widget, event: Any) -> bool:
        self._drag_point, self._is_held = None, False
        self.queue_draw()
        return True

    def _move(self, widget: Gtk.Widget, event: Any) -> bool:
        if self._drag_point is None:
            return False
        scale = self.get_scale_factor()
        if self._is_split:
            self._move_line(event.x)
        elif self._viewport.is_close:
            self._viewport.move((self._drag_point[0] - event.x) * scale, (self._drag_point[1] - event.y) * scale)
            self._drag_point = (event.x, event.y)
        self.queue_draw()
        return True

    def _move_line(self, x: float) -> None:
        view = self._viewport.view(self._size_in_dots())
        if self._is_split:
            self._split = min(1.0, max(0.0, (x * self.get_scale_factor() - view.x) / view.shown[0]))


def pixbuf_of(pixels: PixelBuffer) -> GdkPixbuf.Pixbuf:
    """Make a picture from ``rgba-u8`` pixels."""
    size, data = (pixels.width, pixels.height), GLib.Bytes.new(bytes(pixels.data))
    return GdkPixbuf.Pixbuf.new_from_bytes(data, GdkPixbuf.Colorspace.RGB, True, 8, *size, 4 * pixels.width)


def _visible_part(layer: Gimp.Drawable, view: DrawnPart) -> Optional[GdkPixbuf.Pixbuf]:
    """Return the visible part of ``layer`` in its shown size, or as GIMP makes it. Return None if it was deleted."""
    if not layer.is_valid():
        return None
    shrink = min(1.0, LONGEST_SIDE / max(view.shown))
    size = tuple(max(1, round(side * shrink)) for side in view.shown)
    # Do not use get_sub_thumbnail here: it frees its pixels twice in GIMP 3.0.
    if (view.width, view.height) == (layer.get_width(), layer.get_height()):
        return layer.get_thumbnail(*size, Gimp.PixbufTransparency.KEEP_ALPHA)
    with drawable.part(layer, view[:4]) as part:
        return part.get_thumbnail(*size, Gimp.PixbufTransparency.KEEP_ALPHA)


def _part_of_preview(pixbuf: GdkPixbuf.Pixbuf, view: DrawnPart, whole: Tuple[int, int]) -> GdkPixbuf.Pixbuf:
    """Return the visible part of a preview. ``whole`` is the size of the full picture."""
    across, down = pixbuf.get_width() / whole[0], pixbuf.get_height() / whole[1]
    left, top = (
        min(int(start), side - 1)
        for start, side in ((view.left * across, pixbuf.get_width()), (view.top * down, pixbuf.get_height()))
    )
    width = max(1, min(round(view.width * across), pixbuf.get_width() - left))
    height = max(1, min(round(view.height * down), pixbuf.get_height() - top))
    return pixbuf.new_subpixbuf(left, top, width, height)
