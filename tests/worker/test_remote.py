"""An engine at the other end of a slow connection, like ``ssh HOST nst worker``."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import List

import pytest

from nst_core.bridge.client import Client
from nst_core.bridge.connection import Patience
from nst_core.job import errors
from nst_core.job.events import Canceled, Failed, Preview, Progress, Ready, Result
from tests.worker.conversation import ENDS, client_with, command, events_until, job, processes_with, run, wait

LINE = Path(__file__).with_name("line.py")
SLOW_READER = Path(__file__).with_name("slow_reader.py")
DELAY = 0.1


def far(token: str, length: int = 0, last: str = "end", rate: int = 0) -> List[str]:
    """Return a command for a worker behind a connection that transfers ``length`` bytes of its answers (0: all).

    ``rate`` is the number of bytes a second to the worker (0: no limit).
    """
    return [sys.executable, "-I", str(LINE), str(DELAY), str(length), last, str(rate), *command(), token]


@pytest.fixture
def token(tmp_path: Path) -> str:
    return str(tmp_path)


def test_a_job_is_painted_far_away(client: Client, token: str) -> None:
    client.command = far(token)
    request = job("paint", side=300)
    result = run(client, request)[-1]
    assert isinstance(result, Result) and bytes(result.pixels.data) == bytes(request.content.data)
    client.stylize(job("work"))
    events_until(client, (Preview,))
    client.cancel(keep=False)
    assert isinstance(events_until(client, ENDS)[-1], Canceled)
    client.close()
    wait(lambda: not processes_with(token), "the end of the far worker")


@pytest.mark.parametrize("length", [1, 50, 200, 1000, 30_000])
def test_a_cut_line_is_a_named_error_and_ends_the_worker(client: Client, token: str, length: int) -> None:
    """The connection is cut within the first message, between frames, and within a picture."""
    client.command = far(token, length)
    failed = run(client, job("paint", side=100))[-1]
    assert isinstance(failed, Failed) and isinstance(failed.error, errors.WorkerDied)
    assert "255" in failed.error.problem
    wait(lambda: not processes_with(token), "the end of the far worker")
    client.command = far(token)
    assert isinstance(run(client, job())[-1], Result)


def test_a_worker_behind_a_silent_connection_is_killed(log: Path, token: str) -> None:
    with client_with(Patience(0.3, 1.5), log, far(token, 30_000, "silence")) as client:
        failed = run(client, job("paint", side=100))[-1]
        assert isinstance(failed, Failed) and isinstance(failed.error, errors.WorkerUnresponsive)
        wait(lambda: not processes_with(token), "the end of the far worker")


def test_a_slow_upload_does_not_end_the_worker(log: Path, token: str) -> None:
    """The whole picture is in the connection's buffers at once, and the ping waits behind it."""
    with client_with(Patience(0.3, 2.5), log, far(token, rate=500_000)) as client:
        client.start()
        events_until(client, (Ready,))
        assert isinstance(run(client, job("paint", side=400))[-1], Result)


def test_an_upload_shows_that_a_silent_worker_lives(log: Path) -> None:
    with client_with(Patience(0.2, 2.0), log, [sys.executable, "-I", str(SLOW_READER)]) as client:
        failed = run(client, job("paint", side=600))[-1]
        assert isinstance(failed, Failed) and isinstance(failed.error, errors.WeightsMissing)


def test_a_slow_line_gets_the_newest_preview(client: Client, token: str) -> None:
    client.command = far(token)
    client.stylize(job("work"))
    for _ in range(3):
        events_until(client, (Progress,))
    client.cancel(keep=True)
    assert isinstance(events_until(client, ENDS)[-1], Result)


def test_the_command_is_a_setting(client: Client, token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for ssh is called like ssh: ``ssh studio nst worker``."""
    ssh = tmp_path / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text(f'#!/bin/sh\n[ "$*" = "studio nst worker" ] && exec {" ".join(far(token))}\n')
    ssh.chmod(ssh.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{ssh.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("NEURAL_STYLE_ENGINE", "ssh studio nst worker")
    client.command = None
    assert isinstance(run(client, job())[-1], Result)
