"""The one door to Qt: PyQt5 in Krita 5, PyQt6 in Krita 6.

Krita itself imports its own binding before it loads a plug-in, and the other one, if it is installed too, must not be
loaded into the same process. Enumerations are written with their full names (``Qt.AlignmentFlag.AlignLeft``), which
both bindings understand.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

BINDING = "PyQt6" if "PyQt6.QtCore" in sys.modules else "PyQt5"

QtCore: Any = importlib.import_module(f"{BINDING}.QtCore")
QtGui: Any = importlib.import_module(f"{BINDING}.QtGui")
QtWidgets: Any = importlib.import_module(f"{BINDING}.QtWidgets")

Qt: Any = QtCore.Qt
Signal: Any = QtCore.pyqtSignal
#: Moved from QtWidgets to QtGui in Qt 6.
QAction: Any = QtGui.QAction if BINDING == "PyQt6" else QtWidgets.QAction
