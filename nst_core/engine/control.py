"""The reins of a running job: another thread stops or adjusts it, the engine looks between two pieces of work."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any


class Stopped(Exception):
    """Raised inside the engine at the next checkpoint after :meth:`Control.stop`."""


@dataclass(frozen=True)
class Adjustment:
    """New values for a running job; None leaves a value as it is. ``weights`` has one number per style."""

    strength: float | None = None
    keep_content: float | None = None
    total_variation: float | None = None
    weights: tuple[float, ...] | None = None

    def given(self) -> dict[str, Any]:
        """The new values by name, without those that stay as they are."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name)) is not None}


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

    def adjust(
        self,
        strength: float | None = None,
        keep_content: float | None = None,
        total_variation: float | None = None,
        weights: Sequence[float] | None = None,
    ) -> None:
        """Steer the running job; what was not yet taken up from an earlier call and is not named here stays."""
        with self._lock:
            new = Adjustment(strength, keep_content, total_variation, None if weights is None else tuple(weights))
            self._adjustment = replace(self._adjustment, **new.given())

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
        return self._adjustment != Adjustment()

    def take_adjustment(self) -> Adjustment | None:
        """What was adjusted since the last call, or None."""
        with self._lock:
            taken, self._adjustment = self._adjustment, Adjustment()
        return None if taken == Adjustment() else taken
