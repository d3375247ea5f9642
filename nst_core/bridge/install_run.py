"""The command *Install engine* of both editors, without the widgets that show it."""

from __future__ import annotations

from typing import Callable, Optional

from nst_core.job.errors import NeuralStyleError
from nst_core.job.events import Failed

from .installation import Installation, InstallationStep
from .language import tr


class InstallRun:
    """An installation whose progress is shown. Call :meth:`poll` from a timer of the editor's event loop.

    ``show`` is called with a sentence and the finished fraction (0..1; None if it is not known). ``ended`` is called
    with None when the engine is installed, or with the error. ``make`` returns a new :class:`Installation`.
    """

    def __init__(
        self,
        show: Callable[[str, Optional[float]], None],
        ended: Callable[[Optional[NeuralStyleError]], None],
        make: Callable[[], Installation] = Installation,
    ) -> None:
        self._show, self._ended, self._make = show, ended, make
        self._installation: Optional[Installation] = None

    @property
    def busy(self) -> bool:
        """True if the installer runs."""
        return self._installation is not None

    def start(self) -> None:
        """Start the installer. Raises EngineMissing if there is no Python that can run it."""
        installation = self._make()
        installation.start()
        self._installation = installation
        self._show(tr("Installing the engine..."), None)

    def stop(self) -> None:
        """End the installer if it runs. The next start continues its work. ``ended`` is not called."""
        installation, self._installation = self._installation, None
        if installation is not None:
            installation.stop()

    def poll(self) -> None:
        """Show the newest steps, or report the end."""
        for event in [] if self._installation is None else self._installation.poll():
            if isinstance(event, InstallationStep):
                self._show(event.text, event.fraction)
            else:
                self._installation = None
                self._ended(event.error if isinstance(event, Failed) else None)
