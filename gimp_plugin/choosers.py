"""Buttons that open a list: every open layer as a style, every mask as the region of a style."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Optional

from gi.repository import Gimp, GimpUi, Gtk

from nst_core.bridge.language import tr

from . import regions
from .drawable import layers_of
from .references import image_name
from .widgets import Words, layer_thumbnail

_THUMBNAIL = 40


class Chooser(Gtk.MenuButton):
    """Calls ``chosen`` with the value of the row that the user picks."""

    def __init__(self, chosen: Callable[[Any], None], **look: Any) -> None:
        super().__init__(**look)
        self._chosen = chosen
        self._list = Gtk.ListBox(selection_mode=Gtk.SelectionMode.NONE)
        self._list.connect("row-activated", self._choose)
        scrolled = Gtk.ScrolledWindow(
            hscrollbar_policy=Gtk.PolicyType.NEVER, propagate_natural_height=True, propagate_natural_width=True
        )
        scrolled.set_max_content_height(360)
        scrolled.add(self._list)
        scrolled.show_all()
        popover = Gtk.Popover()
        popover.add(scrolled)
        self.set_popover(popover)
        # GIMP has no signal for new layers, so the list is made each time it opens.
        popover.connect("map", lambda _: self._fill())

    def _rows(self) -> Iterable[Gtk.ListBoxRow]:
        """The rows to show now. Each has the attribute ``value``, which it stands for."""
        raise NotImplementedError

    def _fill(self) -> None:
        for row in self._list.get_children():
            self._list.remove(row)
        for row in self._rows():
            self._list.add(row)
        self._list.show_all()
        self._list.get_row_at_index(0).grab_focus()

    def _choose(self, rows: Gtk.ListBox, row: Gtk.ListBoxRow) -> None:
        self.get_popover().popdown()
        self._chosen(row.value)


class LayerChooser(Chooser):
    """Offers every layer of every open image except ``content``, the layer to paint."""

    def __init__(self, content: Gimp.Layer, chosen: Callable[[Gimp.Layer], None]) -> None:
        super().__init__(
            chosen, label=tr("Add La_yer"), use_underline=True, tooltip_text=tr("A layer of any open image")
        )
        self._content = content

    def _rows(self) -> Iterable[Gtk.ListBoxRow]:
        layers = [(image, layer) for image in Gimp.get_images() for layer in layers_of(image)]
        rows = [
            _row(layer_thumbnail(layer, _THUMBNAIL), layer.get_name(), image_name(image), layer)
            for image, layer in layers
            if layer.get_id() != self._content.get_id()
        ]
        return rows or [_hint(tr("Open a style picture in GIMP, or add a file."))]


class RegionChooser(Chooser):
    """Offers where on the canvas of ``content`` a style may paint; calls ``chosen`` with None for everywhere."""

    def __init__(self, content: Gimp.Layer, chosen: Callable[[Optional[regions.Region]], None]) -> None:
        image = Gtk.Image.new_from_icon_name(GimpUi.ICON_LAYER_MASK, Gtk.IconSize.BUTTON)
        super().__init__(chosen, image=image, relief=Gtk.ReliefStyle.NONE, valign=Gtk.Align.CENTER)
        self.set_tooltip_text(tr("Where this style paints: everywhere, or a mask, saved selection or layer's shape"))
        self._content = content

    def _rows(self) -> Iterable[Gtk.ListBoxRow]:
        offered = regions.offered(self._content.get_image(), self._content) if self._content.is_valid() else []
        everywhere = _row(_icon(GimpUi.ICON_SELECTION_ALL), tr("Everywhere"), tr("The whole layer"), None)
        return [everywhere, *(_region_row(region) for region in offered)]


def _region_row(region: regions.Region) -> Gtk.ListBoxRow:
    icons = {"selection": GimpUi.ICON_SELECTION, "mask": GimpUi.ICON_LAYER_MASK, "channel": GimpUi.ICON_CHANNEL}
    kinds = {"selection": tr("What is selected"), "mask": tr("Layer mask"), "channel": tr("Saved selection")}
    if region.kind == "layer":
        return _row(layer_thumbnail(region.item, _THUMBNAIL), region.name, tr("Shape of a layer"), region)
    return _row(_icon(icons[region.kind]), region.name, kinds[region.kind], region)


def _icon(name: str) -> Gtk.Image:
    icon = Gtk.Image.new_from_icon_name(name, Gtk.IconSize.LARGE_TOOLBAR)
    icon.set_size_request(_THUMBNAIL, _THUMBNAIL)
    return icon


def _row(picture: Gtk.Image, title: str, subtitle: str, value: Any) -> Gtk.ListBoxRow:
    box = Gtk.Box(spacing=8, border_width=4)
    box.pack_start(picture, False, False, 0)
    box.pack_start(Words(title, subtitle), True, True, 0)
    row = Gtk.ListBoxRow()
    row.value = value
    row.add(box)
    return row


def _hint(text: str) -> Gtk.ListBoxRow:
    row = Gtk.ListBoxRow(activatable=False)
    row.add(Gtk.Label(label=text, margin=12))
    return row
