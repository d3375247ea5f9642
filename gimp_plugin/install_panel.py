"""*Install engine*: the installer runs as a child process, and the dialog shows its progress."""

from __future__ import annotations

from typing import Callable, Optional

from gi.repository import GLib, Gtk

from nst_core.bridge import wording
from nst_core.bridge.installation import Installation, InstallationStep, Installed
from nst_core.bridge.language import tr
from nst_core.job.errors import NeuralStyleError
from nst_core.job.events import Failed

from . import timers
from .widgets import text_label

#: Milliseconds between two polls of the installer.
POLL_INTERVAL = 100


class InstallPanel(Gtk.Box):
    """Hidden until it is started; calls ``installed``, ``failed`` or ``stopped`` at the end."""

    def __init__(
        self,
        installed: Callable[[], None],
        failed: Callable[[NeuralStyleError], None],
        stopped: Callable[[], None],
    ) -> None:
        super().__init__(no_show_all=True, orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self._installed, self._failed, self._stopped = installed, failed, stopped
        self._installation: Optional[Installation] = None
        self._timer = 0
        self._bar = Gtk.ProgressBar()
        self._status = text_label()
        stop = Gtk.Button(label=tr("Stop installing"), halign=Gtk.Align.END)
        stop.set_tooltip_text(tr("Stop for now. What has been downloaded is kept, and used by the next installation."))
        stop.connect("clicked", lambda _: self._stop_clicked())
        for widget in (self._bar, self._status, stop):
            widget.show()
            self.pack_start(widget, False, False, 0)

    def start(self) -> None:
        """Start the installer. Raises :class:`EngineMissing` where nothing can run it."""
        self._installation = Installation()
        self._installation.start()
        self._status.set_text(tr("Installing the engine..."))
        self._timer = timers.every(POLL_INTERVAL, self._poll, self._poll_failed)
        self.show()

    def stop(self) -> None:
        """End the installer if it runs. The next one continues its work."""
        if self._installation is not None:
            self._installation.stop()
        self._end()

    def _stop_clicked(self) -> None:
        self.stop()
        self._stopped()

    def _poll(self) -> bool:
        assert self._installation is not None
        for event in self._installation.poll():
            if isinstance(event, InstallationStep):
                self._show(event)
                continue
            self._end()
            if isinstance(event, Installed):
                self._installed()
            elif isinstance(event, Failed):
                self._failed(event.error)
            return False
        if self._bar.get_fraction() == 0:
            self._bar.pulse()
        return True

    def _poll_failed(self, error: NeuralStyleError) -> None:
        self.stop()
        self._failed(error)

    def _show(self, step: InstallationStep) -> None:
        left = "" if step.seconds_left is None else f" \u2013 {wording.time_left(step.seconds_left)}"
        self._status.set_text(f"{step.text}{left}")
        self._bar.set_fraction(step.fraction or 0.0)

    def _end(self) -> None:
        if self._timer:
            GLib.source_remove(self._timer)
        self._timer, self._installation = 0, None
        self.hide()
