"""The estimate before a job is what the job itself announces, and follows the settings."""

from __future__ import annotations

import pytest

from nst_core.engine.clock import Clock
from nst_core.engine.estimates import estimate
from nst_core.engine.stylize import stylize
from nst_core.job.errors import DeviceUnavailable, MemoryBudgetTooSmall
from nst_core.job.events import Started
from nst_core.job.settings import Settings
from nst_core.job.sizes import JobSizes
from tests.engine.test_stylize import job

CPU = Settings(device="cpu")


@pytest.fixture(autouse=True)
def the_usual_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Estimates do not depend on the jobs that other tests have measured."""
    monkeypatch.setattr(Clock, "last_rates", {})


def sizes(width: int, height: int) -> JobSizes:
    return JobSizes((width, height), ((600, 400),))


def test_it_is_what_the_job_announces() -> None:
    request = job(side=96)
    next(stylize(request))  # loads the network, which counts as well
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


def test_it_fails_as_the_job_would() -> None:
    with pytest.raises(MemoryBudgetTooSmall):
        estimate(sizes(4000, 3000), Settings(device="cpu", memory=0.1))
    with pytest.raises(DeviceUnavailable):
        estimate(sizes(400, 300), Settings(device="cuda:9"))
