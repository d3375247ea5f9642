"""Timers in GIMP's event loop that report errors. GLib itself ends such a timer, and its users wait forever."""

from __future__ import annotations

import traceback
from typing import Callable

from gi.repository import GLib

from nst_core.job.errors import HostError, NeuralStyleError


def every(milliseconds: int, work: Callable[[], bool], failed: Callable[[NeuralStyleError], None]) -> int:
    """Call ``work`` until it returns False; after an exception of any kind ``failed`` gets a named error.

    Returns the timer's number, for ``GLib.source_remove``.
    """

    def tick() -> bool:
        try:
            return work()
        except Exception as error:  # It may be anything: the engine's answers and the dialog meet here.
            traceback.print_exc()
            failed(unexpected(error))
            return True

    return int(GLib.timeout_add(milliseconds, tick))


def unexpected(error: Exception) -> NeuralStyleError:
    """The named error that stands for an exception that nothing foresees; its traceback goes into a report."""
    if isinstance(error, NeuralStyleError):
        return error
    named = HostError("The plug-in met an error that it did not expect.", "Please report it.")
    named.__cause__ = error
    return named
