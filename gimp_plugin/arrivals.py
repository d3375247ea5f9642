"""Pictures that the user drops on the dialog or pastes: files, layers, and a picture from the clipboard."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Callable, List, Optional, Sequence

from gi.repository import Gdk, Gimp, Gio, Gtk

from nst_core.bridge.language import tr
from nst_core.job.errors import NeuralStyleError, UnreadableImage
from nst_core.studio import pasted

#: The type of data that GIMP offers when the user drags a layer from its list.
_LAYER = "application/x-gimp-layer-id"

AddFiles = Callable[[Sequence[Gio.File]], None]


def accept_dropped(
    window: Gtk.Window,
    add: AddFiles,
    add_layer: Callable[[Gimp.Layer], None],
    failed: Callable[[NeuralStyleError], None],
) -> None:
    """Call ``add`` with files that the user drops on ``window``, or ``add_layer`` with a layer of GIMP's list.

    ``failed`` gets an error for anything else.
    """

    def received(widget: Gtk.Widget, context: Any, x: int, y: int, data: Any, info: int, time: int) -> None:
        if data.get_data_type().name() != _LAYER:
            try:
                add(files_of(data.get_uris()))
            except NeuralStyleError as error:
                failed(error)
            return
        layer = _dropped_layer(bytes(data.get_data()))
        if layer is not None:
            add_layer(layer)

    window.drag_dest_set(Gtk.DestDefaults.ALL, [Gtk.TargetEntry.new(_LAYER, 0, 0)], Gdk.DragAction.COPY)
    window.drag_dest_add_uri_targets()
    window.connect("drag-data-received", received)


def accept_pasted(window: Gtk.Window, add: AddFiles, failed: Callable[[NeuralStyleError], None]) -> None:
    """Call ``add`` with the picture in the clipboard after Ctrl+V in ``window``. Text fields still paste text."""

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


def files_of(uris: Sequence[str]) -> List[Gio.File]:
    """Return the dropped files. Raises :class:`UnreadableImage` for a web page, because GIMP would download it."""
    files = [Gio.File.new_for_uri(uri) for uri in uris]
    for uri, file in zip(uris, files):
        if file.get_path() is None:
            problem = tr("{path} is no file on this computer.").format(path=uri)
            raise UnreadableImage(problem, tr("Choose another file."))
    return files


def _dropped_layer(data: bytes) -> Optional[Gimp.Layer]:
    """Return the layer in ``data``, or None. GIMP writes a process and the layer's id, for its own lists."""
    found = re.match(rb"[0-9]+:([0-9]{1,9})", data)
    layer = Gimp.Item.get_by_id(int(found[1])) if found else None
    return layer if isinstance(layer, Gimp.Layer) else None
