"""Paintings wait in the queue. Each begins after the previous one has ended in any way."""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import Any, Callable, Dict, List, Optional

import pytest

from nst_core.job.errors import EngineMissing, HostError, NeuralStyleError
from nst_core.job.events import Canceled, ClientEvent, Failed
from nst_core.job.settings import Settings

Timers = Dict[int, Callable[[], bool]]


class Client:
    """An engine that records its jobs, and ends the running one when a test says so."""

    def __init__(self) -> None:
        self.jobs: List[str] = []
        self.events: List[ClientEvent] = []
        self.problem: Optional[NeuralStyleError] = None
        self.busy = self.closed = False

    def stylize(self, job: str) -> None:
        if self.problem is not None:
            raise self.problem
        self.jobs.append(job)

    def poll(self) -> List[ClientEvent]:
        found, self.events = self.events, []
        return found

    def close(self) -> None:
        """End the engine and its running job."""
        self.closed = True


class Order:
    """A painting without pixels."""

    def __init__(self, name: str, problem: Optional[Exception] = None) -> None:
        self.name, self.problem = name, problem
        self.choices, self.settings = (), Settings()
        self.content = SimpleNamespace(get_name=lambda: name)

    def job(self, preview_side: int) -> str:
        if self.problem is not None:
            raise self.problem
        return self.name

    def new_layer(self) -> object:
        return object()


class Heard:
    """A listener that records the texts that a dialog would show."""

    def __init__(self) -> None:
        self.errors: List[NeuralStyleError] = []
        self.begun: List[Any] = []
        self.events: List[ClientEvent] = []
        self.began, self.failed, self.show_event = self.begun.append, self.errors.append, self.events.append

    def queue_changed(self) -> None:
        """Record nothing."""


class Scene:
    """A painter with its engine and its listener."""

    def __init__(self, timers: Timers) -> None:
        self.client, self.heard, self._timers = Client(), Heard(), timers
        module: Any = importlib.import_module("gimp_plugin.painter")
        self.painter = module.Painter(self.heard, lambda: 0, self.client)

    def order(self, *orders: Order) -> None:
        for order in orders:
            self.painter.order(order)

    def end(self, event: ClientEvent) -> None:
        """Let the engine report ``event``."""
        self.client.events.append(event)
        for timer in list(self._timers.values()):
            timer()


@pytest.fixture
def scene(pending: Timers) -> Scene:
    return Scene(pending)


def gone() -> HostError:
    return HostError("A layer was deleted before it was read.", "Choose another one.")


def test_one_after_the_other(scene: Scene) -> None:
    scene.order(Order("sea"), Order("sky"), Order("sand"))
    assert scene.client.jobs == ["sea"]
    scene.painter.queue.remove(scene.painter.queue.waiting[0])
    scene.end(Canceled())
    assert scene.client.jobs == ["sea", "sand"]
    assert [order.name for order in scene.heard.begun] == ["sea", "sand"]
    scene.end(Canceled())
    assert scene.painter.running is None


def test_a_layer_that_is_gone_is_the_error_of_one_painting(scene: Scene) -> None:
    scene.order(Order("sea"), Order("sky", gone()), Order("sand"))
    scene.end(Canceled())
    assert scene.client.jobs == ["sea", "sand"]
    assert [failure.title for failure in scene.painter.queue.failures] == ["Neural Style on sky"]
    assert scene.heard.errors == []


def test_the_error_of_a_single_painting_is_shown(scene: Scene) -> None:
    scene.order(Order("sea", gone()))
    assert [str(error) for error in scene.heard.errors] == [str(gone())]
    scene.order(Order("sky"))
    scene.end(Failed(gone()))
    assert len(scene.heard.errors) == 2
    assert scene.painter.queue.failures == ()


def test_paintings_wait_for_an_engine(scene: Scene) -> None:
    scene.order(Order("sea"), Order("sky"), Order("sand"))
    scene.client.problem = EngineMissing("No engine is installed.")
    scene.end(Canceled())
    assert scene.client.jobs == ["sea"]
    scene.client.problem = None
    scene.painter.resume()
    assert scene.client.jobs == ["sea", "sky"]
    assert [entry.order.name for entry in scene.painter.queue.waiting] == ["sand"]


def test_an_error_that_nothing_foresees_is_shown_and_the_queue_goes_on(scene: Scene) -> None:
    scene.order(Order("sea", TypeError("no name")))
    assert [type(error.__cause__) for error in scene.heard.errors] == [TypeError]
    assert scene.painter.running is None, "the dialog could not be closed"
    scene.order(Order("sky"))
    assert scene.client.jobs == ["sky"]


def test_an_error_of_the_dialog_ends_the_job_that_has_just_begun(scene: Scene) -> None:
    def fail(painting: Order) -> None:
        raise ValueError("anything")

    scene.heard.began = fail
    scene.order(Order("sea"))
    assert [type(error.__cause__) for error in scene.heard.errors] == [ValueError]
    assert scene.client.closed, "the engine goes on with a job that nobody waits for"
    assert scene.painter.running is None
