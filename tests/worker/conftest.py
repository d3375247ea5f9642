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
    """Check that each test closes its descriptors, threads and child processes."""
    if not sys.platform.startswith("linux"):
        yield
        return
    gc.collect()  # Otherwise the garbage of earlier tests would be closed during this test.
    before = belongings()
    yield
    assert belongings() == before


@pytest.fixture(scope="session", autouse=True)
def ignore_other_processes() -> None:
    """Ignore the processes that tests of other folders left running."""
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
