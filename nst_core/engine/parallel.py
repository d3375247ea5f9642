"""The computation of several tiles or views at a time. On a CPU, this is faster than all threads for one of them.

The features of a tile fit into a core's cache, but those of a canvas do not. If threads have to wait for each other
after each operation, other programs slow them down. These threads wait only once per tile or view.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import torch

T = TypeVar("T")


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Let torch use ``count`` threads in the body of a ``with`` statement."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def in_parallel(work: Callable[..., T], arguments: Sequence[tuple[Any, ...]], workers: int) -> Iterator[T]:
    """Yield ``work(*a)`` for each of ``arguments``, in their order. ``workers`` of them are computed at a time.

    The workers share torch's threads. The number of waiting results is limited, so the memory is limited, too.
    """
    if workers < 2 or len(arguments) < 2:
        yield from (work(*a) for a in arguments)
        return
    with torch_threads(max(1, torch.get_num_threads() // min(workers, len(arguments)))):
        pool = ThreadPoolExecutor(workers)
        pending: deque[Future[T]] = deque()
        try:
            for a in arguments:
                pending.append(pool.submit(work, *a))
                if len(pending) > workers:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
