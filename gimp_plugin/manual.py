"""*Help*: the manual in the user's browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

from gi.repository import Gdk, Gio, GLib, Gtk

from nst_core.bridge.language import tr
from nst_core.job.errors import HostError, NeuralStyleError

PAGE = Path(__file__).with_name("Manual.html")


def add_help(window: Gtk.Dialog, failed: Callable[[NeuralStyleError], None]) -> None:
    """Give ``window`` the button *Help* and its key F1. They open the manual, or call ``failed`` if that fails."""

    def open_manual(*_: Any) -> None:
        try:
            show()
        except HostError as error:
            failed(error)

    def press(window: Gtk.Window, event: Any) -> bool:
        if event.keyval == Gdk.KEY_F1:
            open_manual()
        return bool(event.keyval == Gdk.KEY_F1)

    button = Gtk.Button(label=tr("_Help"), use_underline=True, tooltip_text=tr("Open the manual"))
    button.connect("clicked", open_manual)
    area = window.get_action_area()
    area.pack_start(button, False, True, 0)
    area.set_child_secondary(button, True)
    button.show()
    window.connect("key-press-event", press)


def show() -> None:
    """Open the manual. Raises :class:`HostError` if the system has no program for it."""
    try:
        Gio.AppInfo.launch_default_for_uri(PAGE.as_uri(), None)
    except GLib.Error as error:
        problem = tr("The manual can't be opened.")
        raise HostError(problem, tr("Open {path} in a browser.").format(path=PAGE)) from error
