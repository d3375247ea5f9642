"""Control of a running job: another thread stops or adjusts it, and the engine checks between two pieces of work."""

from __future__ import annotations

import threading
from collections.abc import Callable

from nst_core.job.adjustment import Adjustment

#: Called between two pieces of work; raises :class:`Stopped` to end the job.
Checkpoint = Callable[[], None]


def unchecked() -> None:
    """The checkpoint of work that nobody stops."""


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
        """Change values of the running job. Values of an earlier call that the engine has not taken yet stay valid."""
        with self._lock:
            self._adjustment = self._adjustment.followed_by(adjustment)

    @property
    def keep(self) -> bool:
        """Whether the picture so far is wanted after a stop."""
        return self._keep

    def checkpoint(self) -> None:
        """Raise :class:`Stopped` if the job was stopped."""
        if self._stopping:
            raise Stopped

    @property
    def has_adjustment(self) -> bool:
        """Whether there are new values to take up."""
        return bool(self._adjustment)

    def take_adjustment(self) -> Adjustment:
        """The changes since the last call; false if there are none."""
        with self._lock:
            taken, self._adjustment = self._adjustment, Adjustment()
        return taken
