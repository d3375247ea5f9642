"""*Install engine*: the installer runs as a child process, and the docker shows its progress."""

from __future__ import annotations

from typing import Any, Callable, List, Optional

from nst_core.bridge.install_run import InstallRun
from nst_core.bridge.installation import Installation
from nst_core.bridge.language import tr
from nst_core.job.errors import NeuralStyleError

from .qt import QtCore, QtWidgets, Signal
from .widgets import ProgressLine, column, hint

#: Milliseconds between two checks for reports of the installer.
POLL_INTERVAL = 100


class InstallPanel(QtWidgets.QWidget):
    """The progress of an installation. ``make`` returns a new one; ``installed`` and ``failed`` report its end."""

    installed = Signal()
    failed = Signal(object)

    def __init__(self, make: Callable[[], Installation] = Installation) -> None:
        super().__init__()
        self.progress = ProgressLine()
        self._run = InstallRun(self.progress.show_state, self._end, make)
        self.stop = QtWidgets.QPushButton(tr("Stop installing"))
        self.stop.setObjectName("stop_installing")
        hint(self.stop, tr("Stop for now. Finished downloads are kept, and used by the next installation."))
        self.stop.clicked.connect(lambda checked=False: self._stop())
        layout = column(self)
        layout.addWidget(self.progress)
        layout.addWidget(self.stop)
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(POLL_INTERVAL)
        self._timer.timeout.connect(self._run.poll)
        self.hide()

    def tab_stops(self) -> List[Any]:
        """Return the widgets that the Tab key reaches."""
        return [self.stop]

    def start(self) -> None:
        """Start the installer. Raises EngineMissing if no Python can run it."""
        self._run.start()
        self._timer.start()
        self.show()

    def _stop(self) -> None:
        self._run.stop()
        self._close()

    def _end(self, error: Optional[NeuralStyleError]) -> None:
        self._close()
        if error is None:
            self.installed.emit()
        else:
            self.failed.emit(error)

    def _close(self) -> None:
        self._timer.stop()
        self.hide()
