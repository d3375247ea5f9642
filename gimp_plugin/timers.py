"""Timers in GIMP's event loop that report errors. GLib alone would end the timer, and its users would wait forever."""

from __future__ import annotations

import traceback
from typing import Callable, Optional, TypeVar

from gi.repository import GLib

from nst_core.job.errors import HostError, NeuralStyleError

T = TypeVar("T")


def every(milliseconds: int, work: Callable[[], bool], failed: Callable[[NeuralStyleError], None]) -> int:
    """Call ``work`` until it returns False. After any exception, ``failed`` gets a named error.

    Return the timer's number for ``GLib.source_remove``.
    """

    return int(GLib.timeout_add(milliseconds, lambda: attempt(work, failed) is not False))


def attempt(work: Callable[[], T], failed: Callable[[NeuralStyleError], None]) -> Optional[T]:
    """Return the value of ``work``. After any exception, ``failed`` gets a named error, and the value is None."""
    try:
        return work()
    except Exception as error:  # Catch everything: `work` handles engine events and dialog code.
        traceback.print_exc()
        failed(unexpected(error))
        return None


class Delay:
    """Calls ``work`` once, ``milliseconds`` after the last :meth:`restart`. ``failed`` gets its error."""

    def __init__(self, milliseconds: int, work: Callable[[], None], failed: Callable[[NeuralStyleError], None]) -> None:
        self._milliseconds, self._work, self._failed = milliseconds, work, failed
        self._timer = 0

    def restart(self) -> None:
        """Start the delay from the beginning."""
        self.cancel()
        self._timer = int(GLib.timeout_add(self._milliseconds, self._ended))

    def cancel(self) -> None:
        """Do not call ``work`` until there is another :meth:`restart`."""
        if self._timer:
            GLib.source_remove(self._timer)
            self._timer = 0

    def _ended(self) -> bool:
        self._timer = 0
        attempt(self._work, self._failed)
        return False


def unexpected(error: Exception) -> NeuralStyleError:
    """Return the named error for an unexpected exception. A report shows the traceback."""
    if isinstance(error, NeuralStyleError):
        return error
    named = HostError("The plug-in met an error that it did not expect.", "Please report it.")
    named.__cause__ = error
    return named
