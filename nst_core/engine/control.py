"""The reins of a running job: another thread stops or adjusts it, the engine looks between two pieces of work."""

from __future__ import annotations

import threading

from nst_core.job.adjustment import Adjustment


class Stopped(Exception):
    """Raised inside the engine at the next checkpoint after :meth:`Control.stop`."""


class Control:
    """Thread-safe; one for each job."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a signal handler may call stop() while this very thread holds it
        self._stopping = False
        self._keep = False
        self._adjustment = Adjustment()

    def stop(self, keep: bool) -> None:
        """End the job at the next checkpoint: with the picture so far as its result, or with none."""
        with self._lock:
            self._stopping, self._keep = True, keep

    def adjust(self, adjustment: Adjustment) -> None:
        """Steer the running job; what was not yet taken up from an earlier call and is not named here stays."""
        with self._lock:
            self._adjustment = self._adjustment.followed_by(adjustment)

    @property
    def keep(self) -> bool:
        """Whether the picture so far is wanted after a stop."""
        return self._keep

    def checkpoint(self) -> None:
        """Raise :class:`Stopped` if the job shall end."""
        if self._stopping:
            raise Stopped

    @property
    def has_adjustment(self) -> bool:
        """Whether there are new values to take up."""
        return bool(self._adjustment)

    def take_adjustment(self) -> Adjustment:
        """What was adjusted since the last call; false if that is nothing."""
        with self._lock:
            taken, self._adjustment = self._adjustment, Adjustment()
        return taken
