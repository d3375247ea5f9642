"""Pictures that come to the dialog from elsewhere: files that are dropped on it, and a picture that is pasted."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Callable, Sequence

from gi.repository import Gdk, Gio, Gtk

from nst_core.job.errors import NeuralStyleError
from nst_core.studio import pasted

Add = Callable[[Sequence[Gio.File]], None]


def accept_files(window: Gtk.Window, add: Add) -> None:
    """Call ``add`` with the files that are dropped on ``window``."""

    def received(widget: Gtk.Widget, context: Any, x: int, y: int, data: Any, info: int, time: int) -> None:
        add([Gio.File.new_for_uri(uri) for uri in data.get_uris()])

    window.drag_dest_set(Gtk.DestDefaults.ALL, [], Gdk.DragAction.COPY)
    window.drag_dest_add_uri_targets()
    window.connect("drag-data-received", received)


def accept_pasted(window: Gtk.Window, add: Add, failed: Callable[[NeuralStyleError], None]) -> None:
    """Call ``add`` with the picture in the clipboard after Ctrl+V in ``window``, but not where one pastes text."""

    def press(window: Gtk.Window, event: Any) -> bool:
        is_paste = event.keyval in (Gdk.KEY_v, Gdk.KEY_V) and event.state & Gdk.ModifierType.CONTROL_MASK
        pixbuf = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_image() if is_paste else None
        if pixbuf is None:
            return False
        try:
            _, png = pixbuf.save_to_bufferv("png", [], [])
            add([Gio.File.new_for_path(str(pasted.store(bytes(png), datetime.now())))])
        except NeuralStyleError as error:
            failed(error)
        return True

    window.connect("key-press-event", press)
