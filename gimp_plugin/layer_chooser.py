"""The button that offers every layer of every open image, with its thumbnail."""

from __future__ import annotations

from typing import Callable, Iterator, List

from gi.repository import Gimp, Gtk
from styles import image_name
from widgets import layer_thumbnail, words

from nst_core.bridge.language import tr

_THUMBNAIL = 40


class LayerChooser(Gtk.MenuButton):  # type: ignore[misc]
    """Calls ``chosen`` with the layer that the user picks. ``content`` is left out: it is what will be painted."""

    def __init__(self, content: Gimp.Layer, chosen: Callable[[Gimp.Layer], None]) -> None:
        super().__init__(label=tr("Add La_yer"), use_underline=True, tooltip_text=tr("A layer of any open image"))
        self._content = content
        self._chosen = chosen
        self._list = Gtk.ListBox(selection_mode=Gtk.SelectionMode.NONE)
        self._list.connect("row-activated", self._choose)
        scrolled = Gtk.ScrolledWindow(hscrollbar_policy=Gtk.PolicyType.NEVER, propagate_natural_height=True)
        scrolled.set_max_content_height(360)
        scrolled.add(self._list)
        scrolled.show_all()
        popover = Gtk.Popover()
        popover.add(scrolled)
        self.set_popover(popover)
        # GIMP tells nobody of new layers: the list is made when it is asked for.
        popover.connect("map", lambda _: self._fill())

    def _fill(self) -> None:
        for row in self._list.get_children():
            self._list.remove(row)
        layers = [(image, layer) for image in Gimp.get_images() for layer in layers_of(image)]
        for image, layer in layers:
            if layer.get_id() != self._content.get_id():
                self._list.add(_row(image, layer))
        if not self._list.get_children():
            self._list.add(_hint(tr("Open a style picture in GIMP, or add a file.")))
        self._list.show_all()
        self._list.get_row_at_index(0).grab_focus()

    def _choose(self, rows: Gtk.ListBox, row: Gtk.ListBoxRow) -> None:
        self.get_popover().popdown()
        self._chosen(row.layer)


def layers_of(image: Gimp.Image) -> Iterator[Gimp.Layer]:
    """The layers of ``image`` from top to bottom, each group before what it holds."""
    waiting: List[Gimp.Layer] = list(image.get_layers())
    while waiting:
        layer = waiting.pop(0)
        yield layer
        if layer.is_group():
            waiting[:0] = layer.get_children()


def _row(image: Gimp.Image, layer: Gimp.Layer) -> Gtk.ListBoxRow:
    box = Gtk.Box(spacing=8, border_width=4)
    box.pack_start(layer_thumbnail(layer, _THUMBNAIL), False, False, 0)
    box.pack_start(words(layer.get_name(), image_name(image)), True, True, 0)
    row = Gtk.ListBoxRow()
    row.layer = layer
    row.add(box)
    return row


def _hint(text: str) -> Gtk.ListBoxRow:
    row = Gtk.ListBoxRow(activatable=False)
    row.add(Gtk.Label(label=text, margin=12))
    return row
