"""The estimate before a job is the same that the job announces, and depends on the settings."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from nst_core.engine.clock import Clock
from nst_core.engine.estimates import estimate, in_working_size
from nst_core.engine.stylize import stylize
from nst_core.job.errors import DeviceUnavailable, MemoryBudgetTooSmall
from nst_core.job.events import Result, Started
from nst_core.job.settings import AUTOMATIC, Settings
from nst_core.job.sizes import JobSizes
from tests.engine.test_stylize import job

CPU = Settings(device="cpu")


@pytest.fixture(autouse=True)
def the_usual_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the measurements of other tests' jobs."""
    monkeypatch.setattr(Clock, "last_rates", {})


def sizes(width: int, height: int) -> JobSizes:
    return JobSizes((width, height), ((600, 400),))


def test_the_job_announces_the_same() -> None:
    request = job(side=96)
    next(stylize(request))  # loads the network, whose memory counts as well
    expected = estimate(JobSizes.of(request), request.settings)
    started = next(stylize(request))
    assert isinstance(started, Started)
    assert expected.seconds == pytest.approx(started.seconds)
    assert expected.memory == pytest.approx(started.memory, rel=0.1)


def test_it_follows_the_settings() -> None:
    def seconds(**settings: object) -> float:
        return estimate(sizes(1200, 800), Settings(device="cpu", **settings)).seconds  # type: ignore[arg-type]

    assert seconds(quality="draft") < seconds() < seconds(quality="high")
    assert seconds(size=400) < seconds(size=800) < seconds()


def test_a_long_job_is_offered_a_working_size_that_is_quick() -> None:
    large = sizes(7680, 4320)
    offered = estimate(large, CPU)
    assert offered.seconds > 60
    assert 512 <= offered.quick_size < 7680
    smaller = Settings(device="cpu", size=offered.quick_size)
    assert estimate(large, smaller).seconds <= 60
    assert estimate(large, smaller).quick_size == 0
    assert estimate(sizes(512, 340), CPU).quick_size == 0


def test_an_automatic_size_is_one_that_this_machine_paints_within_a_minute() -> None:
    automatic = replace(CPU, size=AUTOMATIC)
    small, large = sizes(512, 340), sizes(3840, 2160)
    assert in_working_size(small, automatic).size == 0 and estimate(small, automatic).size == 512
    quick = estimate(large, CPU).quick_size
    assert 0 < quick < 3840
    assert in_working_size(large, automatic).size == quick == estimate(large, automatic).size
    assert estimate(large, automatic) == estimate(large, replace(CPU, size=quick))
    Clock.last_rates["cpu"] = 1e9  # A faster machine paints the full size.
    assert in_working_size(large, automatic).size == 0
    Clock.last_rates["cpu"] = 1.0  # The slowest machine paints the smallest size that looks good.
    assert in_working_size(large, automatic).size == 960
    assert in_working_size(large, CPU) == CPU, "the user's own size stays"


def test_an_automatic_size_fits_into_memory() -> None:
    Clock.last_rates["cpu"] = 1e9
    large = sizes(4000, 3000)

    def fits(memory: float, size: int) -> bool:
        with suppress(MemoryBudgetTooSmall):
            return estimate(large, replace(CPU, memory=memory, size=size)).memory <= memory * 2**30
        return False

    memory = next(tenths / 10 for tenths in range(10, 100) if fits(tenths / 10, 1536))
    assert not fits(memory, 0)
    assert fits(memory, AUTOMATIC)


def test_the_result_says_at_which_size_it_was_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    request = job("great_wave", "chelsea", side=600, strength=0.05, quality="draft")

    def size_of_result(wanted: int) -> int:
        end = list(stylize(replace(request, settings=replace(request.settings, size=wanted))))[-1]
        assert isinstance(end, Result)
        return end.size

    assert [size_of_result(wanted) for wanted in (AUTOMATIC, 0, 64)] == [0, 0, 64]
    monkeypatch.setattr(Clock, "estimate", lambda clock: 61.0)
    assert [size_of_result(wanted) for wanted in (AUTOMATIC, 0, 64)] == [512, 0, 64]


def test_it_fails_as_the_job_would() -> None:
    with pytest.raises(MemoryBudgetTooSmall):
        estimate(sizes(4000, 3000), Settings(device="cpu", memory=0.1))
    with pytest.raises(DeviceUnavailable):
        estimate(sizes(400, 300), Settings(device="cuda:9"))
