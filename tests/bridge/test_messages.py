"""Events as frames, and what a frame may hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, List

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
from nst_core.job.events import Canceled, ClientEvent, Failed, Notice, Preview, Progress, Ready, Result, Started
from nst_core.job.request import StyleJob
from tests.bridge.jobs import jobs, pictures
from tests.bridge.test_framing import decode, encode

NUMBERS = st.floats(-1e300, 1e300)
COUNTS = st.integers(0, 2**62)
EVENTS = st.one_of(
    st.builds(Ready, st.text(), st.lists(st.text()).map(tuple)),
    st.builds(Started, st.text(), st.lists(st.tuples(COUNTS, COUNTS)).map(tuple), COUNTS, NUMBERS, COUNTS),
    st.builds(Progress, st.floats(0, 1), NUMBERS, COUNTS, COUNTS, NUMBERS),
    st.builds(Preview, pictures(["rgba-u8"])),
    st.builds(Notice, st.text()),
    st.builds(Result, pictures(["rgba-f32"]), st.booleans(), NUMBERS, st.text(), COUNTS),
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


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("unknown", {}),
        ("progress", {"fraction": 0.5}),
        ("progress", {"fraction": 2, "seconds_left": 1, "scale": 1, "step": 1, "loss": 1}),
        ("progress", {"fraction": "0", "seconds_left": 1, "scale": 1, "step": 1, "loss": 1}),
        ("progress", {"fraction": 0, "seconds_left": 10**30, "scale": True, "step": 1, "loss": 1}),
        ("started", {"device": "cpu", "sizes": [[1]], "memory": 1, "seconds": 1, "tile": 0}),
        ("started", {"device": "cpu", "sizes": 3, "memory": 1, "seconds": 1, "tile": 0}),
        ("started", {"device": "cpu", "sizes": [[1, -1]], "memory": 1, "seconds": 1, "tile": 0}),
        ("notice", {"text": 1}),
        ("ready", {"engine_version": "1", "devices": [1]}),
        ("result", {"complete": 1, "seconds": 1, "device": "cpu", "seed": 0}),
        ("preview", {}),
    ],
)
def test_malformed_answers_are_refused(kind: str, fields: Dict[str, Any]) -> None:
    with pytest.raises(ProtocolError):
        event_from_frame(Frame(kind, fields))


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


def test_no_answer_about_a_job_is_admitted_when_none_runs() -> None:
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
