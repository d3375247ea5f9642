"""The answer of a procedure to GIMP: values, a cancellation, or an error of two sentences."""

from __future__ import annotations

import traceback
from typing import Callable, List, Optional

from gi.repository import Gegl, Gimp, GLib, GObject

from nst_core.bridge import language, wording
from nst_core.bridge.private_folder import remove_leftovers
from nst_core.job.errors import NeuralStyleError

from .timers import unexpected


def answer(procedure: Gimp.Procedure, run: Callable[[], Optional[List[GObject.Value]]]) -> Gimp.ValueArray:
    """Run ``procedure`` by calling ``run``, which returns its values, or None if the user canceled.

    Every error becomes the return value, which GIMP or the caller shows.
    """
    Gegl.init(None)
    language.use(GLib.get_language_names())
    remove_leftovers()  # If the user presses Cancel, GIMP kills the plug-in, and an animation leaves its frames.
    # Otherwise GIMP would also open its own window for each error.
    procedure.get_plug_in().set_pdb_error_handler(Gimp.PDBErrorHandler.PLUGIN)
    try:
        found = run()
    except NeuralStyleError as error:
        return _failure(procedure, error)
    except Exception as error:  # Any other exception would end the process, and GIMP would not say why.
        traceback.print_exc()
        return _failure(procedure, unexpected(error))
    if found is None:
        return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, None)
    values = procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, None)
    for place, value in enumerate(found, 1):
        values.remove(place)
        values.insert(place, value)
    return values


def _failure(procedure: Gimp.Procedure, error: NeuralStyleError) -> Gimp.ValueArray:
    problem = GLib.Error.new_literal(Gimp.PlugIn.error_quark(), wording.error(error), 0)
    return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, problem)
