"""Long work on the GUI thread, cut into short steps. Krita's event loop runs between two steps.

Only the GUI thread may use Krita's documents. So long work is a generator (:data:`Steps`) that yields every few
milliseconds, and a :class:`Pump` runs it. Work that may wait for a disk runs in a thread (:func:`in_thread`).
"""

from __future__ import annotations

import threading
import time
from typing import Any, Callable, Generator, List, Optional, TypeVar

from .qt import QtCore

T = TypeVar("T")
#: ``yield`` lets Krita's event loop run if the time slice is over. ``yield n`` waits for at least n milliseconds.
Steps = Generator[Any, None, T]
#: Seconds of work between two turns of the event loop: less than the time between two images of a screen.
SLICE = 0.012
#: Milliseconds between two checks while the steps wait for something.
PAUSE = 10


class Pump(QtCore.QObject):
    """Runs one generator at a time. In each turn of the event loop it runs as many steps as a time slice allows.

    ``guard`` calls a function and handles its exceptions; it returns True if there was no exception. ``clock`` returns
    the time in seconds.
    """

    def __init__(
        self, guard: Callable[[Callable[[], None]], bool], clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._guard, self._clock = guard, clock
        self._steps: Optional[Steps[Any]] = None
        self._done: Callable[[Any], None] = lambda value: None
        self._is_inside = False
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self._turn)

    @property
    def busy(self) -> bool:
        """True if a generator is running."""
        return self._steps is not None

    def run(self, steps: Steps[T], done: Callable[[T], None]) -> None:
        """Drop the present generator, run ``steps`` to its end, and pass its result to ``done``."""
        self.drop()
        self._steps, self._done = steps, done
        self._timer.start(0)

    def drop(self) -> None:
        """Stop the generator. Its ``finally`` clauses run now, or after the step that is running."""
        self._timer.stop()
        steps, self._steps = self._steps, None
        if steps is not None and not self._is_inside:
            steps.close()

    def _turn(self) -> None:
        # Some of Krita's calls run its event loop. If this method is called from there, a step is still running.
        if not self._is_inside and self._steps is not None and not self._guard(self._work):
            self.drop()

    def _work(self) -> None:
        steps, done = self._steps, self._done
        assert steps is not None
        self._is_inside = True
        try:
            self._use_slice(steps)
        except StopIteration as end:
            self._is_inside = False
            if self._steps is steps:
                self._timer.stop()
                self._steps = None
                done(end.value)
        finally:
            self._is_inside = False
        if self._steps is not steps:
            steps.close()

    def _use_slice(self, steps: Steps[Any]) -> None:
        end, pause = self._clock() + SLICE, next(steps)
        while pause is None and self._steps is steps and self._clock() < end:
            pause = next(steps)
        if self._steps is steps:
            self._timer.setInterval(pause or 0)


def in_thread(work: Callable[[], T]) -> Steps[T]:
    """Call ``work`` in a thread, and wait without blocking Krita. Return its result, or raise its exception."""
    results: List[T] = []
    errors: List[Exception] = []

    def run() -> None:
        try:
            results.append(work())
        except Exception as error:  # It is raised below, in the caller's thread.
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive():
        yield PAUSE
    if errors:
        raise errors[0]
    return results[0]
