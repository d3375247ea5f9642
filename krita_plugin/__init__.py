"""Neural style transfer in Krita: a docker that paints a layer in the style of other pictures.

Krita's Python needs only this folder. The engine is another process with an environment of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path

# The installer puts nst_core beside this file; this line makes it importable. In a checkout it is one folder above.
sys.path.append(str(Path(__file__).resolve().parent))

from krita import DockWidgetFactory, DockWidgetFactoryBase, Krita

from nst_core.bridge import language

from .qt import QtCore

language.use(QtCore.QLocale().uiLanguages())

from .docker import DOCKER_ID, NeuralStyleDocker, NeuralStyleExtension  # noqa: E402

Krita.instance().addExtension(NeuralStyleExtension(Krita.instance()))
Krita.instance().addDockWidgetFactory(
    DockWidgetFactory(DOCKER_ID, DockWidgetFactoryBase.DockPosition.DockRight, NeuralStyleDocker)
)
