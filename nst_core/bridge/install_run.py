"""*Install engine* in both editors: the run of an installation, without the widgets that show it."""

from __future__ import annotations

from typing import Callable, Optional

from nst_core.job.errors import NeuralStyleError
from nst_core.job.events import Failed

from .installation import Installation, InstallationStep
from .language import tr


class InstallRun:
    """An installation whose progress is shown; :meth:`poll` is for the timer of the editor's event loop.

    ``show`` gets a sentence and the fraction that is done (0..1, None where it is not known). ``ended`` gets None when
    the engine is installed, or the error. ``make`` makes the installation.
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
        """Whether the installer runs."""
        return self._installation is not None

    def start(self) -> None:
        """Start the installer. Raises EngineMissing where nothing can run it."""
        installation = self._make()
        installation.start()
        self._installation = installation
        self._show(tr("Installing the engine..."), None)

    def stop(self) -> None:
        """End the installer, if it runs; the next one continues its work. ``ended`` is not called."""
        installation, self._installation = self._installation, None
        if installation is not None:
            installation.stop()

    def poll(self) -> None:
        """Show the newest steps, or the end."""
        for event in [] if self._installation is None else self._installation.poll():
            if isinstance(event, InstallationStep):
                self._show(event.text, event.fraction)
            else:
                self._installation = None
                self._ended(event.error if isinstance(event, Failed) else None)
