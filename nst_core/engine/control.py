"""The control of a running job. Another thread stops or adjusts the job, and the engine checks this regularly."""

from __future__ import annotations

import threading
from collections.abc import Callable

from nst_core.job.adjustment import Adjustment

#: A function that the engine calls between two pieces of work. It raises :class:`Stopped` to end the job.
Checkpoint = Callable[[], None]


def unchecked() -> None:
    """Do nothing: a checkpoint for work that can't be stopped."""


class Stopped(Exception):
    """The exception that the next checkpoint after :meth:`Control.stop` raises inside the engine."""


class Control:
    """The control of one job. Call its methods from any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a signal handler may call stop() while its own thread has the lock
        self._stopping = False
        self._keep = False
        self._adjustment = Adjustment()

    def stop(self, keep: bool) -> None:
        """End the job at the next checkpoint. With ``keep``, its result is the unfinished picture."""
        with self._lock:
            self._stopping, self._keep = True, keep

    def adjust(self, adjustment: Adjustment) -> None:
        """Change values of the running job. Waiting values of an earlier call stay if this call does not set them."""
        with self._lock:
            self._adjustment = self._adjustment.followed_by(adjustment)

    @property
    def keep(self) -> bool:
        """True if the unfinished picture should be the result after a stop."""
        return self._keep

    def checkpoint(self) -> None:
        """Raise :class:`Stopped` if the job was stopped."""
        if self._stopping:
            raise Stopped

    @property
    def has_adjustment(self) -> bool:
        """True if new values are waiting."""
        return bool(self._adjustment)

    def take_adjustment(self) -> Adjustment:
        """Return the waiting values, and forget them. The adjustment is empty if no values are waiting."""
        with self._lock:
            taken, self._adjustment = self._adjustment, Adjustment()
        return taken
