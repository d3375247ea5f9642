"""The window with all styles: favorite and recent styles, the bundled paintings, and the user's folders."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

from gi.repository import GdkPixbuf, GLib, Gtk, Pango

from nst_core.bridge.language import tr
from nst_core.job.errors import NeuralStyleError
from nst_core.studio.gallery import Gallery, StyleEntry, StyleGroup

from . import widgets
from .large_tooltip import LargeTooltip
from .message import Message
from .thumbnails import Thumbnails

_SIDE = 104
_SIZE = (660, 540)
_ADD_FOLDER = 1


class GalleryWindow(Gtk.Dialog):
    """The window of the gallery, which closes when the user chooses a style."""

    def __init__(self, gallery: Gallery, parent: Gtk.Window) -> None:
        super().__init__(title=tr("Style Gallery"), transient_for=parent, modal=True)
        self._gallery = gallery
        self._chosen: Optional[Path] = None
        self._thumbnails = Thumbnails()
        self._stars: Dict[Path, List[_Star]] = {}
        self._message = Message()
        self._groups = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6, border_width=12)
        scrolled = Gtk.ScrolledWindow(hscrollbar_policy=Gtk.PolicyType.NEVER, expand=True)
        scrolled.add(self._groups)
        scrolled.show_all()
        for widget in (self._message, scrolled):
            self.get_content_area().pack_start(widget, widget is scrolled, True, 0)
        self.add_button(tr("Add _Folder..."), _ADD_FOLDER)
        self.add_button(tr("_Cancel"), Gtk.ResponseType.CANCEL)
        self.set_default_size(*_SIZE)
        self._fill()

    def choose(self) -> Optional[Path]:
        """Return the file of the style that the user chooses, or None. Afterwards the window is destroyed."""
        while self.run() == _ADD_FOLDER:
            folder = self._ask_folder()
            if folder is not None:
                with self._reporting():
                    self._gallery.add_folder(folder)
                self._fill()
        self._thumbnails.close()
        self.destroy()
        return self._chosen

    def _fill(self) -> None:
        self._thumbnails.close()
        self._thumbnails = Thumbnails()
        self._stars.clear()
        for widget in self._groups.get_children():
            widget.destroy()
        tiles = [tile for group in self._gallery.groups() for tile in self._add_group(group)]
        self._groups.show_all()
        dots = _SIDE * self.get_scale_factor()
        paths = [tile.path for tile in tiles]
        self._thumbnails.load(paths, dots, lambda index, pixbuf: tiles[index].show_picture(pixbuf))

    def _add_group(self, group: StyleGroup) -> List[_StyleTile]:
        heading = Gtk.Box(spacing=6)
        heading.pack_start(_heading(group.label), False, False, 0)
        if group.folder is not None:
            heading.pack_start(self._remove_button(group.folder), False, False, 0)
        self._groups.pack_start(heading, False, False, 0)
        if group.note:
            self._groups.pack_start(Gtk.Label(label=group.note, xalign=0, wrap=True), False, False, 0)
        flow = Gtk.FlowBox(selection_mode=Gtk.SelectionMode.NONE, homogeneous=True, valign=Gtk.Align.START)
        flow.set_max_children_per_line(20)
        flow.connect("child-activated", lambda _, tile: self._choose(tile.path))
        tiles = [_StyleTile(entry, self._star(entry)) for entry in group.entries]
        for tile in tiles:
            flow.add(tile)
        self._groups.pack_start(flow, False, False, 0)
        return tiles

    def _remove_button(self, folder: Path) -> Gtk.Button:
        button = widgets.icon_button("list-remove", tr("Remove this folder from the gallery. Its files stay."))
        button.connect("clicked", lambda _: self._remove(folder))
        return button

    def _star(self, entry: StyleEntry) -> _Star:
        star = _Star(entry.is_favorite)
        star.connect("toggled", self._toggle, entry.path)
        self._stars.setdefault(entry.path, []).append(star)
        return star

    def _toggle(self, star: _Star, path: Path) -> None:
        """Mark ``path`` as a favorite, or remove the mark. The group of favorites changes at the next opening."""
        is_favorite = not star.get_active()
        with self._reporting():
            is_favorite = self._gallery.toggle_favorite(path)
        for other in self._stars[path]:
            other.handler_block_by_func(self._toggle)
            other.set_active(is_favorite)
            other.handler_unblock_by_func(self._toggle)

    def _choose(self, path: Path) -> None:
        self._chosen = path
        self.response(Gtk.ResponseType.OK)

    def _remove(self, folder: Path) -> None:
        with self._reporting():
            self._gallery.remove_folder(folder)
        self._fill()

    def _ask_folder(self) -> Optional[Path]:
        chooser = Gtk.FileChooserDialog(
            title=tr("Folder of Styles"), transient_for=self, action=Gtk.FileChooserAction.SELECT_FOLDER
        )
        chooser.add_buttons(tr("_Cancel"), Gtk.ResponseType.CANCEL, tr("_Add"), Gtk.ResponseType.OK)
        chooser.set_default_response(Gtk.ResponseType.OK)
        name = chooser.get_filename() if chooser.run() == Gtk.ResponseType.OK else None
        chooser.destroy()
        return None if name is None else Path(name)

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except NeuralStyleError as error:
            self._message.show_error(error)


class _StyleTile(Gtk.FlowBoxChild):
    """A tile for a style: its thumbnail after that is read, its title below, and its star in the corner."""

    def __init__(self, entry: StyleEntry, star: _Star) -> None:
        description = "\n".join(filter(None, (entry.title, entry.detail)))
        super().__init__()
        self.get_accessible().set_name(description)
        LargeTooltip(self, entry.path, description)
        self.path = entry.path
        self._image = Gtk.Image()
        self._image.set_size_request(_SIDE, _SIDE)
        overlay = Gtk.Overlay()
        overlay.add(self._image)
        overlay.add_overlay(star)
        title = Gtk.Label(label=entry.title, wrap=True, lines=2, ellipsize=Pango.EllipsizeMode.END, max_width_chars=14)
        title.set_justify(Gtk.Justification.CENTER)
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=2)
        box.pack_start(overlay, False, False, 0)
        box.pack_start(title, False, False, 0)
        self.add(box)

    def show_picture(self, pixbuf: Optional[GdkPixbuf.Pixbuf]) -> None:
        """Show the thumbnail, or an icon if there is none."""
        widgets.show_thumbnail(self._image, pixbuf)


class _Star(Gtk.ToggleButton):
    """A star, filled for a favorite and empty for another style."""

    def __init__(self, is_favorite: bool) -> None:
        super().__init__(active=is_favorite, halign=Gtk.Align.END, valign=Gtk.Align.START, tooltip_text=tr("Favorite"))
        self.add(Gtk.Image())
        self.connect("notify::active", self._show)
        self._show()

    def _show(self, *_: Any) -> None:
        name = "starred-symbolic" if self.get_active() else "non-starred-symbolic"
        self.get_child().set_from_icon_name(name, Gtk.IconSize.BUTTON)


def _heading(text: str) -> Gtk.Label:
    label = Gtk.Label(xalign=0)
    label.set_markup(f"<b>{GLib.markup_escape_text(text)}</b>")
    return label
