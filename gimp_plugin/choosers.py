"""Buttons that open a list of layers to paint, of layers as styles, or of regions of the canvas."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Iterable, List, Optional

from gi.repository import Gimp, GimpUi, GLib, Gtk, Pango

from nst_core.bridge.language import tr

from . import regions
from .drawable import layers_of
from .references import image_name
from .widgets import TwoLines, layer_thumbnail

_THUMBNAIL, _SMALL = 40, 32


class Chooser(Gtk.MenuButton):
    """A button with a list. It calls ``chosen`` with the value of the row that the user clicks on."""

    def __init__(self, chosen: Callable[[Any], None], **look: Any) -> None:
        super().__init__(**look)
        self._chosen = chosen
        self._list = Gtk.ListBox(selection_mode=Gtk.SelectionMode.NONE)
        self._list.connect("row-activated", self._choose)
        self._list.connect("keynav-failed", lambda *_: True)  # Otherwise an arrow key would leave a list with one row.
        scrolled = Gtk.ScrolledWindow(
            hscrollbar_policy=Gtk.PolicyType.NEVER, propagate_natural_height=True, propagate_natural_width=True
        )
        scrolled.set_max_content_height(360)
        scrolled.add(self._list)
        self._box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
        self._box.pack_start(scrolled, True, True, 0)
        self._box.show_all()
        popover = Gtk.Popover()
        popover.add(self._box)
        self.set_popover(popover)
        # GIMP has no signal for new layers, so the list is filled each time it opens.
        popover.connect("map", lambda _: self._fill())

    def _rows(self) -> Iterable[Gtk.ListBoxRow]:
        """Return the present rows. The attribute ``value`` of each row is the value for ``chosen``."""
        raise NotImplementedError

    def _fill(self) -> None:
        for row in self._list.get_children():
            self._list.remove(row)
        for row in self._rows():
            self._list.add(row)
        self._list.show_all()
        first = next((row for row in self._list.get_children() if row.get_activatable()), None)
        if first is not None:
            GLib.idle_add(_focus, first)  # Do this after the row is shown.

    def _choose(self, rows: Gtk.ListBox, row: Gtk.ListBoxRow) -> None:
        self.get_popover().popdown()
        self._chosen(row.value)


class ContentChooser(Chooser):
    """A button that shows the layer to paint, and offers the other layers of the same image."""

    def __init__(self, image: Gimp.Image, chosen: Callable[[Gimp.Layer], None]) -> None:
        super().__init__(chosen, tooltip_text=tr("The layer to paint"), relief=Gtk.ReliefStyle.NONE)
        self._image = image
        self._shown = Gtk.Box(spacing=8)
        self.add(self._shown)

    def show_layer(self, layer: Optional[Gimp.Layer]) -> None:
        """Show ``layer`` as the layer to paint. None means that the user has to choose one first."""
        for widget in self._shown.get_children():
            self._shown.remove(widget)
        title = tr("Choose the layer to paint") if layer is None else str(layer.get_name())
        if layer is not None:
            self._shown.pack_start(layer_thumbnail(layer, _SMALL), False, False, 0)
        self._shown.pack_start(TwoLines(title, image_name(self._image)), True, True, 0)
        arrow = Gtk.Image.new_from_icon_name("pan-down-symbolic", Gtk.IconSize.BUTTON)
        self._shown.pack_start(arrow, False, False, 0)
        self._shown.show_all()
        self.get_accessible().set_name(f"{tr('Content')}: {title}, {image_name(self._image)}")

    def _rows(self) -> Iterable[Gtk.ListBoxRow]:
        layers = layers_of(self._image) if self._image.is_valid() else []
        return [_layer_row(layer) for layer in layers]


class LayerChooser(Chooser):
    """A button that offers every layer of every open image, except ``content()``, the layer to paint."""

    def __init__(self, content: Callable[[], Optional[Gimp.Layer]], chosen: Callable[[Gimp.Layer], None]) -> None:
        super().__init__(
            chosen, label=tr("Add La_yer"), use_underline=True, tooltip_text=tr("A layer of any open image")
        )
        self._content = content

    def _rows(self) -> Iterable[Gtk.ListBoxRow]:
        content = self._content()
        rows: List[Gtk.ListBoxRow] = []
        for image in Gimp.get_images():
            others = [layer for layer in layers_of(image) if content is None or layer.get_id() != content.get_id()]
            if others:
                rows += [_heading(image_name(image)), *map(_layer_row, others)]
        return rows or [_hint(tr("Open a style picture in GIMP, or add a file."))]


class RegionChooser(Chooser):
    """A button that offers regions of the canvas of ``content()``.

    It calls ``chosen`` with a region, or with None for everywhere. With ``shapes`` it offers the shapes of layers,
    otherwise their brightness.
    """

    def __init__(
        self,
        content: Callable[[], Optional[Gimp.Layer]],
        chosen: Callable[[Optional[regions.Region]], None],
        tooltip: str,
        shapes: bool = True,
    ) -> None:
        image = Gtk.Image.new_from_icon_name(GimpUi.ICON_LAYER_MASK, Gtk.IconSize.BUTTON)
        super().__init__(chosen, image=image, relief=Gtk.ReliefStyle.NONE, valign=Gtk.Align.CENTER)
        self.set_tooltip_text(tooltip)
        self.get_accessible().set_name(tooltip)
        self._content, self._shapes = content, shapes
        self._region: Optional[regions.Region] = None
        self._inverted = Gtk.CheckButton(label=tr("In_vert"), use_underline=True, margin=6)
        self._inverted.set_tooltip_text(tr("Everywhere but there"))
        self._inverted.connect("toggled", lambda _: self._invert())
        self._inverted.show()
        self._box.pack_end(self._inverted, False, False, 0)

    def show_region(self, region: Optional[regions.Region]) -> None:
        """Show ``region`` as the chosen one."""
        self._region = region
        self._inverted.set_active(region is not None and region.inverted)
        self._inverted.set_sensitive(region is not None)

    def _invert(self) -> None:
        inverted = self._inverted.get_active()
        if self._region is not None and self._region.inverted != inverted:
            self._chosen(replace(self._region, inverted=inverted))

    def _rows(self) -> Iterable[Gtk.ListBoxRow]:
        content = self._content()
        offered = [] if content is None or not content.is_valid() else regions.offered(content, self._shapes)
        everywhere = _row(_icon(GimpUi.ICON_SELECTION_ALL), tr("Everywhere"), tr("The whole layer"), None)
        return [everywhere, *(_region_row(region, self._shapes) for region in offered)]


def _focus(row: Gtk.ListBoxRow) -> bool:
    if row.get_mapped():
        row.grab_focus()
    return False


def _layer_row(layer: Gimp.Layer) -> Gtk.ListBoxRow:
    group = layer.get_parent()
    size = tr("{width} x {height} px").format(width=layer.get_width(), height=layer.get_height())
    where = size if group is None else tr("{size}, in {group}").format(size=size, group=group.get_name())
    return _row(layer_thumbnail(layer, _THUMBNAIL), layer.get_name(), where, layer)


def _region_row(region: regions.Region, shapes: bool) -> Gtk.ListBoxRow:
    icons = {"selection": GimpUi.ICON_SELECTION, "mask": GimpUi.ICON_LAYER_MASK, "channel": GimpUi.ICON_CHANNEL}
    kinds = {"selection": tr("What is selected"), "mask": tr("Layer mask"), "channel": tr("Saved selection")}
    if region.kind == "layer":
        kind = tr("Shape of a layer") if shapes else tr("Where the layer is bright")
        return _row(layer_thumbnail(region.item, _THUMBNAIL), region.name, kind, region)
    return _row(_icon(icons[region.kind]), region.name, kinds[region.kind], region)


def _icon(name: str) -> Gtk.Image:
    icon = Gtk.Image.new_from_icon_name(name, Gtk.IconSize.LARGE_TOOLBAR)
    icon.set_size_request(_THUMBNAIL, _THUMBNAIL)
    return icon


def _row(picture: Gtk.Image, title: str, subtitle: str, value: Any) -> Gtk.ListBoxRow:
    box = Gtk.Box(spacing=8, border_width=4)
    box.pack_start(picture, False, False, 0)
    box.pack_start(TwoLines(title, subtitle), True, True, 0)
    row = Gtk.ListBoxRow()
    row.value = value
    row.add(box)
    return row


def _heading(text: str) -> Gtk.ListBoxRow:
    row = Gtk.ListBoxRow(activatable=False, selectable=False, can_focus=False)
    label = Gtk.Label(label=text, xalign=0, margin=6, ellipsize=Pango.EllipsizeMode.MIDDLE, max_width_chars=30)
    label.get_style_context().add_class("dim-label")
    row.add(label)
    return row


def _hint(text: str) -> Gtk.ListBoxRow:
    row = Gtk.ListBoxRow(activatable=False)
    row.add(Gtk.Label(label=text, margin=12))
    return row
