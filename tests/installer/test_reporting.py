"""The reports of an installation, for a person and for a program."""

from __future__ import annotations

import io
import json
import threading
import time
from typing import Any, Dict, List, Tuple

import pytest

from nst_core.installer import reporting
from nst_core.installer.reporting import Reporter, Terminal, json_lines
from nst_core.job.errors import InstallFailed


def test_a_program_gets_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    reporter = Reporter(json_lines)
    with reporter.busy("Größe"):
        reporter.note("A note.")
    with reporter.busy("Downloading torch", 2, 38):
        pass
    reporter.failed(InstallFailed("The disk is full.", "Make room."))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        {"event": "stage", "text": "Größe"},
        {"event": "note", "text": "A note."},
        {"event": "progress", "text": "Downloading torch: 3 of 38", "done": 2, "total": 38},
        {"event": "failed", "code": "install-failed", "problem": "The disk is full.", "remedy": "Make room."},
    ]


@pytest.mark.parametrize(("seconds", "text"), [(5.4, "5 s"), (99, "99 s"), (600, "10 min")])
def test_durations(seconds: float, text: str) -> None:
    assert reporting.duration(seconds) == text


@pytest.mark.parametrize(
    ("step", "begins"),
    [
        ((0, 0), {"event": "stage", "text": "Asking"}),
        ((1, 4), {"event": "progress", "text": "Asking: 2 of 4", "done": 1, "total": 4}),
    ],
)
def test_a_stage_is_reported_again_until_it_ends(step: Tuple[int, int], begins: Dict[str, Any]) -> None:
    events: List[Dict[str, Any]] = []
    told = threading.Event()

    def show(event: Dict[str, Any]) -> None:
        events.append(event)
        if "seconds" in event:
            told.set()

    with Reporter(show, interval=0.001).busy("Asking", step[0], step[1], lambda: "Collecting torch"):
        assert told.wait(60)
    count = len(events)
    assert events[0] == begins
    text = f"{begins['text']} (0 s)"
    assert events[1] == {**begins, "text": text, "seconds": 0, "detail": "Collecting torch"}
    time.sleep(0.02)
    assert len(events) == count, "it is silent again once it is done"


def alive(text: str) -> Dict[str, Any]:
    return {"event": "stage", "text": "Installing (20 s)", "seconds": 20, "detail": text}


def test_a_person_without_a_terminal_gets_a_line_for_each_step(capsys: pytest.CaptureFixture[str]) -> None:
    show = Terminal()
    show({"event": "stage", "text": "Installing"})
    show(alive("Collecting torch"))
    show({"event": "failed", "problem": "The disk is full.", "remedy": "Make room."})
    captured = capsys.readouterr()
    assert captured.out == "Installing ...\n", "a log has no line that could be rewritten"
    assert captured.err == "error: The disk is full. Make room.\n"


def test_a_line_on_a_terminal_is_rewritten_and_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Screen()
    monkeypatch.setenv("COLUMNS", "40")
    show = Terminal(screen)
    for event in ({"event": "stage", "text": "Installing"}, alive("torch " * 20), alive("x"), {"event": "done"}):
        show({"text": "Done.", **event})
    stage, first, second = screen.getvalue().split("\r")
    assert stage == "Installing ...\n" and second.endswith("\nDone.\n")
    assert len(first) == len(second.splitlines()[0]) == 39, "the second covers the first, and neither wraps"
