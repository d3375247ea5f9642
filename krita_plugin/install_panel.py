"""*Install engine*: the installer runs as a child process, and the docker shows how far it is."""

from __future__ import annotations

from typing import Any, Callable, List, Optional

from nst_core.bridge import wording
from nst_core.bridge.installation import Installation, InstallationStep, Installed
from nst_core.bridge.language import tr
from nst_core.job.events import Failed

from .look import ProgressLine, column, hint
from .qt import QtCore, QtWidgets, Signal

#: Milliseconds between two looks at what the installer tells.
POLL_INTERVAL = 100


class InstallPanel(QtWidgets.QWidget):
    """The progress of an installation; ``installed`` and ``failed`` tell how it ended."""

    installed = Signal()
    failed = Signal(object)

    def __init__(self, make: Callable[[], Installation] = Installation) -> None:
        super().__init__()
        self._make = make
        self._installation: Optional[Installation] = None
        self.progress = ProgressLine()
        self.stop = QtWidgets.QPushButton(tr("Stop installing"))
        self.stop.setObjectName("stop_installing")
        hint(self.stop, tr("Stop for now. What has been downloaded is kept, and used by the next installation."))
        self.stop.clicked.connect(lambda checked=False: self._stop())
        layout = column(self)
        layout.addWidget(self.progress)
        layout.addWidget(self.stop)
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(POLL_INTERVAL)
        self._timer.timeout.connect(self._fetch)
        self.hide()

    def tab_stops(self) -> List[Any]:
        """What the Tab key goes through."""
        return [self.stop]

    def start(self) -> None:
        """Start the installer. Raises EngineMissing where nothing can run it."""
        self._installation = self._make()
        self._installation.start()
        self.progress.show_state(tr("Installing the engine..."))
        self._timer.start()
        self.show()

    def _fetch(self) -> None:
        assert self._installation is not None
        for event in self._installation.poll():
            if isinstance(event, InstallationStep):
                self._show(event)
            elif isinstance(event, Failed):
                self._end()
                self.failed.emit(event.error)
            elif isinstance(event, Installed):
                self._end()
                self.installed.emit()

    def _show(self, step: InstallationStep) -> None:
        left = "" if step.seconds_left is None else f" \u2013 {wording.time_left(step.seconds_left)}"
        self.progress.show_state(f"{step.text}{left}", step.fraction)

    def _stop(self) -> None:
        if self._installation is not None:
            self._installation.stop()
        self._end()

    def _end(self) -> None:
        self._timer.stop()
        self.hide()
