"""A delay ends once, after the last of several changes."""

from __future__ import annotations

import importlib
from typing import Any, Callable, Dict, List

import pytest

from nst_core.job.errors import HostError, NeuralStyleError


@pytest.fixture
def timers() -> Any:
    return importlib.import_module("gimp_plugin.timers")


def never(error: NeuralStyleError) -> None:
    pytest.fail(str(error))


def test_several_changes_make_one_call(timers: Any, pending: Dict[int, Callable[[], bool]]) -> None:
    calls: List[int] = []
    delay = timers.Delay(200, lambda: calls.append(1), never)
    for _ in range(3):
        delay.restart()
    (timer,) = pending.values()
    assert calls == []
    assert not timer(), "GLib would call it again"
    assert calls == [1]


def test_a_canceled_delay_calls_nothing(timers: Any, pending: Dict[int, Callable[[], bool]]) -> None:
    delay = timers.Delay(200, lambda: None, never)
    delay.restart()
    delay.cancel()
    delay.cancel()
    assert pending == {}


@pytest.mark.parametrize("error", [TypeError("no name"), HostError("A layer is gone.")], ids=repr)
def test_an_error_after_a_delay_is_reported(
    timers: Any, pending: Dict[int, Callable[[], bool]], error: Exception
) -> None:
    reported: List[NeuralStyleError] = []

    def work() -> None:
        raise error

    timers.Delay(200, work, reported.append).restart()
    (timer,) = pending.values()
    assert not timer()
    assert reported[0] is error or reported[0].__cause__ is error
