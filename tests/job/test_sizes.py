"""The sizes of a job are the same after JSON. Sizes that no picture can have are refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from nst_core.job.errors import InvalidJob
from nst_core.job.request import StyleJob
from nst_core.job.sizes import JobSizes, automatic_size
from tests.bridge.jobs import jobs


@given(jobs())
def test_the_sizes_of_every_job_come_through_json(job: StyleJob) -> None:
    sizes = JobSizes.of(job)
    assert sizes.content == (job.content.width, job.content.height)
    assert len(sizes.styles) == len(job.styles)
    assert JobSizes.from_dict(json.loads(json.dumps(sizes.to_dict()))) == sizes


@pytest.mark.parametrize(
    "wrong",
    [
        {"content": [0, 5]},
        {"content": [5]},
        {"content": ["5", 5]},
        {"content": [5.5, 5]},
        {"content": [70000, 5]},
        {"content": None},
        {"styles": []},
        {"styles": [[1, 1]] * 33},
        {"styles": 3},
        {"regions": -1},
        {"masks": True},
        {"preview_side": "512"},
    ],
)
def test_the_sizes_of_no_job_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidJob):
        JobSizes.from_dict({**JobSizes((8, 8), ((4, 4),)).to_dict(), **wrong})


def test_a_missing_size_is_refused() -> None:
    with pytest.raises(InvalidJob):
        JobSizes.from_dict({"content": [8, 8]})


def test_an_automatic_size_is_quick_but_never_so_small_that_strokes_look_blurred() -> None:
    assert automatic_size((2400, 1600), 0) == 0, "the full size is quick"
    assert automatic_size((2400, 1600), 1536) == 1536
    assert automatic_size((1600, 7700), 1280) == 1984, "a quarter of the longest side, in steps of 64"
    assert automatic_size((600, 400), 768) == 0
