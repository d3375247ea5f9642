"""*Install engine*: the installer runs as a child process, and the dialog shows its progress."""

from __future__ import annotations

from typing import Callable, Optional

from gi.repository import GLib, Gtk

from nst_core.bridge.install_run import InstallRun
from nst_core.bridge.language import tr
from nst_core.job.errors import NeuralStyleError

from . import timers
from .widgets import text_label

#: Milliseconds between two polls of the installer.
POLL_INTERVAL = 100


class InstallPanel(Gtk.Box):
    """The progress of an installation, hidden until it starts.

    At the end it calls ``installed``, ``failed`` or ``stopped``.
    """

    def __init__(
        self,
        installed: Callable[[], None],
        failed: Callable[[NeuralStyleError], None],
        stopped: Callable[[], None],
    ) -> None:
        super().__init__(no_show_all=True, orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self._installed, self._failed, self._stopped = installed, failed, stopped
        self._run = InstallRun(self._show, self._ended)
        self._timer = 0
        self._bar = Gtk.ProgressBar()
        self._status = text_label()
        stop = Gtk.Button(label=tr("Stop installing"), halign=Gtk.Align.END)
        stop.set_tooltip_text(tr("Stop for now. Finished downloads are kept, and used by the next installation."))
        stop.connect("clicked", lambda _: self._stop_clicked())
        for widget in (self._bar, self._status, stop):
            widget.show()
            self.pack_start(widget, False, False, 0)

    def start(self) -> None:
        """Start the installer. Raises :class:`EngineMissing` if no Python can run it."""
        self._run.start()
        self._timer = timers.every(POLL_INTERVAL, self._poll, self._poll_failed)
        self.show()

    def stop(self) -> None:
        """End the installer if it runs. The next installation continues its work."""
        self._run.stop()
        self._close()

    def _stop_clicked(self) -> None:
        self.stop()
        self._stopped()

    def _poll(self) -> bool:
        self._run.poll()
        if self._run.busy and self._bar.get_fraction() == 0:
            self._bar.pulse()
        return self._run.busy

    def _poll_failed(self, error: NeuralStyleError) -> None:
        self.stop()
        self._failed(error)

    def _show(self, text: str, fraction: Optional[float]) -> None:
        self._status.set_text(text)
        self._bar.set_fraction(fraction or 0.0)

    def _ended(self, error: Optional[NeuralStyleError]) -> None:
        self._close()
        if error is None:
            self._installed()
        else:
            self._failed(error)

    def _close(self) -> None:
        if self._timer:
            GLib.source_remove(self._timer)
        self._timer = 0
        self.hide()
