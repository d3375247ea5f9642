from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Iterator

import pytest

from nst_core.bridge.client import Client
from tests.worker.conversation import belongings, command, disown


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """After each test there are as many descriptors, threads and child processes as before it."""
    if not sys.platform.startswith("linux"):
        yield
        return
    gc.collect()  # What earlier tests left to the collector would be closed during this one.
    before = belongings()
    yield
    assert belongings() == before


@pytest.fixture(scope="session", autouse=True)
def strangers() -> None:
    """What other folders' tests left running is none of these tests' business."""
    if sys.platform.startswith("linux"):
        disown()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "engine.log"


@pytest.fixture
def client(nothing_left_behind: None, log: Path) -> Iterator[Client]:
    client = Client(command(), log)
    yield client
    client.close()
