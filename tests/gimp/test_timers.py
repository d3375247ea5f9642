"""A delay ends once, after the last of several changes."""

from __future__ import annotations

import importlib
from typing import Any, Callable, Dict, List

import pytest


@pytest.fixture
def timers() -> Any:
    return importlib.import_module("gimp_plugin.timers")


def test_several_changes_make_one_call(timers: Any, pending: Dict[int, Callable[[], bool]]) -> None:
    calls: List[int] = []
    delay = timers.Delay(200, lambda: calls.append(1))
    for _ in range(3):
        delay.restart()
    (timer,) = pending.values()
    assert calls == []
    assert not timer(), "GLib would call it again"
    assert calls == [1]


def test_a_canceled_delay_calls_nothing(timers: Any, pending: Dict[int, Callable[[], bool]]) -> None:
    delay = timers.Delay(200, lambda: None)
    delay.restart()
    delay.cancel()
    delay.cancel()
    assert pending == {}
