"""Child processes end together with all processes that they started. No other process ever gets a signal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterator, List, Tuple

import pytest

from nst_core.bridge.process import ChildProcess
from nst_core.job.errors import EngineMissing

pytestmark = pytest.mark.skipif(not hasattr(os, "waitid"), reason="groups are signaled where their end can be seen")


def child(script: str) -> ChildProcess:
    return ChildProcess([sys.executable, "-c", script])


@pytest.fixture
def signals(monkeypatch: pytest.MonkeyPatch) -> Iterator[List[Tuple[int, int]]]:
    """Record the signals to groups. They are also sent."""
    sent: List[Tuple[int, int]] = []
    send = os.killpg

    def note(group: int, number: int) -> None:
        sent.append((group, number))
        send(group, number)

    monkeypatch.setattr("os.killpg", note)
    yield sent


def close(process: ChildProcess) -> None:
    for pipe in (process.stdin, process.stdout, process.stderr):
        pipe.close()


def test_a_group_is_not_signaled_once_the_end_of_its_process_was_fetched(signals: List[Tuple[int, int]]) -> None:
    """Another process may have its number then."""
    process = child("raise SystemExit(3)")
    assert process.wait() == 3
    signals.clear()
    process.kill()
    assert (process.poll(), process.wait()) == (3, 3)
    assert signals == []
    close(process)


def test_child_processes_of_a_process_end_with_it(tmp_path: Path) -> None:
    script = "import subprocess, sys; print(subprocess.Popen(['sleep', '50'], stdout=subprocess.DEVNULL).pid)"
    process = child(script)
    grandchild = int(process.stdout.read())
    assert process.wait() == 0
    deadline = time.monotonic() + 30
    while is_running(grandchild):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    close(process)


def is_running(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return state.strip()[:1] not in ("", "Z")


def test_patience_ends_in_a_kill() -> None:
    process = child("import time; time.sleep(50)")
    assert process.poll() is None
    assert process.wait(patience=0.1) == -signal.SIGKILL
    close(process)


@pytest.mark.parametrize("command", [["/nowhere/python"], [""], []])
def test_a_command_that_can_not_be_started_is_a_named_error(command: List[str]) -> None:
    with pytest.raises(EngineMissing):
        ChildProcess(command)
