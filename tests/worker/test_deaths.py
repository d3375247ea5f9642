"""A worker or a host dies in each possible way. Each gives a named error and leaves nothing, and the next job works."""

from __future__ import annotations

import contextlib
import os
import random
import shlex
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import List, Optional, Sequence, Type

import pytest

from nst_core import __version__
from nst_core.bridge import paths
from nst_core.bridge.client import Client
from nst_core.bridge.connection import Connection, Patience
from nst_core.bridge.framing import PROTOCOL, Frame
from nst_core.bridge.mailbox import Mailbox
from nst_core.bridge.messages import Expectation
from nst_core.job import errors
from nst_core.job.events import Canceled, ClientEvent, Failed, Progress, Ready, Result
from tests.worker.conversation import (
    ENDS,
    STAND_IN,
    children,
    client_with,
    command,
    events_until,
    job,
    processes_with,
    run,
    wait,
)

ROUNDS = 200
HOST = Path(__file__).with_name("host.py")


def error_of(client: Client, act: str) -> errors.NeuralStyleError:
    failed = run(client, job(act))[-1]
    assert isinstance(failed, Failed)
    return failed.error


def assert_next_job_works(client: Client) -> None:
    client.command = command()
    assert isinstance(run(client, job())[-1], Result)


@pytest.mark.parametrize(
    ("act", "kind", "word"),
    [
        ("kill", errors.WorkerDied, "killed"),
        ("crash", errors.WorkerDied, "SIGSEGV"),
        ("leave", errors.WorkerDied, "exit code 7"),
        ("stumble", errors.EngineFailed, "stumbled"),
        ("starve", errors.OutOfMemory, "emory"),
        ("lack", errors.WeightsMissing, "weights"),
        ("diverge", errors.EngineFailed, "unexpected"),
        ("forget", errors.EngineFailed, "without a picture"),
    ],
)
def test_a_failure_at_work_is_named(client: Client, act: str, kind: Type[errors.NeuralStyleError], word: str) -> None:
    error = error_of(client, act)
    assert type(error) is kind and word in error.problem and error.remedy
    assert_next_job_works(client)


