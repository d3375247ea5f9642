"""The only module that imports Qt: PyQt5 in Krita 5, PyQt6 in Krita 6.

Krita imports its own version before it loads a plug-in. The plug-in must not load the other version into the same
process, even if it is installed. Enumerations have their full names (``Qt.AlignmentFlag.AlignLeft``), because both
versions understand them.
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
#: It moved from QtWidgets to QtGui in Qt 6.
QAction: Any = QtGui.QAction if BINDING == "PyQt6" else QtWidgets.QAction
