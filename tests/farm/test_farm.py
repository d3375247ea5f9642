"""Films and batches on a farm: the pictures are the same, and lost jobs are painted again or reported."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest
from PIL import Image

pytest.importorskip("distributed")
pytest.importorskip("cv2")

from nst_core.cli import main
from nst_core.engine.parallel import torch_threads
from nst_core.farm import work
from nst_core.farm.scheduler import Farm
from nst_core.job.errors import FarmLost
from tests.benchmarks.motions import sample
from tests.farm.conftest import ROOT, LocalFarm

Captured = pytest.CaptureFixture[str]
QUICK = ("--quality", "draft", "--device", "cpu", "--quiet")


@pytest.fixture(autouse=True)
def threads_of_a_worker() -> Iterator[None]:
    """Use as many threads as a worker, because their number changes the last digits of sums."""
    with torch_threads(max(1, (os.cpu_count() or 1) // 2)):
        yield


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder ``frames`` with a short film that has a cut and becomes darker, and a style."""
    (tmp_path / "frames").mkdir()
    for number in range(6):
        name, left = ("chelsea", 40 + 2 * number) if number < 3 else ("coffee", 30 + number)
        part = sample(name, 160)[20:60, left : left + 48]
        darker = Image.fromarray(part).point(lambda value, number=number: value * min(1, (7 - number) / 4))
        darker.save(tmp_path / "frames" / f"{number}.png")
    Image.fromarray(sample("great_wave", 64)).save(tmp_path / "style.png")
    return tmp_path


def arguments(command: str, place: Path, output: str, *more: Any) -> List[str]:
    style, target = place / "style.png", place / output
    return [command, *map(str, [place / "frames", "--style", style, "-o", target, *QUICK, *more])]


def pictures(folder: Path) -> Dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.png")}


@pytest.mark.parametrize("command", ["batch", "animate"])
@pytest.mark.parametrize("way", ["network", "folder"])
def test_a_farm_paints_the_same_pictures(command: str, way: str, place: Path, farm: LocalFarm) -> None:
    (place / "shared").mkdir()
    shared = ("--shared", place / "shared") if way == "folder" else ()
    assert main(arguments(command, place, "here")) == 0
    assert main(arguments(command, place, "there", "--scheduler", farm.address, *shared)) == 0
    assert len(pictures(place / "here")) == 6
    assert pictures(place / "there") == pictures(place / "here")
    assert list((place / "shared").iterdir()) == []


def test_a_picture_that_fails_on_a_worker_is_reported(place: Path, farm: LocalFarm) -> None:
    weights = ("--weights", place / "no such weights")
    assert main(arguments("batch", place, "out", "--scheduler", farm.address, *weights)) == 3
    with (place / "out" / "batch.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["state"] for row in rows} == {"failed"}
    assert "no such weights" in rows[0]["problem"]


def test_workers_with_other_versions_are_named(
    farm: LocalFarm, monkeypatch: pytest.MonkeyPatch, place: Path, capsys: Captured
) -> None:
    own = work.equipment("original")
    monkeypatch.setattr(work, "equipment", Elsewhere({**own, "torch": "9.9"}))
    assert main(arguments("batch", place, "out", "--scheduler", farm.address)) == 2
    error = capsys.readouterr().err
    assert f"torch {own['torch']} instead of 9.9" in error
    assert "Install the same" in error


class Elsewhere:
    """Replaces the equipment of this machine. A worker uses its real one, because this is pickled as a name."""

    def __init__(self, found: Dict[str, str]) -> None:
        self._found = found

    def __call__(self, weights: str) -> Dict[str, str]:
        return self._found

    def __reduce__(self) -> Any:
        return getattr, (work, "equipment")


def test_no_scheduler(place: Path, capsys: Captured) -> None:
    assert main(arguments("batch", place, "out", "--scheduler", "tcp://127.0.0.1:9")) == 2
    assert "No scheduler answers at tcp://127.0.0.1:9" in capsys.readouterr().err


def test_an_address_that_is_no_address(place: Path, capsys: Captured) -> None:
    assert main(arguments("batch", place, "out", "--scheduler", "nonsense://x")) == 2
    assert "No scheduler answers" in capsys.readouterr().err


def test_a_shared_folder_needs_a_scheduler(place: Path, capsys: Captured) -> None:
    assert main(arguments("batch", place, "out", "--shared", place)) == 2
    assert "--scheduler" in capsys.readouterr().err


def test_a_lost_worker_and_a_lost_scheduler(place: Path) -> None:
    """Pictures of a killed worker are painted again. When the whole farm is killed, the next run continues."""
    assert main(arguments("animate", place, "here")) == 0
    local = LocalFarm()
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.farm.held", *arguments("animate", place, "there", "--scheduler", local.address)],
        cwd=ROOT, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        wait_for(lambda: pictures(place / "there"))
        os.kill(local.workers()[0], signal.SIGKILL)
        wait_for(lambda: len(pictures(place / "there")) >= 2)
    finally:
        local.end(signal.SIGKILL)
    _, error = running.communicate(timeout=240)
    assert running.returncode
    assert "The connection to the scheduler" in error
    assert "repeat the command without --restart" in error
    assert len(pictures(place / "there")) < 6
    again = LocalFarm()
    try:
        assert main(arguments("animate", place, "there", "--scheduler", again.address)) == 0
    finally:
        again.end()
    assert pictures(place / "there") == pictures(place / "here")


def wait_for(condition: Any, seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    assert condition()


def test_an_error_ends_all_calls(farm: LocalFarm) -> None:
    painters = Farm(farm.address, "original", None)
    began = threading.Barrier(2)

    def call(item: int) -> None:
        began.wait(30)
        if item == 1:
            raise FarmLost("lost")

    with pytest.raises(FarmLost):
        painters.each(call, range(2))
    painters.close()


def test_a_port_that_is_taken(farm: LocalFarm, capsys: Captured) -> None:
    assert main(["farm", "--workers", "1", "--port", farm.address.rpartition(":")[2]]) == 2
    assert "--port" in capsys.readouterr().err
