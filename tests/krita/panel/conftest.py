"""A docker without a document, and an installer that each test controls."""

from __future__ import annotations

from typing import Any, Iterator

import pytest

from nst_core.bridge.presets import Presets


class Installing:
    """A stand-in for the installer: it reports the events that a test puts into ``events``."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.begun = self.stopped = False

    def start(self) -> None:
        self.begun = True

    def poll(self) -> Any:
        events, self.events = self.events, []
        return events

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def installing() -> Installing:
    return Installing()


@pytest.fixture
def panel(studio: Any, installing: Installing) -> Iterator[Any]:
    made = studio.panels.Panel(studio.controller, Presets(), lambda: installing)
    made.resize(250, 800)
    made.show()
    studio.application.processEvents()  # Let the docker look at the layers.
    yield made
    made.close()
