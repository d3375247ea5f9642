"""Events as frames, and the allowed fields of a frame."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any, Dict, List, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nst_core.bridge.framing import Frame, Shape
from nst_core.bridge.job_tree import job_from_wire, job_to_wire
from nst_core.bridge.messages import (
    Expectation,
    admit_answer,
    admit_request,
    event_from_frame,
    event_to_frame,
)
from nst_core.job.errors import InvalidJob, NeuralStyleError, ProtocolError, error_from_wire
from nst_core.job.events import (
    Canceled,
    ClientEvent,
    Estimate,
    Failed,
    Notice,
    Preview,
    Progress,
    Ready,
    Result,
    Started,
)
from nst_core.job.pixels import MAXIMUM_SIDE, PixelBuffer
from nst_core.job.request import StyleJob
from nst_core.job.text import LONGEST
from tests.bridge.jobs import jobs, pictures
from tests.bridge.test_framing import decode, encode

NUMBERS = st.floats(-1e300, 1e300)
SECONDS = st.floats(0, 1e9)
COUNTS = st.integers(0, 2**62)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
DEVICES = st.sampled_from(["cpu", "cuda", "cuda:1", "xpu:12", "mps"])
SIDES = st.integers(1, MAXIMUM_SIDE)
SIZES = st.lists(st.tuples(SIDES, SIDES), min_size=1, max_size=64).map(tuple)
EVENTS = st.one_of(
    st.builds(Ready, TEXTS, st.lists(DEVICES, min_size=1, max_size=64).map(tuple)),
    st.builds(Estimate, SECONDS, COUNTS, COUNTS, TEXTS),
    st.builds(Started, DEVICES, SIZES, COUNTS, SECONDS, COUNTS),
    st.builds(Progress, st.floats(0, 1), SECONDS, COUNTS, COUNTS, NUMBERS),
    st.builds(Preview, pictures(["rgba-u8"])),
    st.builds(Notice, TEXTS),
    st.builds(Result, pictures(["rgba-f32"]), st.booleans(), SECONDS, DEVICES, st.integers(0, 2**31 - 1)),
    st.just(Canceled()),
)


@given(EVENTS)
def test_every_event_comes_through(event: ClientEvent) -> None:
    frame = decode(encode(event_to_frame(event, 5)))
    assert frame is not None and frame.fields["job"] == 5
    assert event_from_frame(frame) == event


@pytest.mark.parametrize("kind", NeuralStyleError.__subclasses__())
def test_every_error_comes_through(kind: type) -> None:
    frame = decode(encode(event_to_frame(Failed(kind("What.", "Do.")), None)))
    assert frame is not None
    failed = event_from_frame(frame)
    assert isinstance(failed, Failed)
    assert (type(failed.error), failed.error.problem, failed.error.remedy) == (kind, "What.", "Do.")


def test_an_unknown_error_is_an_error_all_the_same() -> None:
    assert error_from_wire({"code": ["?"], "problem": 3}).problem == "3"


VALID: Dict[str, Dict[str, Any]] = {
    "ready": {"engine_version": "1", "devices": ["cuda", "cuda:1", "cpu"]},
    "started": {"device": "cpu", "sizes": [[64, 48], [512, 384]], "memory": 1, "seconds": 1.5, "tile": 0},
    "progress": {"fraction": 0.5, "seconds_left": 1, "scale": 64, "step": 3, "loss": -0.5},
    "estimate": {"seconds": 1.5, "memory": 1 << 30, "quick_size": 1024, "problem": "", "size": 2048},
    "notice": {"text": "The GPU is busy."},
    "result": {"complete": True, "seconds": 1, "device": "cuda:1", "seed": 0, "size": 640},
}
NO_NUMBERS: List[Any] = [None, True, "1", [1], {}, math.nan, math.inf]
NO_COUNTS = [*NO_NUMBERS, 1.5, -1, 10**20]
NO_TIMES = [*NO_NUMBERS, -1, 1e300, 10**400]
NO_TEXTS: List[Any] = [None, 1, True, ["a"], {}]
NO_DEVICES = [*NO_TEXTS, "", "CPU", "cuda:", "cuda:\u00b2", "cuda:\u0663", "cuda:12345", "cpu\n", "cuda:0:1", "x" * 40]
NO_SIDES = [*NO_COUNTS, 0, MAXIMUM_SIDE + 1]
MALFORMED: Dict[Tuple[str, str], List[Any]] = {
    ("ready", "engine_version"): NO_TEXTS,
    ("ready", "devices"): [None, {}, "cpu", [], ["cpu"] * 65, *([device] for device in NO_DEVICES)],
    ("started", "device"): NO_DEVICES,
    ("started", "sizes"): [
        *(3, None, {}, "ab", [], [[]], [[1]], [[1, 2, 3]], ["ab"], [[1, 1]] * 65),
        *([[64, 64], [side, 64]] for side in NO_SIDES),
        *([[64, side]] for side in NO_SIDES),
    ],
    ("started", "memory"): NO_COUNTS,
    ("started", "seconds"): NO_TIMES,
    ("started", "tile"): NO_COUNTS,
    ("progress", "fraction"): [*NO_NUMBERS, -0.1, 1.1],
    ("progress", "seconds_left"): NO_TIMES,
    ("progress", "scale"): NO_COUNTS,
    ("progress", "step"): NO_COUNTS,
    ("progress", "loss"): NO_NUMBERS,
    ("estimate", "seconds"): NO_TIMES,
    ("estimate", "memory"): NO_COUNTS,
    ("estimate", "quick_size"): NO_COUNTS,
    ("estimate", "problem"): NO_TEXTS,
    ("estimate", "size"): NO_COUNTS,
    ("notice", "text"): NO_TEXTS,
    ("result", "complete"): [None, 0, 1, "true", []],
    ("result", "seconds"): NO_TIMES,
    ("result", "device"): NO_DEVICES,
    ("result", "seed"): [*NO_NUMBERS, -1, 2**31, 0.5],
    ("result", "size"): NO_COUNTS,
}


def test_every_field_of_every_event_has_its_malformed_values() -> None:
    assert set(MALFORMED) == {(kind, name) for kind, fields in VALID.items() for name in fields}


def pictures_of(kind: str) -> Tuple[PixelBuffer, ...]:
    return (PixelBuffer(1, 1, "rgba-f32", bytes(16)),) if kind == "result" else ()


@pytest.mark.parametrize("kind", VALID)
def test_well_formed_answers_are_read(kind: str) -> None:
    event = event_from_frame(Frame(kind, {**VALID[kind], "unknown": 1}, pictures_of(kind)))
    sent = event_to_frame(event, 1).fields
    assert json.loads(json.dumps(sent)) == {"job": 1, **VALID[kind]}


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [(*field, value) for field, values in MALFORMED.items() for value in values],
    ids=lambda value: repr(value)[:40],
)
def test_malformed_answers_are_refused(kind: str, name: str, value: Any) -> None:
    """These values would raise in an editor: in a label, a progress bar, a list of devices, or a record."""
    with pytest.raises(ProtocolError):
        event_from_frame(Frame(kind, {**VALID[kind], name: value}, pictures_of(kind)))


@pytest.mark.parametrize(("kind", "name"), MALFORMED)
def test_answers_that_lack_a_field_are_refused(kind: str, name: str) -> None:
    fields = {key: value for key, value in VALID[kind].items() if key != name}
    with pytest.raises(ProtocolError):
        event_from_frame(Frame(kind, fields, pictures_of(kind)))


@pytest.mark.parametrize("kind", ["unknown", "hello", "preview", ""])
def test_frames_that_are_no_events_are_refused(kind: str) -> None:
    with pytest.raises(ProtocolError):
        event_from_frame(Frame(kind, {}))


def test_texts_that_no_editor_can_show_are_made_showable() -> None:
    notice = event_from_frame(Frame("notice", {"text": "a\0b\ud800" + "c" * 10**5}))
    failed = event_from_frame(Frame("failed", {"code": "x", "problem": "a\udcffb", "remedy": "c" * 10**5}))
    assert isinstance(notice, Notice) and isinstance(failed, Failed)
    assert notice.text.startswith("a\ufffdb\ufffdc") and len(notice.text) == LONGEST
    assert failed.error.problem == "a\ufffdb" and len(failed.error.remedy) == LONGEST


def test_a_malformed_value_is_shown_in_short() -> None:
    with pytest.raises(ProtocolError) as caught:
        event_from_frame(Frame("notice", {"text": [0] * 10**5}))
    assert len(caught.value.problem) < 300


EXPECTED = Expectation(job=4, width=30, height=20, preview_side=10, styles=1)
RESULT = Shape(30, 20, "rgba-f32")


@pytest.mark.parametrize(
    ("kind", "job", "shapes"),
    [
        ("result", 4, []),
        ("result", 4, [Shape(20, 30, "rgba-f32")]),
        ("result", 4, [Shape(30, 20, "rgba-u8")]),
        ("result", 4, [RESULT, RESULT]),
        ("result", 5, [RESULT]),
        ("result", None, [RESULT]),
        ("preview", 4, [Shape(11, 1, "rgba-u8")]),
        ("preview", 4, [Shape(1, 11, "rgba-u8")]),
        ("preview", 4, [Shape(5, 5, "rgba-f32")]),
        ("progress", 4, [Shape(1, 1, "gray-u8")]),
        ("failed", 5, []),
        ("canceled", None, []),
        ("progress", "4", []),
    ],
)
def test_answers_that_do_not_fit_the_job_are_refused(kind: str, job: Any, shapes: List[Shape]) -> None:
    with pytest.raises(ProtocolError):
        admit_answer(kind, {"job": job}, shapes, EXPECTED)


def test_answers_that_fit_the_job_are_admitted() -> None:
    admit_answer("result", {"job": 4}, [RESULT], EXPECTED)
    admit_answer("result", {"job": 4}, [Shape(30, 20, "rgba-u8")], replace(EXPECTED, result_format="rgba-u8"))
    admit_answer("preview", {"job": 4}, [Shape(10, 7, "rgba-u8")], EXPECTED)
    admit_answer("ready", {}, [], None)


def test_an_answer_about_a_job_is_refused_when_no_job_runs() -> None:
    with pytest.raises(ProtocolError):
        admit_answer("result", {"job": 4}, [RESULT], None)


def test_a_request_has_bounds() -> None:
    largest = Shape(65536, 32768, "rgba-f32")
    admit_request("stylize", {}, [largest])
    with pytest.raises(ProtocolError):
        admit_request("stylize", {}, [largest, Shape(1, 1, "gray-u8")])
    with pytest.raises(ProtocolError):
        admit_request("ping", {}, [Shape(1, 1, "gray-u8")])


@given(jobs())
def test_a_request_whose_pictures_are_others_is_refused(job: StyleJob) -> None:
    tree, sent = job_to_wire(job)
    tree["content"]["width"] += 1
    with pytest.raises(InvalidJob):
        job_from_wire(tree, sent)


@pytest.mark.parametrize(
    "tree", [{}, {"styles": 1}, [], None, {"content": {"index": "0"}, "styles": [], "settings": 1}]
)
def test_a_request_of_another_form_is_refused(tree: Any) -> None:
    with pytest.raises(InvalidJob):
        job_from_wire(tree, ())
