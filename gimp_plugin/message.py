"""The dialog's bar for what the user should know: an error and what to do, a notice, an offer."""

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


#: The label of a button, and what it does. It has no key: the letters belong to the settings.
Offer = Tuple[str, Callable[[], None]]


class Message(Gtk.InfoBar):
    """Out of sight until there is something to say; what is said last, stands."""

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
        """One sentence on what happened and one on what to do; a report on it can be copied."""
        self._say(wording.error(error), Gtk.MessageType.ERROR)
        self._offer((tr("Copy Report"), lambda: _copy(wording.report(error, f"GIMP {Gimp.version()}"))), *offers)

    def show_missing_engine(self, error: NeuralStyleError, install: Callable[[], None]) -> None:
        """The engine is not there, and can be installed from here: that takes the place of the command for it."""
        self._say(wording.error(EngineMissing(error.problem)), Gtk.MessageType.ERROR)
        self._offer((tr("Install engine"), install))

    def show_notice(self, text: str) -> None:
        """Something worth knowing that needs no action."""
        self._say(text, Gtk.MessageType.INFO)
        self._offer()

    def show_offer(self, text: str, *offers: Offer) -> None:
        """Something that the user may want to do, by buttons."""
        self._say(text, Gtk.MessageType.QUESTION)
        self._offer(*offers)

    def _say(self, text: str, kind: Gtk.MessageType) -> None:
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
