"""The button beside the progress that shows how many paintings wait, and opens their list."""

from __future__ import annotations

from typing import Any, Callable

from gi.repository import GimpUi, Gtk, Pango

from nst_core.bridge.language import tr, tr_count
from nst_core.studio.queue import Entry, Queue

from . import widgets
from .painting import Painting


class QueueButton(Gtk.MenuButton):
    """The button, hidden while ``queue`` is empty. It calls ``changed`` after the user has changed the queue."""

    def __init__(self, queue: Queue[Painting], changed: Callable[[], None]) -> None:
        super().__init__(no_show_all=True, tooltip_text=tr("Paintings that wait for their turn"))
        self._queue, self._changed = queue, changed
        self._rows = Gtk.ListBox(selection_mode=Gtk.SelectionMode.NONE)
        popover = Gtk.Popover()
        popover.add(self._rows)
        self.set_popover(popover)

    def refresh(self) -> None:
        """Show the present queue."""
        waiting = self._queue.waiting
        for row in self._rows.get_children():
            row.destroy()
        for place, entry in enumerate(waiting, 1):
            self._rows.add(self._row(place, entry))
        self._rows.show_all()
        self.set_label(f"+ {len(waiting)}")
        self.get_accessible().set_name(tr_count("{count} painting waits", "{count} paintings wait", len(waiting)))
        self.set_visible(bool(waiting))

    def _row(self, place: int, entry: Entry[Painting]) -> Gtk.Box:
        label = Gtk.Label(label=f"{place}. {entry.title}", xalign=0, max_width_chars=40)
        label.set_ellipsize(Pango.EllipsizeMode.MIDDLE)
        earlier = widgets.icon_button(GimpUi.ICON_GO_UP, tr("Paint this picture earlier."))
        earlier.get_accessible().set_name(tr("Paint {name} earlier").format(name=entry.title))
        earlier.set_sensitive(place > 1)
        earlier.connect("clicked", lambda _: self._change(self._queue.move, entry, place - 1))
        remove = widgets.icon_button(GimpUi.ICON_WINDOW_CLOSE, tr("Do not paint this picture."))
        remove.get_accessible().set_name(tr("Remove {name}").format(name=entry.title))
        remove.connect("clicked", lambda _: self._change(self._queue.remove, entry))
        row = Gtk.Box(spacing=6, border_width=2)
        row.pack_start(label, True, True, 0)
        for button in (earlier, remove):
            row.pack_start(button, False, False, 0)
        return row

    def _change(self, change: Callable[..., None], *arguments: Any) -> None:
        change(*arguments)
        self._changed()
