"""The pump takes one step at a time, also where Krita runs its event loop within a step."""

from __future__ import annotations

from typing import Any, Callable, List

import pytest


@pytest.fixture
def pump(studio: Any) -> Any:
    from krita_plugin.steps import Pump

    def guard(action: Callable[[], None]) -> bool:
        action()
        return True

    return Pump(guard)


def nested(studio: Any, seen: List[str], during: Callable[[], None]) -> Any:
    """Steps of which the first does ``during`` and lets the event loop run, as Krita does while it converts."""
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
