"""Small widgets that several parts of the dialog use."""

from __future__ import annotations

import contextlib
from typing import Optional

from gi.repository import Gdk, GdkPixbuf, Gimp, Gio, GLib, Gtk, Pango

from . import drawable


def layer_thumbnail(layer: Gimp.Layer, side: int) -> Gtk.Image:
    """Return the picture of the layer within a square of ``side`` pixels."""
    image = Gtk.Image()
    dots = side * image.get_scale_factor()
    return _squared(image, layer.get_thumbnail(dots, dots, Gimp.PixbufTransparency.SMALL_CHECKS), side)


def file_thumbnail(file: Gio.File, side: int) -> Gtk.Image:
    """Return the picture in ``file`` within a square of ``side`` pixels. Raises :class:`UnreadableImage`."""
    image = Gtk.Image()
    dots = side * image.get_scale_factor()
    with contextlib.suppress(GLib.Error):
        pixbuf = GdkPixbuf.Pixbuf.new_from_file_at_size(file.get_path() or "", dots, dots)
        return _squared(image, pixbuf.apply_embedded_orientation(), side)
    # GdkPixbuf does not know the format. GIMP knows more formats, but takes longer.
    with drawable.opened(file) as opened:
        return _squared(image, opened.get_thumbnail(dots, dots, Gimp.PixbufTransparency.SMALL_CHECKS), side)


def show_thumbnail(image: Gtk.Image, pixbuf: Optional[GdkPixbuf.Pixbuf]) -> None:
    """Show ``pixbuf`` in the device's own dots, or an icon if there is none."""
    if pixbuf is None:
        image.set_from_icon_name("image-x-generic", Gtk.IconSize.DIALOG)
    else:
        image.set_from_surface(Gdk.cairo_surface_create_from_pixbuf(pixbuf, image.get_scale_factor(), None))


class TwoLines(Gtk.Box):
    """Two lines: a name, and the place that it comes from. If a folder is too long, its end is shown.

    ``width`` is the number of characters that fit.
    """

    def __init__(self, title: str, subtitle: str, width: int = 24) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, valign=Gtk.Align.CENTER)
        title_label = _line(title, Pango.EllipsizeMode.MIDDLE, width)
        self._subtitle = _line(subtitle, Pango.EllipsizeMode.START, width)
        self._subtitle.get_style_context().add_class("dim-label")
        self.pack_start(title_label, False, False, 0)
        self.pack_start(self._subtitle, False, False, 0)
        make_transparent(self)

    def set_subtitle(self, text: str, ellipsize: Pango.EllipsizeMode) -> None:
        """Change the second line, and the end at which a long one is shortened."""
        self._subtitle.set_ellipsize(ellipsize)
        self._subtitle.set_text(text)
        self._subtitle.set_tooltip_text(text)


def text_label() -> Gtk.Label:
    """Make a dimmed label for a sentence about the current state."""
    label = Gtk.Label(xalign=0, wrap=True, lines=2, ellipsize=Pango.EllipsizeMode.END)
    label.set_max_width_chars(30)
    label.get_style_context().add_class("dim-label")
    return label


def ignore_wheel(widget: Gtk.Widget) -> None:
    """Let the mouse wheel scroll over ``widget`` and its children, so that it does not change a value by accident."""
    if isinstance(widget, (Gtk.SpinButton, Gtk.ComboBox, Gtk.Scale)):
        # The parent, which may scroll, still gets the event.
        widget.connect("scroll-event", lambda *_: bool(widget.stop_emission_by_name("scroll-event")))
    for child in widget.get_children() if isinstance(widget, Gtk.Container) else []:
        ignore_wheel(child)


def icon_button(icon: str, tooltip: str) -> Gtk.Button:
    """Make a flat button that shows only an icon."""
    button = Gtk.Button.new_from_icon_name(icon, Gtk.IconSize.BUTTON)
    button.set_relief(Gtk.ReliefStyle.NONE)
    button.set_valign(Gtk.Align.CENTER)
    button.set_tooltip_text(tooltip)
    button.get_accessible().set_name(tooltip)
    return button


def _line(text: str, ellipsize: Pango.EllipsizeMode, width: int) -> Gtk.Label:
    label = Gtk.Label(label=text, tooltip_text=text, xalign=0, ellipsize=ellipsize)
    label.set_width_chars(14)
    label.set_max_width_chars(width)
    make_transparent(label)
    return label


def make_transparent(widget: Gtk.Widget) -> None:
    """Remove the background that GIMP's themes give to ``widget``, because it would be visible in a list."""
    provider = Gtk.CssProvider()
    provider.load_from_data(b"* { background: none; }")
    widget.get_style_context().add_provider(provider, Gtk.STYLE_PROVIDER_PRIORITY_USER)


def _squared(image: Gtk.Image, pixbuf: GdkPixbuf.Pixbuf, side: int) -> Gtk.Image:
    show_thumbnail(image, pixbuf)
    image.set_size_request(side, side)
    return image
