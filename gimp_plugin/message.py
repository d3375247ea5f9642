"""The dialog's bar for messages: an error with its remedy, a notice, or an offer."""

from __future__ import annotations

from typing import Callable, Tuple

from gi.repository import Gdk, Gimp, GimpUi, Gtk

from nst_core.bridge import wording
from nst_core.bridge.language import tr
from nst_core.job.errors import EngineMissing, NeuralStyleError

_ICONS = {
    Gtk.MessageType.ERROR: GimpUi.ICON_DIALOG_ERROR,
    Gtk.MessageType.INFO: GimpUi.ICON_DIALOG_INFORMATION,
    Gtk.MessageType.QUESTION: GimpUi.ICON_DIALOG_QUESTION,
}


#: The label of a button, and its action. The label has no key, because the settings use the letters.
Offer = Tuple[str, Callable[[], None]]


class Message(Gtk.InfoBar):
    """The bar, hidden until there is a message. A new message replaces the last one."""

    def __init__(self) -> None:
        super().__init__(no_show_all=True, show_close_button=True)
        self._label = Gtk.Label(xalign=0, wrap=True, selectable=True, can_focus=False, max_width_chars=60)
        self._icon = Gtk.Image(valign=Gtk.Align.START)
        for widget in (self._icon, self._label):
            widget.show()
            self.get_content_area().pack_start(widget, False, False, 0)
        self._buttons = Gtk.Box(spacing=6, valign=Gtk.Align.CENTER)
        self._buttons.show()
        self.get_content_area().pack_end(self._buttons, False, False, 0)
        self.connect("response", lambda *_: self.hide())

    def show_error(self, error: NeuralStyleError, *offers: Offer) -> None:
        """Show the problem and the remedy of an error, with a button that copies a report."""
        self._show(wording.error(error), Gtk.MessageType.ERROR)
        self._offer((tr("Copy Report"), lambda: _copy(wording.report(error, f"GIMP {Gimp.version()}"))), *offers)

    def show_failures(self, text: str) -> None:
        """Show the paintings of the queue that failed."""
        self._show(text, Gtk.MessageType.ERROR)
        self._offer()

    def show_missing_engine(self, error: NeuralStyleError, install: Callable[[], None]) -> None:
        """Show the problem, and a button that installs the engine. It replaces the remedy, which is a command."""
        self._show(wording.error(EngineMissing(error.problem)), Gtk.MessageType.ERROR)
        self._offer((tr("Install engine"), install))

    def show_notice(self, text: str) -> None:
        """Information that needs no action."""
        self._show(text, Gtk.MessageType.INFO)
        self._offer()

    def show_offer(self, text: str, *offers: Offer) -> None:
        """Show something that the user may want to do, with buttons for it."""
        self._show(text, Gtk.MessageType.QUESTION)
        self._offer(*offers)

    def _show(self, text: str, kind: Gtk.MessageType) -> None:
        self._label.set_text(text)
        self._icon.set_from_icon_name(_ICONS[kind], Gtk.IconSize.LARGE_TOOLBAR)
        self.set_message_type(kind)
        self.show()

    def _offer(self, *offers: Offer) -> None:
        for button in self._buttons.get_children():
            self._buttons.remove(button)
        for label, action in offers:
            button = Gtk.Button(label=label)
            button.connect("clicked", _call, action)
            button.show()
            self._buttons.pack_start(button, False, False, 0)


def _call(button: Gtk.Button, action: Callable[[], None]) -> None:
    action()


def _copy(text: str) -> None:
    clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
    clipboard.set_text(text, -1)
    clipboard.store()
