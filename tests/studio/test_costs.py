"""The costs of a job in words: time and memory, the reason if it is impossible, and a quicker size."""

from __future__ import annotations

import re
from typing import Iterator

import pytest

from nst_core.bridge import language
from nst_core.job.events import Estimate
from nst_core.job.settings import AUTOMATIC
from nst_core.studio import costs

GIBIBYTE = 1 << 30


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    language.use(["en"])


def test_time_and_memory() -> None:
    assert costs.summary(Estimate(24.0, GIBIBYTE * 11 // 10, 0)) == "About 25 s, 1.1 GiB of memory"
    assert costs.summary(Estimate(1.0, 300 << 20, 0)) == "A few seconds, 300 MiB of memory"
    assert costs.summary(Estimate(5300.0, 8 * GIBIBYTE, 0)) == "About 1 h 30 min, 8.0 GiB of memory"


def test_a_problem_takes_the_place_of_the_costs() -> None:
    assert costs.summary(Estimate(0.0, 0, 0, "This needs 9 GiB.")) == "This needs 9 GiB."


def test_a_quicker_size_is_offered_where_there_is_one() -> None:
    assert costs.quick_offer(Estimate(24.0, GIBIBYTE, 0)) == ""
    assert costs.quick_offer(Estimate(240.0, GIBIBYTE, 1024)) == "At 1024 px: less than a minute"


def test_the_automatic_size_is_shown_with_the_size_that_it_means() -> None:
    assert costs.automatic_label(None) == "Automatic"
    assert costs.automatic_label(Estimate(24.0, GIBIBYTE, 0, size=1536)) == "Auto (1536 px)"
    assert costs.automatic_label(Estimate(0.0, 0, 0, "This needs 9 GiB.")) == "Automatic"


def test_both_are_translated() -> None:
    language.use(["de"])
    assert costs.summary(Estimate(24.0, GIBIBYTE, 0)) == "Etwa 25 s, 1.0 GiB Speicher"
    assert costs.quick_offer(Estimate(240.0, GIBIBYTE, 1024)) == "Mit 1024 px: unter einer Minute"


def test_a_size_at_which_strokes_look_blurred_is_warned_of() -> None:
    assert [costs.size_caution((2400, 1600), size) for size in (AUTOMATIC, 0, 600, 2400, 4000)] == [""] * 5
    assert costs.size_caution((1600, 2400), 599) == (
        "The working size is small for this picture: strokes will look blurred. Use 640 px or more."
    )
    for side in (900, 1001, 7919):
        recommended = int(re.findall(r"(\d+) px", costs.size_caution((side, 9), 16))[0])
        assert costs.size_caution((side, 9), recommended) == "" and recommended % 64 == 0
