"""Long work on the GUI thread, cut into steps between which Krita's event loop runs.

Krita's documents may be touched from the GUI thread only. So what takes longer than a blink is written as a generator
(:data:`Steps`) that yields every few milliseconds, and a :class:`Pump` that takes a step whenever Krita has nothing
else to do.
"""

from __future__ import annotations

from typing import Any, Callable, Generator, Optional, TypeVar

from .qt import QtCore

T = TypeVar("T")
Steps = Generator[None, None, T]


class Pump(QtCore.QObject):
    """Runs one generator at a time, one step for each turn of the event loop.

    ``guard`` calls a function and deals with what it raises; it returns whether nothing was raised.
    """

    def __init__(self, guard: Callable[[Callable[[], None]], bool]) -> None:
        super().__init__()
        self._guard = guard
        self._steps: Optional[Steps[Any]] = None
        self._done: Callable[[Any], None] = lambda value: None
        self._is_inside = False
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self._turn)

    @property
    def busy(self) -> bool:
        """Whether a generator is under way."""
        return self._steps is not None

    def run(self, steps: Steps[T], done: Callable[[T], None]) -> None:
        """Drop what is under way, run ``steps`` to its end and hand what it returns to ``done``."""
        self.drop()
        self._steps, self._done = steps, done
        self._timer.start(0)

    def drop(self) -> None:
        """Give up what is under way; its ``finally`` clauses run, at once or when its step is over."""
        self._timer.stop()
        steps, self._steps = self._steps, None
        if steps is not None and not self._is_inside:
            steps.close()

    def _turn(self) -> None:
        # Some of Krita's calls run its event loop until they are done: then a step is still under way.
        if not self._is_inside and self._steps is not None and not self._guard(self._step):
            self.drop()

    def _step(self) -> None:
        steps, done = self._steps, self._done
        assert steps is not None
        self._is_inside = True
        try:
            next(steps)
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
