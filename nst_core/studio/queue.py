"""The queue of jobs that wait while the engine paints, and the list of jobs that failed.

The engine paints one job at a time. A waiting job is only an *order*: an object of the editor, such as its
``Painting``, which names layers and files. The editor reads the pixels just before the job begins, so waiting jobs need
no memory. If a layer was deleted before, only this job fails. An editor uses the queue like this::

    queue: Queue[Painting] = Queue()
    queue.add(job_title(styles, content, quality), painting)  # also while a job runs
    for style in styles:                                      # a contact sheet: one order for each style
        queue.add(...)

    def paint_next() -> None:               # after add, end and resume
        entry = queue.begin()               # None while a job runs, if nothing waits, or if the queue is halted
        if entry is not None:
            paint(entry.order)              # reads the pixels; raises a named error if a layer was deleted

    queue.end()                             # the job was painted, or the user has stopped it
    queue.end(error)                        # the job failed. True: show `failures`. False: show the error

After a failed job, the queue continues with the next one. Only if there is no engine, the queue halts. It keeps all
orders until :meth:`Queue.resume`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, List, Optional, Sequence, Tuple, TypeVar

from nst_core.bridge import wording
from nst_core.bridge.language import tr
from nst_core.job.errors import EngineMissing, NeuralStyleError, ProtocolMismatch

from .result_names import quality_mark, shortened_style

Order = TypeVar("Order")

#: After these errors every other job would fail, too, so the queue halts.
HALTING = (EngineMissing, ProtocolMismatch)


@dataclass(frozen=True, eq=False)
class Entry(Generic[Order]):
    """A job of the queue. ``is_single`` is True if the queue was empty when the job was added."""

    title: str
    order: Order
    is_single: bool = False


@dataclass(frozen=True, eq=False)
class Failure:
    """A failed job that was not alone. The editor shows the error of a single job directly."""

    title: str
    error: NeuralStyleError

    @property
    def text(self) -> str:
        """The name of the job, the problem and the remedy."""
        return failure_text(self.title, self.error)


class Queue(Generic[Order]):
    """The waiting jobs, the running job, and the failures that the user has not dismissed yet."""

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
        """The failed jobs, the newest last. A single job is not listed, because the editor shows its error directly."""
        return tuple(self._failures)

    @property
    def is_halted(self) -> bool:
        """True if there is no engine, so the jobs wait for :meth:`resume`."""
        return self._is_halted

    def add(self, title: str, order: Order) -> Entry[Order]:
        """Append a job. This ends a halt, because the user wants to try again."""
        self._is_halted = False
        entry = Entry(title, order, is_single=self._running is None and not self._waiting)
        self._waiting.append(entry)
        return entry

    def remove(self, entry: Entry[Order]) -> None:
        """Remove a waiting job. Does nothing if the job has already begun."""
        if entry in self._waiting:
            self._waiting.remove(entry)
            self._is_halted = self._is_halted and bool(self._waiting)

    def move(self, entry: Entry[Order], place: int) -> None:
        """Move a waiting job to another place (1: it is the next one). Does nothing if the job has already begun."""
        if entry in self._waiting:
            self._waiting.remove(entry)
            self._waiting.insert(max(0, place - 1), entry)

    def clear(self) -> None:
        """Remove all waiting jobs."""
        self._waiting.clear()
        self._is_halted = False

    def dismiss(self, failure: Failure) -> None:
        """Remove a failure that the user has seen."""
        if failure in self._failures:
            self._failures.remove(failure)

    def begin(self) -> Optional[Entry[Order]]:
        """Make the next job the running one, and return it.

        Return None if a job is running, if no job waits, or if the queue is halted.
        """
        if self._running is not None or self._is_halted or not self._waiting:
            return None
        self._running = self._waiting.pop(0)
        return self._running

    def end(self, error: Optional[NeuralStyleError] = None) -> bool:
        """End the running job, which was painted, was stopped, or failed with ``error``. Does nothing without one.

        Return True if ``failures`` lists the error. Otherwise the editor has to show it in another place.
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
        """End a halt, because there is an engine now."""
        self._is_halted = False


def job_title(styles: Sequence[str], content: str, quality: str) -> str:
    """Return the name of a job: ``Great Wave on Background (draft)``. ``styles`` are the names of its styles."""
    named = wording.styles_name([shortened_style(style) for style in styles])
    title = tr("{style} on {content}").format(style=named or tr("Neural Style"), content=shortened_style(content))
    return " ".join(filter(None, (title, quality_mark(quality))))


def failure_text(title: str, error: NeuralStyleError) -> str:
    """Return a text about the error of the job ``title``, for a list or a message."""
    return f"{title}: {wording.error(error)}"
