"""Frames arrive as they were sent. All other data is refused."""

from __future__ import annotations

import io
import json
import struct
import tracemalloc
from typing import Any, Dict, List, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nst_core.bridge.framing import MAXIMUM_HEADER, MAXIMUM_PICTURES, Frame, Shape, read_frame, write_frame
from nst_core.bridge.job_tree import job_from_wire
from nst_core.bridge.messages import admit_request, stylize_frame
from nst_core.job.errors import ProtocolError
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import MAXIMUM_STYLES, Style, StyleJob
from nst_core.job.settings import Settings
from tests.bridge.jobs import jobs


class Trickle:
    """A connection that reads and writes only a few bytes at a time, like some pipes."""

    def __init__(self, data: bytes = b"", step: int = 3) -> None:
        self.stream = io.BytesIO(data)
        self.step = step

    def readinto(self, memory: memoryview) -> int:
        return self.stream.readinto(memory[: self.step])

    def write(self, memory: memoryview) -> int:
        return self.stream.write(memory[: self.step])


def anything(frame_type: str, fields: Dict[str, Any], shapes: List[Shape]) -> None:
    pass


def encode(frame: Frame) -> bytes:
    line = Trickle(step=1 << 20)
    write_frame(line.write, frame)
    return line.stream.getvalue()


def decode(data: bytes, step: int = 1 << 20) -> Optional[Frame]:
    return read_frame(Trickle(data, step).readinto, anything)


def raw(header: bytes, payload: bytes = b"") -> bytes:
    return b"NSTF" + struct.pack("<I", len(header)) + header + payload


def same(left: StyleJob, right: StyleJob) -> bool:
    """Return True if both are equal. The memory of their pixels may have different types."""
    return encode(stylize_frame(1, left)) == encode(stylize_frame(1, right))


@given(jobs(), st.integers(1, 50))
def test_every_job_comes_through(job: StyleJob, step: int) -> None:
    line = Trickle(step=step)
    write_frame(line.write, stylize_frame(3, job))
    frame = read_frame(Trickle(line.stream.getvalue(), step).readinto, admit_request)
    assert frame is not None and frame.type == "stylize" and frame.fields["job"] == 3
    received = job_from_wire(frame.fields["request"], frame.pictures)
    assert same(job, received)
    assert received.settings == job.settings
    assert [bytes(style.image.data) for style in received.styles] == [bytes(s.image.data) for s in job.styles]


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()))
def test_every_header_comes_through(fields: Dict[str, Any]) -> None:
    fields = {name: value for name, value in fields.items() if name not in ("type", "pictures")}
    assert decode(encode(Frame("x", fields)), step=2) == Frame("x", fields)


def test_a_job_with_everything_set_comes_through() -> None:
    """Make a job with the largest number of styles, each with all its masks."""
    content = PixelBuffer(2, 1, "rgba-u8", bytes(8))
    mask = PixelBuffer(2, 1, "gray-u8", bytes(2))
    styles = [Style(content, 1.0, str(number), mask, mask) for number in range(MAXIMUM_STYLES)]
    job = StyleJob(content, tuple(styles), Settings(init="picture"), mask, mask, content)
    frame = read_frame(io.BytesIO(encode(stylize_frame(1, job))).readinto, admit_request)
    assert frame is not None and len(frame.pictures) == MAXIMUM_PICTURES
    assert same(job_from_wire(frame.fields["request"], frame.pictures), job)


def test_the_layout_is_the_documented_one() -> None:
    frame = Frame("preview", {"job": 1}, (PixelBuffer(1, 2, "gray-u8", b"\1\2"),))
    header = b'{"type": "preview", "job": 1, "pictures": [{"width": 1, "height": 2, "format": "gray-u8"}]}'
    assert encode(frame) == b"NSTF" + len(header).to_bytes(4, "little") + header + b"\1\2"


def test_the_end_of_the_line_within_a_frame_is_an_error() -> None:
    assert decode(b"") is None
    whole = encode(Frame("x", {}, (PixelBuffer(2, 2, "rgba-u8", bytes(16)),)))
    for length in range(1, len(whole)):
        with pytest.raises(EOFError):
            decode(whole[:length])


@pytest.mark.parametrize(
    "data",
    [
        b"X",
        b"NSTX\1\0\0\0{",
        b"Traceback (most recent call last)",
        b"NSTF\0\0\0\0",
        b"NSTF" + struct.pack("<I", MAXIMUM_HEADER + 1),
        raw(b"\xff"),
        raw(b"[]"),
        raw(b"{}"),
        raw(b'{"type": 1}'),
        raw(b'{"type": "x", "a": NaN}'),
        raw(b'{"type": "x", "a": ' + b"9" * 21 + b"}"),
        raw(b'{"type": "x", "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
        raw(b'{"type": "x", "pictures": {}}'),
        raw(b'{"type": "x", "pictures": [1]}'),
        raw(b'{"type": "x", "pictures": [{"width": 1, "height": 1}]}'),
        raw(b'{"type": "x", "pictures": [{"width": 0, "height": 1, "format": "rgba-u8"}]}'),
        raw(b'{"type": "x", "pictures": [{"width": 65537, "height": 1, "format": "rgba-u8"}]}'),
        raw(b'{"type": "x", "pictures": [{"width": 1.0, "height": 1, "format": "rgba-u8"}]}'),
        raw(b'{"type": "x", "pictures": [{"width": 1, "height": 1, "format": ["rgba-u8"]}]}'),
        raw(json.dumps({"type": "x", "pictures": [{"width": 1, "height": 1, "format": "gray-u8"}] * 101}).encode()),
    ],
)
def test_bytes_that_are_no_frame_are_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode(data)


def test_a_refused_picture_takes_no_memory() -> None:
    frame = raw(b'{"type": "cancel", "pictures": [{"width": 65536, "height": 65536, "format": "rgba-f32"}]}')
    tracemalloc.start()
    with pytest.raises(ProtocolError):
        read_frame(Trickle(frame, 1000).readinto, admit_request)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


def test_a_picture_is_neither_copied_when_sent_nor_when_received() -> None:
    data = bytes(32 << 20)
    frame = Frame("x", {}, (PixelBuffer(2896, 2896, "rgba-u8", data[: 2896 * 2896 * 4]),))
    written: List[int] = []
    tracemalloc.start()
    write_frame(lambda memory: written.append(len(memory)) or len(memory), frame)  # type: ignore[func-returns-value]
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    line = io.BytesIO(encode(frame))
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    received = read_frame(line.readinto, anything)
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert received == frame
    assert peak < len(frame.pictures[0].data) * 1.1


def test_an_endless_header_is_not_sent() -> None:
    with pytest.raises(ProtocolError):
        encode(Frame("x", {"text": "a" * MAXIMUM_HEADER}))
