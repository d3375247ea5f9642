"""The bars above the dialog: messages with their remedies, and the installation of a missing engine."""

from __future__ import annotations

from typing import Callable, Sequence

from gi.repository import Gtk

from nst_core.bridge.language import tr
from nst_core.job.errors import NeuralStyleError

from .install_panel import InstallPanel
from .message import Message, Offer


class EngineBar(Gtk.Box):
    """The bars. They call ``start`` when an engine may exist: after an installation, or after it was stopped."""

    def __init__(self, start: Callable[[], None]) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self._start = start
        self.message = Message()
        self._installation = InstallPanel(self._installed, self._install_failed, start)
        self.pack_start(self.message, False, False, 0)
        self.pack_start(self._installation, False, False, 0)

    def show_error(self, error: NeuralStyleError, offers: Sequence[Offer] = ()) -> None:
        """Show ``error`` with its remedy and these offers. If the engine is missing, offer to install it."""
        if error.installing_helps:
            self.message.show_missing_engine(error, self._install)
        else:
            self.message.show_error(error, *offers)

    def close(self) -> None:
        """End an installation."""
        self._installation.stop()

    def _install(self) -> None:
        try:
            self._installation.start()
            self.message.hide()
        except NeuralStyleError as error:
            self._install_failed(error)

    def _install_failed(self, error: NeuralStyleError) -> None:
        self.message.show_error(error, (tr("Install engine"), self._install))

    def _installed(self) -> None:
        self.message.show_notice(tr("The engine is installed."))
        self._start()
