"""A worker and a second client, which was written from the contract in the docstring of ``framing``."""

from __future__ import annotations

import io
import json
import os
import pty
import struct
import subprocess
import time
from typing import Any, Dict, Iterator, Optional, Tuple

import pytest

from nst_core import __version__
from nst_core.bridge.framing import PROTOCOL, Frame, write_frame
from nst_core.bridge.messages import stylize_frame
from nst_core.job.settings import Settings
from nst_core.job.sizes import JobSizes
from tests.worker.conversation import LIMIT, command, job
from tests.worker.serve import FAILING_WIDTH

Header = Dict[str, Any]
_LONGER_THAN_A_PONG_TAKES = 1.2


class Line:
    """An independent implementation of the contract."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            command(), bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self.process.stdin is not None and self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin, os.fdopen(os.dup(self.process.stdout.fileno()), "rb")

    def send(self, header: Header, payload: bytes = b"") -> None:
        encoded = json.dumps(header).encode()
        self.stdin.write(b"NSTF" + struct.pack("<I", len(encoded)) + encoded + payload)

    def receive(self) -> Optional[Tuple[Header, bytes]]:
        prefix = self.stdout.read(8)
        if not prefix:
            return None
        assert prefix[:4] == b"NSTF"
        header = json.loads(self.stdout.read(struct.unpack("<I", prefix[4:])[0]))
        bytes_of = {"rgba-u8": 4, "rgba-f32": 16}
        length = sum(p["width"] * p["height"] * bytes_of[p["format"]] for p in header.get("pictures", []))
        return header, self.stdout.read(length)

    def next(self, *kinds: str) -> Tuple[Header, bytes]:
        """Return the next frame of one of these types. Other frames are skipped."""
        received = self.receive()
        while received is not None and received[0]["type"] not in kinds:
            received = self.receive()
        assert received is not None, f"The line ended before a frame of the type {kinds}."
        return received

    def exit_code(self) -> int:
        return self.process.wait(LIMIT)


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line()
    yield line
    line.process.kill()
    with line.process, line.stdout:
        pass


def stylize(line: Line, act: str, number: int = 1) -> bytes:
    request = job(act)
    write_frame(line.stdin.write, stylize_frame(number, request))
    return bytes(request.content.data)


def test_the_worker_begins(line: Line) -> None:
    assert line.receive() == ({"type": "hello", "protocol": PROTOCOL, "engine_version": __version__}, b"")
    assert line.receive() == ({"type": "ready", "job": None, "engine_version": __version__, "devices": ["cpu"]}, b"")


def test_a_worker_without_a_client_greets_and_ends() -> None:
    """So a user can try a connection to another machine by hand."""
    done = subprocess.run(command(), stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False)
    assert done.stdout.startswith(b"NSTF") and done.returncode == 0


def test_a_job_from_its_start_to_its_result(line: Line) -> None:
    content = stylize(line, "paint")
    assert line.next("started")[0]["job"] == 1
    header, picture = line.next("result")
    assert picture == content
    assert header["pictures"] == [{"width": 16, "height": 16, "format": "rgba-f32"}]


def test_a_ping_is_answered_while_a_job_runs(line: Line) -> None:
    stylize(line, "compute")
    line.next("started")
    line.send({"type": "ping"})
    assert line.next("pong") == ({"type": "pong"}, b"")


def test_a_question_for_an_estimate_is_answered_when_no_job_runs(line: Line) -> None:
    question = {"type": "estimate", "sizes": JobSizes((20, 10), ((5, 5),)).to_dict(), "settings": Settings().to_dict()}
    answer = {
        "type": "estimate",
        "job": None,
        "seconds": 0.2,
        "memory": 1 << 30,
        "quick_size": 512,
        "problem": "",
        "size": 0,
    }
    line.send(question)  # the worker waits until the engine is loaded
    assert line.next("estimate")[0] == answer
    stylize(line, "work")
    line.next("started")
    line.send(question)
    line.send({"type": "cancel", "job": 1, "keep": False})
    ends = [line.next("canceled", "estimate")[0]["type"] for _ in range(2)]
    assert ends == ["canceled", "estimate"]


def test_an_estimate_that_fails_is_reported_and_the_worker_continues(line: Line) -> None:
    sizes = JobSizes((FAILING_WIDTH, 10), ((5, 5),)).to_dict()
    line.send({"type": "estimate", "sizes": sizes, "settings": Settings().to_dict()})
    assert line.next("estimate")[0]["problem"].startswith("Memory ran out.")
    line.send({"type": "ping"})
    line.next("pong")


def test_a_request_is_answered_before_it_is_begun(line: Line) -> None:
    """The answer also comes within the second after an earlier heartbeat."""
    line.next("ready")
    line.send({"type": "ping"})
    line.next("pong")
    stylize(line, "paint")
    assert line.receive() == ({"type": "pong"}, b"")


def test_a_request_that_arrives_slowly_is_answered_by_signs_of_life(line: Line) -> None:
    whole = io.BytesIO()
    write_frame(whole.write, stylize_frame(1, job("paint", side=64)))
    data = whole.getvalue()
    line.stdin.write(data[:-2])
    for place in (-2, -1):
        assert line.next("pong")[0] == {"type": "pong"}
        time.sleep(_LONGER_THAN_A_PONG_TAKES)
        line.stdin.write(data[place:][:1])
    assert line.next("result")[0]["job"] == 1


@pytest.mark.parametrize("act", ["work", "compute"])
@pytest.mark.parametrize("goodbye", ["shutdown", "end", "end within a frame"])
def test_a_busy_worker_ends_with_its_line(line: Line, act: str, goodbye: str) -> None:
    stylize(line, act)
    line.next("started")
    if goodbye == "shutdown":
        line.send({"type": "shutdown"})
    elif goodbye == "end within a frame":
        line.stdin.write(b"NSTF\x10")
    if goodbye != "shutdown":
        line.stdin.close()
    assert line.exit_code() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        Frame("unknown"),
        Frame("stylize", {"job": "one", "request": {}}),
        Frame("adjust", {"job": 1, "strength": 7}),
        Frame("estimate", {"sizes": {"content": [0, 0]}, "settings": {}}),
        stylize_frame(2, job()),
    ],
)
def test_a_breach_of_the_contract_ends_the_worker_by_name(line: Line, wrong: Frame) -> None:
    stylize(line, "work")
    line.next("started")
    write_frame(line.stdin.write, wrong)
    header, _ = line.next("failed")
    assert header["job"] is None and header["code"] == "protocol-error" and header["problem"]
    assert line.exit_code() == 1


def test_a_request_that_is_no_job_fails_and_the_next_one_is_served(line: Line) -> None:
    frame = stylize_frame(1, job())
    frame.fields["request"]["content"]["width"] = 17
    write_frame(line.stdin.write, frame)
    header, _ = line.next("failed")
    assert (header["job"], header["code"]) == (1, "invalid-job")
    stylize(line, "paint", 2)
    assert line.next("result")[0]["job"] == 2


def test_frames_about_a_job_that_has_ended_are_ignored(line: Line) -> None:
    stylize(line, "paint")
    line.next("result")
    line.send({"type": "cancel", "job": 1, "keep": False})
    line.send({"type": "adjust", "job": 1, "strength": "?"})
    stylize(line, "work", 2)
    line.next("started")
    line.send({"type": "cancel", "job": 1, "keep": False})
    line.send({"type": "cancel", "job": 2, "keep": True})
    assert line.next("result")[0]["complete"] is False


def test_at_a_terminal_the_worker_explains_itself() -> None:
    theirs, ours = pty.openpty()
    done = subprocess.run(command(), stdin=ours, capture_output=True, timeout=LIMIT, check=False)
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 2 and done.stdout == b"" and b"editor" in done.stderr
