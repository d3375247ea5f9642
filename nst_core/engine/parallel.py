"""Several tiles at a time: on a CPU, few threads for each tile beat all threads on one tile.

The features of a tile fit into a core's cache, those of a canvas do not. Threads that wait for each other after each
operation are slowed down by other programs; these threads wait only once per tile.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import torch

T = TypeVar("T")


def in_parallel(work: Callable[..., T], arguments: Sequence[tuple[Any, ...]], workers: int) -> Iterator[T]:
    """Yield ``work(*a)`` for each of ``arguments``, in their order, ``workers`` at a time.

    They share torch's threads. Not many more results than workers wait at any time, so that memory stays bounded.
    """
    if workers < 2 or len(arguments) < 2:
        yield from (work(*a) for a in arguments)
        return
    threads = torch.get_num_threads()
    torch.set_num_threads(max(1, threads // min(workers, len(arguments))))
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
        torch.set_num_threads(threads)
