"""The worker with the real engine, on small pictures."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Iterator

import pytest

from nst_core.bridge.client import Client
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import OutOfMemory, WeightsMissing
from nst_core.job.events import Canceled, Estimate, Failed, Notice, Preview, Progress, Ready, Result, Started
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings
from nst_core.job.sizes import JobSizes
from nst_core.worker import named
from tests.worker.conversation import ENDS, children, engine_command, events_until, picture, processes_with, run, wait

pytest.importorskip("torch")
HOST = Path(__file__).with_name("host.py")


def painting(side: int = 64, **settings: object) -> StyleJob:
    settings = {"quality": "draft", **settings}
    styles = tuple(Style(picture(64, 64, "rgba-u8"), 1.0, name) for name in ("first", "second"))
    return StyleJob(picture(side, side, "rgba-u8"), styles, Settings(**settings), preview_side=32)  # type: ignore[arg-type]


def long_painting() -> StyleJob:
    return painting(256, quality="high")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One engine for all tests of this module, because loading it takes seconds."""
    client = Client(engine_command(), tmp_path_factory.mktemp("studio") / "engine.log")
    client.start()
    assert any(isinstance(event, Ready) and "cpu" in event.devices for event in events_until(client, (Ready,)))
    yield client
    client.close()


def test_a_job_is_painted(studio: Client) -> None:
    events = run(studio, painting())
    assert {Started, Progress, Preview, Result} <= set(map(type, events))
    result = events[-1]
    assert isinstance(result, Result) and result.complete
    assert (result.pixels.width, result.pixels.height, result.pixels.format) == (64, 64, "rgba-f32")


def test_a_job_is_stopped_adjusted_and_discarded_in_one_engine(studio: Client) -> None:
    before = children()
    studio.stylize(long_painting())
    events_until(studio, (Progress,))
    studio.adjust(Adjustment({"strength": 0.4, "total_variation": 1.0}, (1, 3)))
    events_until(studio, (Progress,))
    studio.cancel(keep=True)
    result = events_until(studio, ENDS)[-1]
    assert isinstance(result, Result) and not result.complete
    studio.stylize(painting())
    assert isinstance(events_until(studio, ENDS)[-1], Result)
    studio.stylize(long_painting())
    events_until(studio, (Progress,))
    studio.cancel(keep=False)
    assert isinstance(events_until(studio, ENDS)[-1], Canceled)
    assert children() == before


def test_a_job_is_estimated_before_it_is_painted(studio: Client) -> None:
    studio.estimate(JobSizes((4000, 3000), ((600, 400),)), Settings(device="cpu"))
    (estimate,) = [event for event in events_until(studio, (Estimate,)) if isinstance(event, Estimate)]
    assert estimate.seconds > 60 and 512 <= estimate.quick_size < 4000 and estimate.problem == ""
    studio.estimate(JobSizes((4000, 3000), ((600, 400),)), Settings(device="cpu", memory=0.1))
    (estimate,) = [event for event in events_until(studio, (Estimate,)) if isinstance(event, Estimate)]
    assert "GiB" in estimate.problem


def test_missing_weights_are_named_and_the_engine_continues(studio: Client) -> None:
    failed = run(studio, painting(weights="/nowhere/vgg19.pth"))[-1]
    assert isinstance(failed, Failed) and isinstance(failed.error, WeightsMissing)
    assert isinstance(run(studio, painting())[-1], Result)


def test_missing_weights_are_reported_when_the_engine_starts(client: Client) -> None:
    hide = "import importlib.metadata as m; m.files = lambda name: []"
    client.command = engine_command(hide)
    client.start()
    assert isinstance(events_until(client, (Notice,))[-1], Notice)
    failed = run(client, painting())[-1]
    assert isinstance(failed, Failed) and isinstance(failed.error, WeightsMissing)


def test_memory_is_freed_after_each_kind_of_end(client: Client, log: Path) -> None:
    give = "from nst_core.engine import devices; devices.return_unused_memory = lambda: "
    client.command = engine_command(give + "print('given back', file=sys.stderr)")
    client.start()
    assert isinstance(run(client, painting(memory=0.01))[-1], Failed)
    wait(lambda: "given back" in log.read_text(encoding="utf-8"), "the return of memory")


@pytest.mark.parametrize(
    "complaint",
    [
        "MPS backend out of memory (MPS allocated: 8.00 GB)",
        "DefaultCPUAllocator: not enough memory: you tried to allocate 5 bytes.",
        "posix_memalign failed:Cannot allocate memory (12)",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "std::bad_alloc",
    ],
)
def test_lack_of_memory_is_named_on_each_system(complaint: str) -> None:
    assert isinstance(named(RuntimeError(complaint)), OutOfMemory)


def test_memory_that_torch_cannot_get_is_named() -> None:
    import torch

    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 60, dtype=torch.uint8)
    assert isinstance(named(caught.value), OutOfMemory)


@pytest.mark.parametrize("moment", ["engine starts", "engine paints"])
def test_a_busy_engine_ends_with_its_host(nothing_left_behind: None, tmp_path: Path, moment: str) -> None:
    token = str(tmp_path)
    host = subprocess.Popen([sys.executable, "-I", str(HOST), moment, token], stdout=subprocess.PIPE)
    with host:
        assert host.stdout is not None and host.stdout.readline() == b"busy\n"
        host.kill()
    wait(lambda: not processes_with(token), "the end of the engine")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows gives the priority when a process is started")
def test_the_worker_gives_way_to_its_host(studio: Client) -> None:
    (worker,) = children()
    assert os.getpriority(os.PRIO_PROCESS, worker) > os.getpriority(os.PRIO_PROCESS, 0)
