"""A hundred jobs in one worker: the memory of the client and of the worker does not grow."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import pytest

from nst_core.bridge.client import Client
from nst_core.job.events import Result
from tests.worker.conversation import ENDS, children, events_until, job, run, wait

JOBS = 100
SIDE = 512


def resident(process: object) -> int:
    """Return the bytes of memory that the process uses."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) * 1024


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_memory_stays_flat(client: Client) -> None:
    request = job("paint", side=SIDE)
    for number in range(JOBS):
        assert isinstance(run(client, request)[-1], Result)
        if number == 9:
            gc.collect()
            (worker,) = children()
            before = resident("self"), resident(worker)
    assert children() == [worker]
    gc.collect()
    # If one picture stayed after each job, these would be ninety pictures. Half of one picture is noise.
    for now, then in zip((resident("self"), resident(worker)), before):
        assert now - then < SIDE * SIDE * 16 / 2


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_a_sent_job_is_not_kept(client: Client) -> None:
    """While the worker is busy, only the host has a copy of the job, and may drop it."""
    run(client, job("paint"))
    before = resident("self")
    client.stylize(job("paint", side=2048))
    events_until(client, ENDS)

    def is_dropped() -> bool:
        gc.collect()
        return resident("self") - before < 2048 * 2048 * 16 / 4

    wait(is_dropped, "the end of the host's copy")  # The reading thread may not have left its last frame yet.
