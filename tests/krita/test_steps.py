"""The pump takes one step at a time, even if Krita runs its event loop within a step."""

from __future__ import annotations

import threading
from typing import Any, Callable, List

import pytest

from nst_core.job.errors import HostError


@pytest.fixture
def pump(studio: Any) -> Any:
    from krita_plugin.steps import Pump

    def guard(action: Callable[[], None]) -> bool:
        action()
        return True

    return Pump(guard)


def nested(studio: Any, seen: List[str], during: Callable[[], None]) -> Any:
    """Yield steps. The first one calls ``during`` and runs the event loop, as Krita's conversions do."""
    try:
        yield
        during()
        for _ in range(5):
            studio.application.processEvents()
        seen.append("first")
        yield
        seen.append("second")
    finally:
        seen.append("closed")


def test_no_step_begins_within_another(studio: Any, pump: Any) -> None:
    seen: List[str] = []
    pump.run(nested(studio, seen, lambda: None), lambda value: seen.append("done"))
    studio.until(lambda: "done" in seen)
    assert seen == ["first", "second", "closed", "done"] and not pump.busy


def test_steps_dropped_from_within_end_after_their_step(studio: Any, pump: Any) -> None:
    seen: List[str] = []
    pump.run(nested(studio, seen, pump.drop), lambda value: seen.append("done"))
    studio.until(lambda: "closed" in seen)
    assert seen == ["first", "closed"] and not pump.busy


def test_others_may_be_begun_from_within(studio: Any, pump: Any) -> None:
    def other() -> Any:
        yield
        seen.append("other")
        return "other done"

    seen: List[str] = []
    pump.run(nested(studio, seen, lambda: pump.run(other(), seen.append)), lambda value: seen.append("done"))
    studio.until(lambda: "other done" in seen)
    assert seen == ["first", "closed", "other", "other done"] and not pump.busy


class Clock:
    """A clock that advances by ``tick`` seconds each time it is read."""

    def __init__(self, tick: float) -> None:
        self.tick, self.now = tick, 0.0

    def __call__(self) -> float:
        self.now += self.tick
        return self.now


@pytest.mark.parametrize(("tick", "pause", "turns"), [(0.0, None, 1), (1.0, None, 9), (0.0, 0, 9)])
def test_steps_share_a_turn_until_a_time_slice_is_used(studio: Any, tick: float, pause: Any, turns: int) -> None:
    from krita_plugin.steps import Pump

    calls: List[str] = []

    def guard(action: Callable[[], None]) -> bool:
        calls.append("turn")
        action()
        return True

    def steps() -> Any:
        for _ in range(8):
            yield pause
        return "done"

    pump = Pump(guard, Clock(tick))
    pump.run(steps(), calls.append)
    studio.until(lambda: "done" in calls)
    assert calls == ["turn"] * turns + ["done"]


def test_steps_that_are_dropped_in_the_middle_of_a_slice_go_no_further(studio: Any, pump: Any) -> None:
    seen: List[str] = []

    def steps() -> Any:
        yield
        seen.append("first")
        pump.drop()
        yield
        seen.append("second")

    pump.run(steps(), seen.append)
    studio.until(lambda: not pump.busy)
    studio.application.processEvents()
    assert seen == ["first"]


def test_a_thread_is_waited_for_while_the_event_loop_runs(studio: Any, pump: Any) -> None:
    from krita_plugin.steps import in_thread

    gate = threading.Event()
    seen: List[bool] = []
    pump.run(in_thread(lambda: gate.wait(20)), seen.append)
    studio.panels.QtCore.QTimer.singleShot(0, gate.set)
    studio.until(lambda: bool(seen))
    assert seen == [True]


def test_the_exception_of_a_thread_is_raised_in_the_steps(studio: Any) -> None:
    from krita_plugin.steps import in_thread

    def fail() -> None:
        raise HostError("It failed.")

    with pytest.raises(HostError, match="It failed"):
        for _ in in_thread(fail):
            pass
