"""Runs a host in this Python, with the standard library only: a job, a cancellation, a death, a missing engine.

Arguments: a folder for the log, and the Python of the worker.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nst_core.bridge.client import Client
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import EngineMissing, WorkerDied
from nst_core.job.events import Canceled, Failed, Progress, Result
from tests.worker.conversation import ENDS, STAND_IN, events_until, job, run


def main(folder: str, python: str) -> None:
    client = Client([python, "-I", str(STAND_IN)], Path(folder) / "engine.log")
    request = job("paint", side=300)
    result = run(client, request)[-1]
    assert isinstance(result, Result) and result.pixels.data == request.content.data
    client.stylize(job("work"))
    events_until(client, (Progress,))
    client.adjust(Adjustment({"strength": 0.5}, (2,)))
    client.cancel(keep=False)
    assert isinstance(events_until(client, ENDS)[-1], Canceled)
    died = run(client, job("kill"))[-1]
    assert isinstance(died, Failed) and isinstance(died.error, WorkerDied)
    assert isinstance(run(client, job())[-1], Result)
    client.close()
    expect_missing(Client(["/nowhere/python"], Path(folder) / "engine.log"))
    print("{}.{}: all well".format(*sys.version_info))


def expect_missing(client: Client) -> None:
    try:
        client.start()
    except EngineMissing:
        return
    raise AssertionError("An engine was found where none is.")


if __name__ == "__main__":
    main(*sys.argv[1:])
