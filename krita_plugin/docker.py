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

#: The one controller of this Krita, once it is made.
_controllers: List[Controller] = []


def controller() -> Controller:
    """The controller that all windows share; made when the first docker needs it."""
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
        """Krita calls this when the window shows another document, or none. The panel follows when Krita is done."""
        self._document = document_of(None if canvas is None else canvas.view())
        self.panel.leave_for(self._document)  # At once: a message that comes meanwhile stays.
        self._follow.start()


class NeuralStyleExtension(Extension):
    """The actions in Tools > Scripts, to which the user can give shortcuts."""

    def setup(self) -> None:
        """Krita requires this method. There is nothing to do before a window exists."""

    def createActions(self, window: Any) -> None:  # noqa: N802 (Krita's name)
        """Krita asks for each new window's actions. Its wrapper of the window does not outlive this call."""
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
