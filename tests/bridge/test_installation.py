"""*Install engine* in an editor: a child process reports its steps, fails, is stopped, or dies without a result."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import List

import pytest

from nst_core.bridge import installation
from nst_core.bridge.installation import Installation, InstallationEvent, InstallationStep, Installed
from nst_core.job.errors import EngineMissing
from nst_core.job.events import Failed

REPORTS = """
import json, sys
for event in {lines!r}:
    print(json.dumps(event), flush=True)
print("noise" * 100000, file=sys.stderr)
"""


def events_of(script: str, stop_at: str = "") -> List[InstallationEvent]:
    running = Installation([sys.executable, "-c", script])
    running.start()
    events: List[InstallationEvent] = []
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        events += running.poll()
        if any(not isinstance(event, InstallationStep) for event in events):
            return events
        if stop_at and any(isinstance(event, InstallationStep) and event.text == stop_at for event in events):
            running.stop()
        time.sleep(0.01)
    raise AssertionError(f"no end: {events}")


def test_it_ends_in_installed() -> None:
    lines = [
        {"event": "progress", "text": "torch", "done": 1, "total": 4},
        {"event": "something new"},
        {"event": "done", "text": "The engine is installed."},
    ]
    events = events_of(REPORTS.format(lines=lines))
    assert events == [InstallationStep("torch", 0.25), Installed()]


@pytest.mark.parametrize(
    "line",
    [
        "[" * 10**5,
        '{"event": ["done"]}',
        '{"event": "progress", "text": "torch", "done": "one", "total": 4}',
        '{"event": "progress", "text": "torch", "done": NaN, "total": 4}',
        '{"event": "progress", "text": "torch", "done": 1' + "0" * 400 + ', "total": 4}',
        '{"event": "progress", "text": "torch", "done": -1, "total": 4}',
        '{"event": "progress", "text": "torch", "done": 1, "total": null}',
    ],
)
def test_lines_that_no_editor_can_show_are_left_out(line: str) -> None:
    script = f'print({line!r}); print(\'{{"event": "done"}}\', flush=True)'
    assert events_of(script) == [Installed()]


def test_progress_stays_within_its_bar_and_texts_can_be_shown() -> None:
    line = {"event": "progress", "text": "a\ud800", "done": 5, "total": 4}
    assert events_of(REPORTS.format(lines=[line, {"event": "done"}]))[0] == InstallationStep("a\ufffd", 1.0)


def test_a_stage_of_unknown_extent_has_no_fraction() -> None:
    line = {"event": "stage", "text": "Making an environment (3 s)", "seconds": 3, "detail": "Collecting torch"}
    events = events_of(REPORTS.format(lines=[line, {"event": "done"}]))
    assert events[0] == InstallationStep("Making an environment (3 s)")


def test_a_named_failure_arrives_with_its_remedy() -> None:
    lines = [{"event": "failed", "code": "install-failed", "problem": "The disk is full.", "remedy": "Make room."}]
    (end,) = events_of(REPORTS.format(lines=lines))
    assert isinstance(end, Failed) and str(end.error) == "The disk is full. Make room."


@pytest.mark.parametrize("script", ["print('no JSON')", "import os; os.kill(os.getpid(), 9)", "raise SystemExit(3)"])
def test_a_child_that_dies_without_a_result_is_a_failure(script: str) -> None:
    end = events_of(script)[-1]
    assert isinstance(end, Failed) and "continues" in end.error.remedy


def test_a_stranger_that_keeps_stdout_open_does_not_hide_the_end() -> None:
    script = (
        "import subprocess, sys\n"
        "code = 'import sys; sys.stdin.read()'\n"
        "subprocess.Popen([sys.executable, '-c', code], stdin=0, start_new_session=True)"
    )
    end = events_of(script)[-1]
    assert isinstance(end, Failed) and "continues" in end.error.remedy


def test_it_can_be_stopped() -> None:
    lines = [{"event": "stage", "text": "Downloading"}]
    script = REPORTS.format(lines=lines) + "\nimport time; time.sleep(60)"
    assert isinstance(events_of(script, stop_at="Downloading")[-1], Failed)


def test_within_an_editor_another_python_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/usr/bin/krita")
    monkeypatch.setattr("shutil.which", lambda name, path=None: "/usr/bin/python3" if path else None)
    python, script, *arguments = installation.install_command()
    assert python == "/usr/bin/python3" and Path(script).is_file()
    assert arguments == ["engine", "--progress", "json"]


def test_without_any_python_the_error_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "")
    monkeypatch.setattr("shutil.which", lambda name, path=None: None)
    with pytest.raises(EngineMissing, match="Install Python"):
        Installation().start()
