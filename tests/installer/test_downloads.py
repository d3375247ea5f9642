"""Downloads that stall, break off, change, and vanish: whole in the end or not there, and never begun anew."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest

from nst_core.installer import reporting, wheels
from nst_core.installer.downloads import Refused, fetch, remote_size
from nst_core.installer.reporting import Reporter
from nst_core.installer.wheels import Wheel
from nst_core.job.errors import InstallFailed
from tests.installer.child import make_environment
from tests.installer.index import Index
from tests.installer.packages import Packages

NAME = "torch-2.14.1-py3-none-any.whl"


@pytest.fixture
def wanted(packages: Packages) -> bytes:
    return (packages.wheels / NAME).read_bytes()


def get(index: Index, folder: Path, wanted: bytes, stalled: float = 30) -> Path:
    target = folder / NAME
    fetch(index.file(NAME), target, hashlib.sha256(wanted).hexdigest(), lambda have: None, (0, 0), stalled)
    return target


def test_a_file_arrives_and_is_not_fetched_twice(index: Index, tmp_path: Path, wanted: bytes) -> None:
    assert remote_size(index.file(NAME)) == len(wanted)
    assert get(index, tmp_path, wanted).read_bytes() == wanted
    get(index, tmp_path, wanted)
    assert index.requests == [(NAME, 0)]


def test_progress_tells_how_many_bytes_are_there(index: Index, tmp_path: Path, wanted: bytes) -> None:
    told: List[int] = []
    fetch(index.file(NAME), tmp_path / NAME, hashlib.sha256(wanted).hexdigest(), told.append)
    assert told == sorted(told) and told[-1] == len(wanted)


@pytest.mark.parametrize("fault", ["stall", "truncate"])
def test_what_broke_off_is_continued(index: Index, tmp_path: Path, wanted: bytes, fault: str) -> None:
    index.fault, index.faults = fault, 1
    assert get(index, tmp_path, wanted, stalled=0.5).read_bytes() == wanted
    assert [start for _, start in index.requests] == [0, len(wanted) // 2]


def test_what_an_earlier_run_left_is_continued(index: Index, tmp_path: Path, wanted: bytes) -> None:
    (tmp_path / f"{NAME}.part").write_bytes(wanted[:1000])
    assert get(index, tmp_path, wanted).read_bytes() == wanted
    assert index.requests == [(NAME, 1000)]


@pytest.mark.parametrize("left", [b"something else" * 1000, bytes(10**6)], ids=["other bytes", "longer than the file"])
def test_a_wrong_beginning_is_thrown_away(index: Index, tmp_path: Path, wanted: bytes, left: bytes) -> None:
    (tmp_path / f"{NAME}.part").write_bytes(left)
    assert get(index, tmp_path, wanted).read_bytes() == wanted


def test_corrupt_once_is_fetched_again(index: Index, tmp_path: Path, wanted: bytes) -> None:
    index.fault, index.faults = "corrupt", 1
    assert get(index, tmp_path, wanted).read_bytes() == wanted


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("corrupt", "not the published ones"),
        ("vanish", "404"),
        ("ignore-range", "broke off"),
    ],
)
def test_what_never_comes_whole_is_an_error_and_no_file(
    index: Index, tmp_path: Path, wanted: bytes, fault: str, reason: str
) -> None:
    index.fault = fault
    with pytest.raises(InstallFailed, match=reason) as failure:
        get(index, tmp_path, wanted)
    assert index.file(NAME) in failure.value.remedy and str(tmp_path / NAME) in failure.value.remedy
    assert not (tmp_path / NAME).exists()


def test_no_server_at_all_is_an_error(index: Index, tmp_path: Path) -> None:
    with pytest.raises(InstallFailed, match="could not be downloaded"):
        fetch("http://127.0.0.1:9/x", tmp_path / NAME, "0" * 64, lambda have: None, ())


def test_a_damaged_file_is_fetched_again(index: Index, tmp_path: Path, wanted: bytes) -> None:
    (tmp_path / NAME).write_bytes(wanted[:-1] + b"?")
    assert get(index, tmp_path, wanted).read_bytes() == wanted


def test_a_whole_file_that_was_not_renamed_yet_is_not_fetched_again(
    index: Index, tmp_path: Path, wanted: bytes
) -> None:
    (tmp_path / f"{NAME}.part").write_bytes(wanted)
    assert get(index, tmp_path, wanted).read_bytes() == wanted
    assert index.requests == []


def test_a_server_that_wants_a_password_is_left_to_pip(index: Index, tmp_path: Path, wanted: bytes) -> None:
    index.fault = "refuse"
    with pytest.raises(Refused):
        get(index, tmp_path, wanted)


@pytest.mark.parametrize("length", [None, 0])
def test_pip_brings_it_then_and_goes_on_in_sight(
    index: Index, packages: Packages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: Optional[int]
) -> None:
    """Within the progress of all downloads, also where the server did not tell how much there is."""
    if length is not None:
        monkeypatch.setattr(wheels, "remote_size", lambda url: length)
    monkeypatch.setattr(reporting, "_SHOW_EVERY", 0.0)
    monkeypatch.setattr(reporting, "_BEAT", 0.01)
    events: List[Dict[str, Any]] = []
    index.fault, index.faults, index.rate = "refuse", 1, 600_000
    names = [NAME, "numpy-2.0-py3-none-any.whl"]
    contents = [(packages.wheels / name).read_bytes() for name in names]
    wanted = [Wheel(name, index.file(name), hashlib.sha256(data).hexdigest()) for name, data in zip(names, contents)]
    python = tmp_path / "engine" / "bin" / "python"
    make_environment(sys.executable, python.parents[1])
    wheels.download(str(python), wanted, Reporter(events.append))
    assert [wheel.file.read_bytes() for wheel in wanted] == contents
    progress = [event for event in events if event.get("unit") == "bytes"]
    assert any(0 < event["done"] < len(contents[0]) for event in progress), "pip's download is seen while it goes on"
    done, total = [event["done"] for event in progress], sum(map(len, contents))
    assert done == sorted(done) and (done[-1], progress[-1]["total"]) == (total, total)
    assert [event["text"] for event in events if event["event"] == "stage"][1:] == [
        f"Downloading 2 packages ({reporting.size(total if length is None else 0)}) to {wanted[0].file.parent}"
    ], "one stage"
    assert not (python.parents[1] / "tmp").exists()
