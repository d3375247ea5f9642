"""The painters of jobs: the engine in this process, or the workers of a farm."""

from __future__ import annotations

import argparse
from contextlib import closing, contextmanager
from typing import Callable, Iterable, Iterator, Protocol, TypeVar

from nst_core.job.errors import InvalidJob
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import StyleJob

from .result_file import painted

Item = TypeVar("Item")


class Painters(Protocol):
    """Paint jobs, one or several at a time."""

    def each(self, function: Callable[[Item], None], items: Iterable[Item]) -> None:
        """Call ``function`` with each item. The calls may overlap."""

    def paint(self, job: StyleJob, notice: Callable[[str], None], progress: Callable[[float], None]) -> PixelBuffer:
        """Paint ``job``, and return its result. ``progress`` gets the finished share (0..1) if it is known."""


class ThisProcess:
    """The engine in this process."""

    def each(self, function: Callable[[Item], None], items: Iterable[Item]) -> None:
        """Call ``function`` with each item, one after the other."""
        for item in items:
            function(item)

    def paint(self, job: StyleJob, notice: Callable[[str], None], progress: Callable[[float], None]) -> PixelBuffer:
        """Paint ``job``, and return its result."""
        return painted(job, notice, progress)


@contextmanager
def painters_for(options: argparse.Namespace, weights: str) -> Iterator[Painters]:
    """Open the painters that the options ask for."""
    if options.scheduler is None:
        if options.shared is not None:
            raise InvalidJob("--shared is for several machines, which need --scheduler.")
        yield ThisProcess()
        return
    from nst_core.farm.scheduler import Farm

    with closing(Farm(options.scheduler, weights, options.shared)) as farm:
        yield farm