@pytest.mark.parametrize(
    ("script", "kind", "word"),
    [
        ("raise SystemExit(3)", errors.WorkerDied, "exit code 3"),
        ("import os; os.kill(os.getpid(), 9)", errors.WorkerDied, "killed"),
        ("print('Welcome to this machine!')", errors.ProtocolError, "Welcome"),
        ("HELLO.update(protocol=99, engine_version='9.9'); send('hello', HELLO)", errors.ProtocolMismatch, "9.9"),
        ("send('ready', {'engine_version': '1', 'devices': []})", errors.ProtocolError, "ready"),
        ("send('hello', HELLO); print('half a frame')", errors.ProtocolError, "half"),
        ("send('hello', HELLO); send('hello', HELLO)", errors.ProtocolError, "hello"),
        ("send('hello', HELLO); send('result', {'job': 5})", errors.ProtocolError, "job"),
        ("send('hello', HELLO); send('failed', {'job': None, 'code': 'weights-damaged'})", errors.WeightsDamaged, ""),
        ("send('hello', HELLO); out.write(b'NSTF')", errors.WorkerDied, "ended"),
        ("out.write(b'NSTF\\xff\\xff\\xff\\xff')", errors.ProtocolError, "4294967295"),
    ],
)
def test_a_failure_at_the_start_is_named(
    client: Client, script: str, kind: Type[errors.NeuralStyleError], word: str
) -> None:
    """The engine may be started early or by its first job."""
    client.command = scripted_worker(script)
    client.start()
    (failed,) = (event for event in events_until(client, (Failed,)) if isinstance(event, Failed))
    for error in (failed.error, error_of(client, "paint")):
        assert type(error) is kind and word in error.problem
    assert_next_job_works(client)


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for the engine's Python is a script")
def test_an_installed_engine_of_another_version_can_be_installed_again(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURAL_STYLE_HOME", str(tmp_path))
    python = paths.engine_python(paths.engine_folder())
    python.parent.mkdir(parents=True)
    words = scripted_worker("HELLO.update(protocol=99, engine_version='9.9'); send('hello', HELLO)")
    python.write_text(f"#!/bin/sh\nexec {shlex.join(words)}\n", encoding="utf-8")
    python.chmod(0o700)
    client.command = [str(python), *paths.WORKER_ARGUMENTS]
    error = error_of(client, "paint")
    assert type(error) is errors.EngineOutdated and error.installing_helps
    assert "9.9" in error.problem and __version__ in error.problem


def scripted_worker(script: str) -> List[str]:
    prelude = """
import json, struct, sys
HELLO = {"protocol": int(sys.argv[1]), "engine_version": "1"}
out = sys.stdout.buffer
def send(kind, fields):
    header = json.dumps({"type": kind, **fields}).encode()
    out.write(b"NSTF" + struct.pack("<I", len(header)) + header)
"""
    return [sys.executable, "-I", "-c", prelude + script, str(PROTOCOL)]


@pytest.mark.parametrize("missing", [["/nowhere/python"], [__file__], [""], []])
def test_a_missing_engine_is_an_error_at_once(client: Client, missing: List[str]) -> None:
    client.command = missing or [str(Path(__file__).parent)]
    for begin in (client.start, lambda: client.stylize(job())):
        with pytest.raises(errors.EngineMissing) as caught:
            begin()
        assert "install.py" in caught.value.remedy
    assert not client.busy
    assert_next_job_works(client)


@pytest.mark.parametrize(
    "script", ["import time; time.sleep(60)", "send('hello', HELLO); out.flush(); sys.stdin.read()"]
)
def test_a_silent_worker_is_killed(log: Path, script: str) -> None:
    with client_with(Patience(0.2, 0.6), log, scripted_worker(script)) as client:
        assert isinstance(error_of(client, "paint"), errors.WorkerUnresponsive)


def test_a_frozen_worker_is_killed_and_a_busy_one_is_not(log: Path) -> None:
    patience = [Patience(), Patience(0.1, 1.5), Patience(0.1, 1.5)]

    def connect(worker: Sequence[str], mailbox: Mailbox[ClientEvent], log: Path) -> Connection:
        return Connection(worker, mailbox, log, patience.pop())

    with contextlib.closing(Client(command(), log, connect)) as client:
        client.stylize(job("compute"))
        end = time.monotonic() + 3
        while time.monotonic() < end:
            assert not any(isinstance(event, ENDS) for event in client.poll())
        client.close()
        assert isinstance(error_of(client, "freeze"), errors.WorkerUnresponsive)
        assert_next_job_works(client)


def test_a_line_kept_open_by_a_grandchild_does_not_hide_the_death(client: Client) -> None:
    client.command = scripted_worker(
        "import os, subprocess, time\nsend('hello', HELLO); out.flush()\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(50)'])\nos._exit(4)"
    )
    error = error_of(client, "paint")
    assert isinstance(error, errors.WorkerDied) and "exit code 4" in error.problem


class LateBegin(Connection):
    """A connection whose host is so slow that the worker dies before it gets its job."""

    def begin(self, expected: Expectation, frames: Sequence[Frame]) -> bool:
        time.sleep(1)
        return super().begin(expected, frames)


@pytest.mark.parametrize("connect", [Connection, LateBegin])
def test_a_stranger_that_keeps_the_line_open_does_not_hide_the_death(
    nothing_left_behind: None, log: Path, tmp_path: Path, connect: Type[Connection]
) -> None:
    """A process that left the worker's group is not killed, and the reading thread waits for it."""
    threads_before = threading.active_count()
    client = Client(None, log, connect)
    client.command = scripted_worker(
        "import os, subprocess\nsend('hello', HELLO); out.flush()\n"
        f"sleep = 'import time; time.sleep(50)'; arguments = [sys.executable, '-c', sleep, {str(tmp_path)!r}]\n"
        "subprocess.Popen(arguments, start_new_session=True)\nos._exit(4)"
    )
    error = error_of(client, "paint")
    (stranger,) = processes_with(str(tmp_path))
    os.kill(stranger, signal.SIGKILL)
    assert isinstance(error, errors.WorkerDied) and "exit code 4" in error.problem
    assert_next_job_works(client)
    wait(
        lambda: len(children()) == 1 and threading.active_count() == threads_before + 3,
        "the end of the threads of the first worker",
    )
    client.close()


@pytest.mark.parametrize("stop", [None, True, False])
def test_a_job_that_a_dying_worker_was_given_is_done_by_another(client: Client, stop: Optional[bool]) -> None:
    """The worker dies a few milliseconds after its last result. The whole job is sent again."""
    run(client, job())
    (worker,) = children()
    os.kill(worker, signal.SIGSTOP)
    client.stylize(job("paint" if stop is None else "work", side=300))
    if stop is not None:
        client.cancel(keep=stop)
    os.kill(worker, signal.SIGKILL)
    end = [event for event in events_until(client, ENDS) if isinstance(event, ENDS)]
    assert [type(event) for event in end] == [Canceled if stop is False else Result]
    assert worker not in children()


def test_a_job_that_a_dying_worker_was_given_fails_by_name_if_there_is_no_other(client: Client) -> None:
    run(client, job())
    (worker,) = children()
    os.kill(worker, signal.SIGSTOP)
    client.stylize(job())
    client.command = ["/nowhere/python"]
    os.kill(worker, signal.SIGKILL)
    failed = events_until(client, ENDS)[-1]
    assert isinstance(failed, Failed) and isinstance(failed.error, errors.EngineMissing)


def test_a_job_that_kills_its_worker_is_not_tried_again(client: Client) -> None:
    run(client, job())
    assert isinstance(error_of(client, "kill"), errors.WorkerDied)


def test_a_worker_that_dies_idle_is_replaced_silently(client: Client) -> None:
    run(client, job())
    (worker,) = children()
    os.kill(worker, signal.SIGKILL)
    wait(lambda: not children(), "the worker's end")
    assert client.poll() == []
    assert_next_job_works(client)


@pytest.mark.parametrize("obstacle", ["full disk", "no folder"])
def test_a_log_that_cannot_be_written_does_not_disturb(client: Client, log: Path, obstacle: str) -> None:
    if obstacle == "full disk":
        log.parent.mkdir()
        log.symlink_to("/dev/full")
    else:
        log.parent.write_text("in the way")
    assert isinstance(run(client, job("flood"))[-1], Result)


def test_workers_killed_at_random_moments(client: Client) -> None:
    """They die before their first message, during the transfer, during the work, and while the result is sent."""
    moments = random.Random(1)
    ends = []
    for number in range(ROUNDS):
        client.stylize(job("work" if number % 4 == 0 else "paint", side=moments.choice((16, 400))))
        kill_at = time.monotonic() + moments.choice((0.0, 0.04, 0.12)) * moments.random() * 2
        while time.monotonic() < kill_at and client.busy:
            ends += [type(event) for event in client.poll() if isinstance(event, ENDS)]
        while client.busy:  # A job that the worker has not read goes to the next worker, which is killed as well.
            for worker in children():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
            ends += [check_end(event) for event in client.poll() if isinstance(event, ENDS)]
            time.sleep(0.002)
        assert len(ends) == number + 1
    assert ends.count(Failed) > ROUNDS / 4
    assert_next_job_works(client)


def check_end(event: object) -> type:
    if isinstance(event, Failed):
        assert isinstance(event.error, errors.WorkerDied) and "killed" in event.error.problem
    return type(event)


@pytest.mark.parametrize("act", ["paint", "work", "compute", "transfer", "start"])
def test_a_worker_ends_with_its_host(nothing_left_behind: None, tmp_path: Path, act: str) -> None:
    token = str(tmp_path)
    host = subprocess.Popen([sys.executable, "-I", str(HOST), act, token], stdout=subprocess.PIPE)
    with host:
        assert host.stdout is not None and host.stdout.readline() == b"busy\n"
        workers = [pid for pid in processes_with(token) if pid != host.pid]
        assert len(workers) == 1
        host.kill()
    wait(lambda: not processes_with(token), "the end of the worker")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux reports the end of a parent")
def test_a_worker_ends_with_its_host_though_the_line_stays_open(nothing_left_behind: None, tmp_path: Path) -> None:
    """While the memory of a killed editor is freed, its pipes are still open."""
    token = str(tmp_path)
    host = subprocess.Popen([sys.executable, "-I", str(HOST), "fork", token], stdout=subprocess.PIPE)
    with host:
        assert host.stdout is not None and host.stdout.readline() == b"busy\n"
        (worker,) = set(processes_with(token)) & set(processes_with(str(STAND_IN)))
        (other,) = set(processes_with(token)) - {host.pid, worker}
        host.kill()
        wait(lambda: worker not in processes_with(token), "the end of the worker")
        assert processes_with(token) == [other]
        os.kill(other, signal.SIGKILL)


def test_ten_hosts_at_once(nothing_left_behind: None, tmp_path: Path) -> None:
    clients = [Client(command(), tmp_path / "engine.log") for _ in range(10)]
    requests = [job("paint", side=200) for _ in clients]
    for client, request in zip(clients, requests):
        client.stylize(request)
    for client, request in zip(clients, requests):
        result = events_until(client, ENDS)[-1]
        assert isinstance(result, Result) and bytes(result.pixels.data) == bytes(request.content.data)
    for client in clients:
        client.close()


def test_a_host_that_restarts_its_engine_while_it_starts(client: Client) -> None:
    for _ in range(10):
        client.start()
        client.close()
    client.start()
    assert Ready in map(type, events_until(client, (Ready,)))
    client.stylize(job("work"))
    events_until(client, (Progress,))
