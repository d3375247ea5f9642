#!/usr/bin/env python3
"""GIMP's entry to Neural Style: registers the procedures, and nothing else.

GIMP starts this file as a process of its own whenever it asks for the procedures or runs one.
"""

import sys
from pathlib import Path
from typing import Any, List, Optional

import gi

# Beside this file lie the plug-in's other modules and, when installed, nst_core; in a checkout nst_core is one up.
FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER if (FOLDER / "nst_core").is_dir() else FOLDER.parent)]

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")

import procedure  # noqa: E402
from gi.repository import Gimp  # noqa: E402


class NeuralStyle(Gimp.PlugIn):  # type: ignore[misc]
    """The plug-in as GIMP sees it."""

    def do_query_procedures(self) -> List[str]:
        """The procedures' names."""
        return list(procedure.PROCEDURES)

    def do_set_i18n(self, name: str) -> bool:
        """GIMP need not look for a gettext catalog: the plug-in translates its words itself."""
        return False

    def do_create_procedure(self, name: str) -> Optional[Any]:
        """The procedure ``name``, with its arguments and menu entry."""
        return procedure.create(self, name)


Gimp.main(NeuralStyle.__gtype__, sys.argv)
