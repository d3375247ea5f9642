"""Starts a scheduler and workers on this machine, to try a farm."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import Iterator

from nst_core.job.errors import FarmLost

from .scheduler import require_dask


@contextmanager
def local_farm(workers: int, port: int) -> Iterator[str]:
    """Start a farm with this number of ``workers``, which share the processor. Yields the address of its scheduler.

    Only this machine can reach it. ``port`` 0 means any free port. Raises :class:`FarmLost`.
    """
    distributed = require_dask()
    import dask

    threads = str(max(1, (os.cpu_count() or 1) // workers))
    environment = {"distributed.nanny.pre-spawn-environ.OMP_NUM_THREADS": threads}
    with dask.config.set(environment):
        try:
            cluster = distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, scheduler_port=port, dashboard_address=":0"
            )
        except (OSError, RuntimeError) as error:
            raise FarmLost(f"A scheduler can't listen on port {port}.", "Choose another one with --port.") from error
    with cluster:
        yield cluster.scheduler_address
