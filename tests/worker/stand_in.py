"""A script: a real worker with a stand-in engine, which needs no torch, starts quickly, and obeys a test.

The name of the job's first style chooses the act: see ``stylize``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterator, Optional

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nst_core.engine.control import Control, Stopped
from nst_core.job import errors
from nst_core.job.events import Event, Notice, Preview, Progress, Result, Started
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import StyleJob
from tests.worker.serve import serve

#: The duration of a job that a test stops.
LONG = 120.0


def stylize(job: StyleJob, control: Optional[Control] = None) -> Iterator[Event]:
    """Do the act that the first style's name chooses, then return the content."""
    control = control or Control()
    is_complete = True
    yield Started("cpu", ((job.content.width, job.content.height),), 1, 0.1, 0)
    try:
        yield from ACTS[job.styles[0].name](job, control)
    except Stopped:
        if not control.keep:
            return
        is_complete = False
    try:
        yield Result(job.content, is_complete, 0.1, "cpu", job.settings.seed)
    finally:
        if job.styles[0].name == linger.__name__:
            time.sleep(LONG)


def paint(job: StyleJob, control: Control) -> Iterator[Event]:
    """Report three steps, each with a preview."""
    for step in range(3):
        yield _progress(step / 3, step)
        yield _preview(job)


def linger(job: StyleJob, control: Control) -> Iterator[Event]:
    """Paint, and then need a long time to free the memory."""
    return paint(job, control)


def work(job: StyleJob, control: Control) -> Iterator[Event]:
    """Report steps and adjustments until the job is stopped."""
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        control.checkpoint()
        adjusted = control.take_adjustment()
        if adjusted:
            yield Notice(repr(adjusted.to_dict()))
        yield _progress(0.5, 1)
        yield _preview(job)
        time.sleep(0.002)


def compute(job: StyleJob, control: Control) -> Iterator[Event]:
    """Keep the interpreter busy, and ignore a stop."""
    yield _progress(0.5, 1)
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        pass


def kill(job: StyleJob, control: Control) -> Iterator[Event]:
    yield _progress(0.5, 1)
    os.kill(os.getpid(), signal.SIGKILL)


def crash(job: StyleJob, control: Control) -> Iterator[Event]:
    yield _progress(0.5, 1)
    os.kill(os.getpid(), signal.SIGSEGV)


def leave(job: StyleJob, control: Control) -> Iterator[Event]:
    yield _progress(0.5, 1)
    os._exit(7)


def stumble(job: StyleJob, control: Control) -> Iterator[Event]:
    yield _progress(0.5, 1)
    raise RuntimeError("the stand-in stumbled over /home/anna/My Pictures/cat.png")


def starve(job: StyleJob, control: Control) -> Iterator[Event]:
    yield _progress(0.5, 1)
    bytearray(1 << 60)


def lack(job: StyleJob, control: Control) -> Iterator[Event]:
    yield _progress(0.5, 1)
    raise errors.WeightsMissing("The network's weights are not installed.", "Run install.py again.")


def diverge(job: StyleJob, control: Control) -> Iterator[Event]:
    yield Progress(0.5, 1.0, 64, 1, float("nan"))


def forget(job: StyleJob, control: Control) -> Iterator[Event]:
    """End like a stopped job, without a result."""
    raise Stopped
    yield


def babble(job: StyleJob, control: Control) -> Iterator[Event]:
    """Print to stdout in every way that a library can use."""
    yield _progress(0.5, 1)
    print("NSTF from Python", flush=True)
    os.write(1, b"NSTF\x05\0\0\0\xff\xff\xff\xff\xff")
    subprocess.run([sys.executable, "-c", "print('from a child'); input()"], check=False)


def flood(job: StyleJob, control: Control) -> Iterator[Event]:
    """Write five megabytes to stderr."""
    yield _progress(0.5, 1)
    for _ in range(50):
        os.write(2, (b"/home/anna/secret place/cat.png is noisy" + b"." * 984 + b"\n") * 100)


def freeze(job: StyleJob, control: Control) -> Iterator[Event]:
    yield _progress(0.5, 1)
    os.kill(os.getpid(), signal.SIGSTOP)


_ALL = (
    paint,
    linger,
    work,
    compute,
    kill,
    crash,
    leave,
    stumble,
    starve,
    lack,
    diverge,
    forget,
    babble,
    flood,
    freeze,
)
ACTS = {act.__name__: act for act in _ALL}


def _progress(fraction: float, step: int) -> Progress:
    return Progress(fraction, 1.0, 64, step, 0.5)


def _preview(job: StyleJob) -> Preview:
    side = min(job.preview_side, 64)
    return Preview(PixelBuffer(side, side, "rgba-u8", bytes(side * side * 4)))


if __name__ == "__main__":
    sys.exit(serve(stylize))
