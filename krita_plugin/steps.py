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
        """Give up what is under way; its ``finally`` clauses run."""
        self._timer.stop()
        steps, self._steps = self._steps, None
        if steps is not None:
            steps.close()

    def _turn(self) -> None:
        if not self._guard(self._step):
            self.drop()

    def _step(self) -> None:
        assert self._steps is not None
        try:
            next(self._steps)
        except StopIteration as end:
            self._timer.stop()
            self._steps = None
            self._done(end.value)
