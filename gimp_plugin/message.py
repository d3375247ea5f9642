"""The dialog's bar for what the user should know: an error and what to do, a notice, an offer."""

from __future__ import annotations

from typing import Callable, Optional

from gi.repository import Gdk, Gimp, GimpUi, Gtk

from nst_core.bridge import wording
from nst_core.bridge.errors import NeuralStyleError
from nst_core.bridge.language import tr

_ICONS = {
    Gtk.MessageType.ERROR: GimpUi.ICON_DIALOG_ERROR,
    Gtk.MessageType.INFO: GimpUi.ICON_DIALOG_INFORMATION,
    Gtk.MessageType.QUESTION: GimpUi.ICON_DIALOG_QUESTION,
}


class Message(Gtk.InfoBar):  # type: ignore[misc]
    """Out of sight until there is something to say; what is said last, stands."""

    def __init__(self) -> None:
        super().__init__(no_show_all=True, show_close_button=True)
        self._label = Gtk.Label(xalign=0, wrap=True, selectable=True, can_focus=False, max_width_chars=60)
        self._icon = Gtk.Image(valign=Gtk.Align.START)
        for widget in (self._icon, self._label):
            widget.show()
            self.get_content_area().pack_start(widget, False, False, 0)
        self._button = self.add_button("", Gtk.ResponseType.APPLY)
        self._action: Optional[Callable[[], None]] = None
        self.connect("response", self._respond)

    def show_error(self, error: NeuralStyleError) -> None:
        """One sentence on what happened and one on what to do; a report on it can be copied."""
        self._say(wording.error(error), Gtk.MessageType.ERROR)
        self._offer(tr("Copy _Report"), lambda: _copy(wording.report(error, f"GIMP {Gimp.version()}")))

    def show_missing_engine(self, error: NeuralStyleError, install: Callable[[], None]) -> None:
        """The engine is not there, and can be installed from here."""
        self._say(wording.error(error), Gtk.MessageType.ERROR)
        self._offer(tr("Install engine"), install)

    def show_notice(self, text: str) -> None:
        """Something worth knowing that needs no action."""
        self._say(text, Gtk.MessageType.INFO)
        self._button.hide()

    def show_offer(self, text: str, label: str, action: Callable[[], None]) -> None:
        """Something that the user may want to do, by a button."""
        self._say(text, Gtk.MessageType.QUESTION)
        self._offer(label, action)

    def _say(self, text: str, kind: Gtk.MessageType) -> None:
        self._label.set_text(text)
        self._icon.set_from_icon_name(_ICONS[kind], Gtk.IconSize.LARGE_TOOLBAR)
        self.set_message_type(kind)
        self.show()

    def _offer(self, label: str, action: Callable[[], None]) -> None:
        self._action = action
        self._button.set_label(label)
        self._button.set_use_underline(True)
        self._button.show()

    def _respond(self, bar: Gtk.InfoBar, response: int) -> None:
        if response == Gtk.ResponseType.APPLY and self._action is not None:
            self._action()
        if response == Gtk.ResponseType.CLOSE:
            self.hide()


def _copy(text: str) -> None:
    clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
    clipboard.set_text(text, -1)
    clipboard.store()
