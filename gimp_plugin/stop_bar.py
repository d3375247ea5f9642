"""A progress bar with two buttons that stop the work: one keeps the unfinished work, and one discards it."""

from __future__ import annotations

from typing import Callable

from gi.repository import Gtk

from nst_core.bridge.language import tr


class StopBar(Gtk.Box):
    """The bar. It calls ``stop`` with True to keep the unfinished work, and with False to discard it.

    The hints explain both for this work. ``row`` has space for more widgets beside the buttons.
    """

    def __init__(self, stop: Callable[[bool], None], keep_hint: str, discard_hint: str) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self._stop = stop
        self._bar = Gtk.ProgressBar(show_text=True)
        self._buttons = Gtk.Box(spacing=6, homogeneous=True)
        self._add(tr("Stop and _Keep"), keep_hint, True)
        self._add(tr("Stop and _Discard"), discard_hint, False)
        self.row = Gtk.Box(spacing=6)
        self.row.pack_start(self._buttons, True, True, 0)
        self.pack_start(self._bar, False, False, 0)
        self.pack_end(self.row, False, False, 0)

    def begin(self) -> None:
        """Show that new work begins."""
        self._buttons.set_sensitive(True)
        self.show_progress(0.0, tr("Reading the pictures..."))

    def show_progress(self, fraction: float, text: str) -> None:
        """Show the share that is done (0..1)."""
        self._bar.set_fraction(fraction)
        self._bar.set_text(text)

    def stop(self, keep: bool) -> None:
        """Stop as the buttons do."""
        self._buttons.set_sensitive(False)
        self._bar.set_text(tr("Stopping..."))
        self._stop(keep)

    def _add(self, label: str, hint: str, keep: bool) -> None:
        button = Gtk.Button(label=label, use_underline=True, tooltip_text=hint)
        button.connect("clicked", lambda _: self.stop(keep))
        self._buttons.pack_start(button, True, True, 0)
