"""Jobs in the event loop, with a client whose events a test sets."""

from __future__ import annotations

import importlib
from typing import Any, List

import pytest

from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import NeuralStyleError, OutOfMemory
from nst_core.job.events import Canceled, ClientEvent, Failed, Progress, Result
from nst_core.job.pixels import PixelBuffer

RESULT = Result(PixelBuffer(1, 1, "rgba-f32", bytes(16)), True, 1.0, "cpu", 0)
PROGRESS = Progress(0.5, 1.0, 64, 1, 0.5)


class Client:
    """A client that returns one event of the job at each poll."""

    def __init__(self, *events: ClientEvent) -> None:
        self.events = list(events)
        self.calls: List[str] = []
        self.working = False

    @property
    def busy(self) -> bool:
        return self.working

    def stylize(self, job: Any) -> None:
        self.working = True

    def poll(self) -> List[ClientEvent]:
        found = [self.events.pop(0)] if self.working and self.events else []
        if any(isinstance(event, (Canceled, Failed, Result)) for event in found):
            self.working = False
        return found

    def cancel(self, keep: bool) -> None:
        self.calls.append(f"cancel {keep}")

    def adjust(self, adjustment: Adjustment) -> None:
        self.calls.append(f"adjust {adjustment.to_dict()}")

    def close(self) -> None:
        self.calls.append("close")


def run(client: Client, heard: List[ClientEvent]) -> Any:
    return importlib.import_module("gimp_plugin.runner").Runner(heard.append, client).run(None)


def test_a_result_ends_the_job() -> None:
    heard: List[ClientEvent] = []
    assert run(Client(PROGRESS, RESULT), heard) is RESULT
    assert heard == [PROGRESS, RESULT]


def test_a_discarded_job_has_no_result() -> None:
    assert run(Client(PROGRESS, Canceled()), []) is None


def test_a_failure_is_raised() -> None:
    with pytest.raises(OutOfMemory, match="smaller"):
        run(Client(Failed(OutOfMemory("Memory ran out.", "Choose a smaller size."))), [])


def test_only_a_running_job_is_adjusted() -> None:
    client = Client(PROGRESS, RESULT)
    runner: Any = importlib.import_module("gimp_plugin.runner").Runner(
        lambda event: runner.adjust(Adjustment({"strength": 0.5})), client
    )
    runner.adjust(Adjustment({"strength": 0.1}))
    runner.run(None)
    assert client.calls[0] == "adjust {'strength': 0.5}"
    assert "0.1" not in " ".join(client.calls)


def test_the_engine_is_closed_after_an_error() -> None:
    client = Client()
    with pytest.raises(ValueError, match="anything"), importlib.import_module("gimp_plugin.runner").engine(
        print, client
    ):
        raise ValueError("anything")
    assert client.calls == ["close"]


@pytest.mark.parametrize("error", [IndexError("no device"), OutOfMemory("Memory ran out.")], ids=repr)
def test_a_listener_that_fails_ends_the_job_with_a_named_error(error: Exception) -> None:
    client = Client(PROGRESS, PROGRESS, RESULT)

    def listen(event: ClientEvent) -> None:
        if len(client.events) == 1:
            raise error

    runner = importlib.import_module("gimp_plugin.runner").Runner(listen, client)
    with pytest.raises(NeuralStyleError) as raised:
        runner.run(None)
    assert raised.value is error or raised.value.__cause__ is error
    assert client.calls == ["close"], "the engine goes on with a job that nobody waits for"
    client.events = [PROGRESS, RESULT, PROGRESS, RESULT]
    assert runner.run(None) is RESULT, "the timer has ended"


def test_a_listener_that_fails_is_reported_once() -> None:
    def listen(event: ClientEvent) -> None:
        raise ValueError("anything")

    broken: List[NeuralStyleError] = []
    runner = importlib.import_module("gimp_plugin.runner").Runner(listen, Client(PROGRESS), broken.append)
    with pytest.raises(NeuralStyleError):
        runner.run(None)
    assert len(broken) == 1
