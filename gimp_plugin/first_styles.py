"""The content of an empty list of styles: a sentence how to add styles, and the gallery's first ones to click on."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Sequence

from gi.repository import Gio, Gtk

from nst_core.bridge.language import tr
from nst_core.studio.gallery import Gallery, StyleEntry

from .large_tooltip import LargeTooltip
from .thumbnails import Thumbnails
from .widgets import make_transparent, show_thumbnail

#: The number of styles, and the side in pixels of their squares. So many fit side by side.
_COUNT, _SIDE = 5, 56


class FirstStyles(Gtk.Box):
    """A sentence and the gallery's first styles. It calls ``add_files`` with the style that the user clicks on."""

    def __init__(self, gallery: Gallery, add_files: Callable[[Sequence[Gio.File]], None]) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=8, valign=Gtk.Align.CENTER, margin=6)
        self._gallery, self._add_files = gallery, add_files
        self._thumbnails = Thumbnails()
        self._row = Gtk.Box(spacing=2, halign=Gtk.Align.CENTER)
        text = tr("Add one or more style pictures.\nYou can also drop files here, or paste a picture.")
        label = Gtk.Label(label=text, justify=Gtk.Justification.CENTER)
        label.get_style_context().add_class("dim-label")
        self.pack_start(self._row, False, False, 0)
        self.pack_start(label, False, False, 0)
        make_transparent(self)
        self.show_all()
        self.connect("map", lambda _: self._fill())  # The recent styles may have changed since then.
        self.connect("destroy", lambda _: self._thumbnails.close())

    def _fill(self) -> None:
        self._thumbnails.close()
        self._thumbnails = Thumbnails()
        for button in self._row.get_children():
            button.destroy()
        first = self._gallery.first(_COUNT)
        images = [self._add(entry) for entry in first]
        self._row.show_all()
        dots = _SIDE * self.get_scale_factor()
        self._thumbnails.load(
            [entry.path for entry in first], dots, lambda index, found: show_thumbnail(images[index], found)
        )

    def _add(self, entry: StyleEntry) -> Gtk.Image:
        image = Gtk.Image()
        image.set_size_request(_SIDE, _SIDE)
        button = Gtk.Button(relief=Gtk.ReliefStyle.NONE)
        button.add(image)
        button.get_accessible().set_name(entry.title)
        LargeTooltip(button, entry.path, "\n".join(filter(None, (entry.title, entry.detail))))
        button.connect("clicked", self._choose, entry.path)
        self._row.pack_start(button, False, False, 0)
        return image

    def _choose(self, button: Any, path: Path) -> None:
        self._add_files([Gio.File.new_for_path(str(path))])
