"""The plug-in for GIMP: it only names the procedures and makes them."""

from __future__ import annotations

from typing import List, Optional

from gi.repository import Gimp

from . import film_procedure, procedure


class NeuralStyle(Gimp.PlugIn):
    """Registers the procedures of :mod:`.procedure` and :mod:`.film_procedure`."""

    def do_query_procedures(self) -> List[str]:
        """Return the procedures' names."""
        return [*procedure.PROCEDURES, film_procedure.ANIMATE]

    def do_set_i18n(self, name: str) -> bool:
        """Return False: GIMP needs no gettext catalog, because the plug-in translates its texts itself."""
        return False

    def do_create_procedure(self, name: str) -> Optional[Gimp.Procedure]:
        """Make the procedure ``name`` with its arguments and menu entry."""
        return film_procedure.create(self) if name == film_procedure.ANIMATE else procedure.create(self, name)


def main(arguments: List[str]) -> None:
    """Do the task that GIMP names on the command line, and then end the process."""
    Gimp.main(NeuralStyle.__gtype__, arguments)
