"""The jobs that wait while the engine paints: their order, the next one, and those that failed.

There is one engine and one job at a time. A waiting job is only an *order*: an object of the editor's own, such as its
``Painting``, which names layers and files. The editor reads the pixels when the order's turn comes, so waiting jobs
need no memory, and a layer that is gone by then is an error of this job alone. An editor uses it so::

    queue: Queue[Painting] = Queue()
    queue.add(job_title(styles, content, quality), painting)  # also while a job runs
    for one in one_for_each_style:                            # a contact sheet is one order for each style
        queue.add(...)

    def go_on() -> None:                    # after add, end and resume
        entry = queue.begin()               # None while a job runs, if nothing waits, or if the queue is halted
        if entry is not None:
            paint(entry.order)              # reads the pixels; raises a named error if a layer is gone

    queue.end()                             # it was painted, or the user has stopped it
    queue.end(error)                        # it failed: show the error, and the list `failures`

The queue goes on after a job that failed. Only if there is no engine, it halts and keeps all orders until
:meth:`Queue.resume`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, List, Optional, Sequence, Tuple, TypeVar

from nst_core.bridge import wording
from nst_core.bridge.language import tr
from nst_core.job.errors import EngineMissing, NeuralStyleError, ProtocolMismatch

from .result_names import quality_mark, shortened_style

Order = TypeVar("Order")

#: With these errors every other job would fail, too.
HALTING = (EngineMissing, ProtocolMismatch)


@dataclass(frozen=True, eq=False)
class Entry(Generic[Order]):
    """A job of the queue. ``is_single`` is whether there was no other when it came."""

    title: str
    order: Order
    is_single: bool = False


@dataclass(frozen=True, eq=False)
class Failure:
    """A job that failed while others waited, or after it had waited."""

    title: str
    error: NeuralStyleError

    @property
    def text(self) -> str:
        """The job's name, the problem and the remedy."""
        return failure_text(self.title, self.error)


class Queue(Generic[Order]):
    """The waiting jobs in their order, the running one, and the failures that the user has not dismissed yet."""

    def __init__(self) -> None:
        self._waiting: List[Entry[Order]] = []
        self._failures: List[Failure] = []
        self._running: Optional[Entry[Order]] = None
        self._is_halted = False

    @property
    def running(self) -> Optional[Entry[Order]]:
        """The job that is being painted."""
        return self._running

    @property
    def waiting(self) -> Tuple[Entry[Order], ...]:
        """The waiting jobs, the next one first."""
        return tuple(self._waiting)

    @property
    def failures(self) -> Tuple[Failure, ...]:
        """The failed jobs, the newest last. The error of a single job is not among them: it is enough to show it."""
        return tuple(self._failures)

    @property
    def is_halted(self) -> bool:
        """Whether the jobs wait for :meth:`resume` because there is no engine."""
        return self._is_halted

    def add(self, title: str, order: Order) -> Entry[Order]:
        """Append a job. A queue that was halted goes on, because the user wants to try again."""
        self._is_halted = False
        entry = Entry(title, order, is_single=self._running is None and not self._waiting)
        self._waiting.append(entry)
        return entry

    def remove(self, entry: Entry[Order]) -> None:
        """Remove a waiting job; does nothing if its turn has come meanwhile."""
        if entry in self._waiting:
            self._waiting.remove(entry)
            self._is_halted = self._is_halted and bool(self._waiting)

    def move(self, entry: Entry[Order], place: int) -> None:
        """Give a waiting job another place (1: the next one); does nothing if its turn has come meanwhile."""
        if entry in self._waiting:
            self._waiting.remove(entry)
            self._waiting.insert(max(0, place - 1), entry)

    def clear(self) -> None:
        """Remove all waiting jobs."""
        self._waiting.clear()
        self._is_halted = False

    def dismiss(self, failure: Failure) -> None:
        """Forget a failure that the user has seen."""
        if failure in self._failures:
            self._failures.remove(failure)

    def begin(self) -> Optional[Entry[Order]]:
        """The next job, which is the running one from now on.

        None if a job is running, if none waits, or if the queue is halted.
        """
        if self._running is not None or self._is_halted or not self._waiting:
            return None
        self._running = self._waiting.pop(0)
        return self._running

    def end(self, error: Optional[NeuralStyleError] = None) -> bool:
        """The running job is over: painted, stopped, or failed with ``error``. Does nothing if no job is running.

        Returns whether the error is listed in ``failures``. An editor shows it in another place if it is not.
        """
        entry, self._running = self._running, None
        if entry is None or error is None or (entry.is_single and not self._waiting):
            return False
        if isinstance(error, HALTING):
            self._is_halted = True
            self._waiting.insert(0, entry)
            return False
        self._failures.append(Failure(entry.title, error))
        return True

    def resume(self) -> None:
        """Go on after a halt: there is an engine now."""
        self._is_halted = False


def job_title(styles: Sequence[str], content: str, quality: str) -> str:
    """The name of a job in a list: ``Great Wave on Background (draft)``. ``styles`` are the names of its styles."""
    named = wording.styles_name([shortened_style(style) for style in styles])
    title = tr("{style} on {content}").format(style=named or tr("Neural Style"), content=shortened_style(content))
    return " ".join(filter(None, (title, quality_mark(quality))))


def failure_text(title: str, error: NeuralStyleError) -> str:
    """The error of the job ``title``, for a list and for a message."""
    return f"{title}: {wording.error(error)}"
