"""Mutated frames in both directions: they give a named error or are harmless, memory is limited, and nothing hangs."""

from __future__ import annotations

import io
import itertools
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Counter, Optional

from nst_core.bridge.client import Client
from nst_core.bridge.framing import Frame, read_frame
from nst_core.bridge.messages import Expectation, admit_answer, event_from_frame
from nst_core.job.errors import ProtocolError
from nst_core.job.events import Canceled, Failed, Result
from nst_core.worker import Worker
from tests.worker.conversation import LIMIT, command, job, run
from tests.worker.hostile import ANSWERS, REQUESTS, mutations

FRAMES = 20_000
HOSTILE = Path(__file__).with_name("hostile.py")


def test_no_answer_harms_the_host() -> None:
    expected = Expectation(job=1, width=16, height=16, preview_side=8, styles=1)
    outcomes = {"read": 0, "refused": 0, "ended": 0}
    tracemalloc.start()
    for data in itertools.islice(mutations(ANSWERS, 1), FRAMES):
        line = io.BytesIO(data)
        try:
            frame: Optional[Frame] = Frame("")
            while frame is not None:
                frame = read_frame(
                    line.readinto, lambda kind, fields, shapes: admit_answer(kind, fields, shapes, expected)
                )
                if frame is not None:
                    event_from_frame(frame)
                    outcomes["read"] += 1
        except ProtocolError:
            outcomes["refused"] += 1
        except EOFError:
            outcomes["ended"] += 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert min(outcomes.values()) > FRAMES / 20, outcomes
    assert peak < 4 << 20


def test_no_request_harms_the_worker() -> None:
    """A request is answered, or it ends the worker with a named error or like the end of the connection."""
    outcomes: Counter[str] = Counter()
    for data in itertools.islice(mutations(REQUESTS, 2), FRAMES):
        serving = Worker(io.BytesIO(data), io.BytesIO())  # type: ignore[arg-type]
        try:
            while True:
                serving.receive_next()
                outcomes["served"] += 1
        except (EOFError, ProtocolError, MemoryError) as end:
            outcomes[type(end).__name__] += 1
    assert min(outcomes[name] for name in ("served", "EOFError", "ProtocolError")) > FRAMES / 20, outcomes


def test_a_hostile_worker_ends_every_job_by_name(client: Client) -> None:
    """Real processes: a worker answers with mutated frames. The client replaces it."""
    for seed in range(60):
        client.command = [sys.executable, "-I", str(HOSTILE), str(seed)]
        assert isinstance(run(client, job())[-1], (Failed, Result, Canceled))
        client.close()
    client.command = command()
    assert isinstance(run(client, job())[-1], Result)


def test_a_hostile_host_ends_the_worker() -> None:
    """Real processes: after each mutated frame, the connection ends, and so does the worker."""
    for data in itertools.islice(mutations(REQUESTS, 3), 60):
        served = subprocess.run(command(), input=data, capture_output=True, timeout=LIMIT, check=False)
        assert served.returncode in (0, 1)
        assert b"Traceback" not in served.stderr
