"""The reports of an installation, as a person and as a program reads them."""

from __future__ import annotations

import io
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest

from nst_core.bridge import paths
from nst_core.installer import manifest, removing, reporting
from nst_core.installer.reporting import Reporter, Tally, Terminal, json_lines
from nst_core.installer.storage import MARK, mark
from nst_core.job.errors import InstallFailed


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(reporting, "time", clock)
    return clock


def test_the_time_left_follows_from_the_pace(clock: Clock) -> None:
    events: List[Dict[str, Any]] = []
    reporter = Reporter(events.append)
    reporter.stage("Downloading")
    for done in (0, 25, 50, 100):
        reporter.progress("torch", done, 100)
        clock.now += 10
    assert [event.get("seconds_left") for event in events] == [None, None, 30.0, 20.0, 0.0]


def test_too_many_reports_are_dropped_but_never_the_last(clock: Clock) -> None:
    events: List[Dict[str, Any]] = []
    reporter = Reporter(events.append)
    for done in range(1000):
        reporter.progress("torch", done, 999)
    assert [event["done"] for event in events] == [0, 999]


def test_more_than_was_expected_is_all_of_it(clock: Clock) -> None:
    """More can be done than was expected."""
    events: List[Dict[str, Any]] = []
    reporter = Reporter(events.append)
    for done in range(1000):
        reporter.progress("torch", done, 100)
        clock.now += 0.01
    assert all(event["done"] <= event["total"] for event in events) and events[-1]["total"] > 900
    assert all(event["seconds_left"] is None or event["seconds_left"] >= 0 for event in events)
    assert len(events) < 60


def test_a_program_gets_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    reporter = Reporter(json_lines)
    reporter.stage("Größe")
    reporter.progress("torch", 1_000_000, 4_000_000)
    reporter.failed(InstallFailed("The disk is full.", "Make room."))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        {"event": "stage", "text": "Größe"},
        {
            "event": "progress",
            "text": "torch: 1 MB of 4 MB",
            "done": 1_000_000,
            "total": 4_000_000,
            "unit": "bytes",
            "seconds_left": None,
        },
        {"event": "failed", "code": "install-failed", "problem": "The disk is full.", "remedy": "Make room."},
    ]


def test_a_person_without_a_terminal_gets_whole_lines(capsys: pytest.CaptureFixture[str], clock: Clock) -> None:
    reporter = Reporter(Terminal())
    reporter.stage("Downloading")
    clock.now += 20
    reporter.progress("torch", 1_500_000, 3_000_000_000)
    reporter.failed(InstallFailed("The disk is full.", "Make room."))
    captured = capsys.readouterr()
    assert "2 MB of 3.0 GB" in captured.out and "\r" not in captured.out
    assert captured.err == "error: The disk is full. Make room.\n"


@pytest.mark.parametrize(
    ("count", "text"), [(999, "999 B"), (20_100_000, "20 MB"), (5.4e9, "5.4 GB"), (2e12, "2000.0 GB")]
)
def test_sizes(count: float, text: str) -> None:
    assert reporting.size(count) == text


@pytest.mark.parametrize(("seconds", "text"), [(5.4, "5 s"), (99, "99 s"), (600, "10 min")])
def test_durations(seconds: float, text: str) -> None:
    assert reporting.duration(seconds) == text


def test_the_first_estimate_of_an_uninstallation_is_near_the_truth(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large download takes as long to remove as fifteen of the engine's many small files."""
    manifest.note_own_folders()
    for folder, count, length in ((paths.engine_folder(), 500, 1), (paths.cache_folder() / "packages", 10, 1000)):
        (mark(folder) / MARK).write_text("torch\n", encoding="utf-8")
        for number in range(count):
            (folder / f"torch-{number}.whl").write_bytes(bytes(length))
    unlink = Path.unlink

    def slow(path: Path) -> None:
        clock.now += 0.3 if path.stat().st_size == 1000 else 0.02
        unlink(path)

    told: List[Tuple[float, float]] = []

    def show(event: Dict[str, Any]) -> None:
        if event.get("seconds_left"):
            told.append((clock.now, event["seconds_left"]))

    monkeypatch.setattr(Path, "unlink", slow)
    removing.uninstall(False, Reporter(show))
    when, left = told[0]
    assert 0.5 < left / (clock.now - when) < 2


def test_a_stage_of_unknown_extent_reports_its_duration() -> None:
    events: List[Dict[str, Any]] = []
    told = threading.Event()

    def show(event: Dict[str, Any]) -> None:
        events.append(event)
        if "seconds" in event:
            told.set()

    with Reporter(show, beat=0.001).busy("Asking"):
        assert told.wait(60)
    count = len(events)
    assert events[0] == {"event": "stage", "text": "Asking"}
    assert events[1] == {"event": "stage", "text": "Asking (0 s)", "seconds": 0}
    time.sleep(0.02)
    assert len(events) == count, "it is silent again once it is done"


def test_threads_share_one_progress(clock: Clock) -> None:
    events: List[Dict[str, Any]] = []
    tally = Tally(Reporter(events.append), 4000)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: tally.add("torch", 1), range(4000)))
    assert [event["done"] for event in events] == [1, 4000]


def test_a_line_on_a_terminal_is_rewritten_and_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Screen()
    monkeypatch.setenv("COLUMNS", "40")
    reporter = Reporter(Terminal(screen))
    reporter.stage("Installing")
    reporter.progress("a package with a long name", 1, 2)
    reporter.progress("x", 2, 2)
    reporter.note("Done.")
    stage, first, second = screen.getvalue().split("\r")
    assert stage == "Installing ...\n" and second.endswith("\nDone.\n")
    assert len(first) == len(second.splitlines()[0]) == 39, "the second covers the first, and neither wraps"
    assert second.startswith("  [########################]")
