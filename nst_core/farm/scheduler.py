"""Sends jobs to the scheduler of a farm, and waits for the results of its workers.

If a worker is lost, Dask gives its job to another worker. This module adds named errors, and it stops waiting if no
worker is left.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from concurrent.futures import FIRST_EXCEPTION, CancelledError, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, Callable, Iterable, Optional, TypeVar

from nst_core.bridge.job_tree import job_to_wire
from nst_core.job.errors import FarmLost, LibraryMissing, WorkerDied, error_from_wire
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import StyleJob

from . import work
from .payload import Payload, Sender

#: The longest time in seconds until a scheduler answers, the time between two checks of a running job, and the longest
#: time without any worker.
_CONNECT_SECONDS, _CHECK_SECONDS, _NO_WORKER_SECONDS = 10, 0.5, 60

_SEE_TLS = "See *Several machines* in docs/films.md."
_CONTINUE = "Start it again, and repeat the command without --restart: it continues."

Item = TypeVar("Item")


class Farm:
    """The workers of the scheduler at ``address``. Pictures are sent through ``shared``, or over the network.

    Raises :class:`LibraryMissing`, and :class:`FarmLost` if no worker can paint.
    """

    def __init__(self, address: str, weights: str, shared: Optional[Path]) -> None:
        self._address, self._weights = address, weights
        self._client = _connected(address)
        self._stopped = threading.Event()
        self._check_workers()
        self._sender = Sender(shared)

    @property
    def size(self) -> int:
        """The number of jobs that the workers paint at the same time."""
        return max(1, int(sum(self._client.nthreads().values())))

    def each(self, function: Callable[[Item], None], items: Iterable[Item]) -> None:
        """Call ``function`` with each item, in one thread for each worker. The first error ends all calls."""
        with ThreadPoolExecutor(self.size) as pool:
            calls = [pool.submit(function, item) for item in items]
            try:
                for call in wait(calls, return_when=FIRST_EXCEPTION).done:
                    call.result()
            finally:
                self._stopped.set()  # ends the threads that still wait for a picture
                for call in calls:
                    call.cancel()
        self._stopped.clear()

    def paint(self, job: StyleJob, notice: Callable[[str], None], progress: Callable[[float], None]) -> PixelBuffer:
        """Let a worker paint ``job``, and return its result. It does not report ``progress``. Raises named errors."""
        sent = self._sender.pack(*job_to_wire(job))
        try:
            arrived = self._answer(sent)
            if "error" in arrived.fields:
                raise error_from_wire(arrived.fields["error"])
            [pixels] = arrived.pictures()
            self._sender.remove(arrived)
        finally:
            self._sender.remove(sent)
        for text in arrived.fields["notices"]:
            notice(text)
        return pixels

    def close(self) -> None:
        """Disconnect from the scheduler, and remove the files in the shared folder."""
        self._sender.close()
        self._client.close(timeout=1)

    def _answer(self, sent: Payload) -> Payload:
        import distributed

        future = self._client.submit(work.paint, sent, work.equipment(self._weights), self._weights, pure=False)
        no_worker_since = None
        try:
            while not future.done():
                if self._stopped.wait(_CHECK_SECONDS):
                    raise CancelledError
                self._require_scheduler()
                no_worker_since = None if self._client.nthreads() else no_worker_since or time.monotonic()
                if no_worker_since and time.monotonic() - no_worker_since > _NO_WORKER_SECONDS:
                    raise FarmLost(f"The scheduler {self._address} has no worker left.", _CONTINUE)
            return future.result()  # type: ignore[no-any-return]
        except distributed.KilledWorker as error:
            problem = "Several workers ended while they painted the same picture."
            raise WorkerDied(problem, "They may lack memory: paint at a smaller size.") from error
        except (OSError, distributed.client.FutureCancelledError) as error:
            raise self._lost() from error
        finally:
            future.release()

    def _require_scheduler(self) -> None:
        if self._client.status != "running":
            raise self._lost()

    def _lost(self) -> FarmLost:
        return FarmLost(f"The connection to the scheduler {self._address} is lost.", _CONTINUE)

    def _check_workers(self) -> None:
        here = work.equipment(self._weights)
        found = self._client.run(work.equipment, self._weights, on_error="return")
        if not found:
            raise FarmLost(f"The scheduler {self._address} has no workers.", "Start some first.")
        for worker, there in found.items():
            if isinstance(there, Exception):
                raise FarmLost(f"The worker {worker} has no nst.", "Install neural-style there.") from there
            different = work.differences(here, there)
            if different:
                raise FarmLost(f"The worker {worker} has {', '.join(different)}.", "Install the same on all machines.")


def _connected(address: str) -> Any:
    """Return a client of Dask. Its log is off, because its messages are for programmers."""
    distributed = require_dask()
    for logger in ("distributed", "distributed.client"):
        logging.getLogger(logger).setLevel(logging.CRITICAL)
    try:
        asyncio.run(_reach(address))
        return distributed.Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except distributed.comm.core.FatalCommClosedError as error:
        problem = f"The certificates of the scheduler {address} and of this machine do not match."
        raise FarmLost(problem, _SEE_TLS) from error
    except TypeError as error:
        raise FarmLost("This machine has no certificate for TLS.", _SEE_TLS) from error
    except RuntimeError as error:
        problem = f"Dask is configured here to use TLS only, and {address} is an address without it."
        raise FarmLost(problem, "Use an address that begins with tls://.") from error
    except (OSError, ValueError) as error:
        remedy = "Check the address (with TLS it begins with tls://), and whether the scheduler runs."
        raise FarmLost(f"No scheduler answers at {address}.", remedy) from error


async def _reach(address: str) -> None:
    """Connect once as a test, because a client of Dask that can't connect prints a traceback at its end."""
    import distributed

    security = distributed.Security().get_connection_args("client")
    connection = await distributed.comm.connect(address, timeout=_CONNECT_SECONDS, **security)
    await connection.close()


def require_dask() -> Any:
    """Return Dask's module. Raises :class:`LibraryMissing`."""
    try:
        import distributed
    except ImportError as error:
        problem = "Work on several machines needs the Python package distributed, which is not installed."
        raise LibraryMissing(problem, f"Run `{sys.executable} -m pip install distributed`.") from error
    return distributed
