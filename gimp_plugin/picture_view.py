"""The picture with its buttons: before and after, split, at 100%, and in the image."""

from __future__ import annotations

from typing import Callable

from gi.repository import Gtk

from nst_core.bridge.language import tr

from .picture_area import PictureArea


class PictureView(Gtk.Box):
    """``picture`` shows the content, the unfinished painting, or a result.

    Calls ``in_image`` when the user wants to see the unfinished painting in the image, or no longer.
    """

    def __init__(self, in_image: Callable[[bool], None]) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=4)
        self.picture = PictureArea()
        looks = Gtk.Box(spacing=6, homogeneous=True)
        buttons = (
            (tr("Before"), tr("Show the picture before the painting"), self.picture.show_before),
            (tr("Split"), tr("Show before and after beside each other. Drag the line."), self.picture.split),
            ("100%", tr("Show each pixel. Drag to see another part."), self.picture.zoom),
            (tr("In image"), tr("Show the unfinished painting in the image, too"), in_image),
        )
        for label, tooltip, action in buttons:
            looks.pack_start(_toggle(label, tooltip, action), True, True, 0)
        self.pack_start(self.picture, True, True, 0)
        self.pack_start(looks, False, False, 0)


def _toggle(label: str, tooltip: str, action: Callable[[bool], None]) -> Gtk.ToggleButton:
    button = Gtk.ToggleButton(label=label, tooltip_text=tooltip)
    button.connect("toggled", lambda button: action(button.get_active()))
    return button
