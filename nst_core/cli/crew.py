"""Who paints: the engine in this process, or the workers of a farm."""

from __future__ import annotations

import argparse
from contextlib import closing, contextmanager
from typing import Callable, Iterable, Iterator, Protocol, TypeVar

from nst_core.job.errors import InvalidJob
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import StyleJob

from .result_file import painted

Item = TypeVar("Item")


class Crew(Protocol):
    """Paints jobs, one or several at a time."""

    def each(self, function: Callable[[Item], None], items: Iterable[Item]) -> None:
        """Call ``function`` with each item. The calls may overlap."""

    def paint(self, job: StyleJob, notice: Callable[[str], None], progress: Callable[[float], None]) -> PixelBuffer:
        """The result of ``job``; ``progress`` takes the part (0..1) that is done, where that is known."""


class Alone:
    """The engine in this process."""

    def each(self, function: Callable[[Item], None], items: Iterable[Item]) -> None:
        """Call ``function`` with one item after the other."""
        for item in items:
            function(item)

    def paint(self, job: StyleJob, notice: Callable[[str], None], progress: Callable[[float], None]) -> PixelBuffer:
        """The result of ``job``."""
        return painted(job, notice, progress)


@contextmanager
def crew(options: argparse.Namespace, weights: str) -> Iterator[Crew]:
    """The crew that the options ask for."""
    if options.scheduler is None:
        if options.shared is not None:
            raise InvalidJob("--shared is for several machines, which need --scheduler.")
        yield Alone()
        return
    from nst_core.farm.scheduler import Farm

    with closing(Farm(options.scheduler, weights, options.shared)) as farm:
        yield farm
