"""The parts of the plug-in that Krita knows: the docker, and the actions in the menus."""

from __future__ import annotations

from typing import Any, List, Optional

from krita import DockWidget, Extension, Krita

from nst_core.bridge.language import tr
from nst_core.bridge.presets import Presets

from .controller import Controller
from .document import Document, document_of
from .panel import Panel
from .qt import QtCore

DOCKER_ID = "neural_style_docker"

#: The one controller of this Krita. The list is empty until the first docker needs the controller.
_controllers: List[Controller] = []


def controller() -> Controller:
    """Return the controller that all windows share. Make it when the first docker needs it."""
    if not _controllers:
        _controllers.append(Controller())
        Krita.instance().notifier().setActive(True)
        Krita.instance().notifier().applicationClosing.connect(_controllers[0].close)
    return _controllers[0]


class NeuralStyleDocker(DockWidget):
    """The docker of one window."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(tr("Neural Style"))
        self.panel = Panel(controller(), Presets())
        self.setWidget(self.panel)
        self._document: Optional[Document] = None
        self._follow = QtCore.QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.timeout.connect(lambda: self.panel.show_document(self._document))

    def canvasChanged(self, canvas: Any) -> None:  # noqa: N802 (Krita's name)
        """Show the window's document when Krita has finished the change. Krita calls this method during the change."""
        self._document = document_of(None if canvas is None else canvas.view())
        # This closes old messages. If the timer did it, it would also close a message that has appeared since.
        self.panel.leave_for(self._document)
        self._follow.start()


class NeuralStyleExtension(Extension):
    """The actions in Tools > Scripts, to which the user can give shortcuts."""

    def setup(self) -> None:
        """Do nothing: Krita requires this method, but no window exists yet."""

    def createActions(self, window: Any) -> None:  # noqa: N802 (Krita's name)
        """Add the actions to a new window. Krita deletes its wrapper of the window after this call."""
        main_window = window.qwindow()
        show = window.createAction("neural_style_show", tr("Neural Style"), "tools/scripts")
        show.triggered.connect(lambda checked=False: _show(main_window))
        stylize = window.createAction("neural_style_stylize", tr("Neural Style: Stylize"), "tools/scripts")
        stylize.triggered.connect(lambda checked=False: _show(main_window).panel.stylize())


def _show(main_window: Any) -> NeuralStyleDocker:
    """Bring the window's docker to the front."""
    docker: NeuralStyleDocker = main_window.findChild(NeuralStyleDocker)
    docker.show()
    docker.raise_()
    return docker
