"""Pictures on their way to a worker: over the network, and through a shared folder."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from nst_core.farm.luggage import Porter
from nst_core.job.errors import UnreadableImage, UnwritableOutput
from nst_core.job.pixels import PixelBuffer

PICTURES = [PixelBuffer(2, 1, "rgba-u8", bytes(range(8))), PixelBuffer(1, 2, "gray-f32", memoryview(bytes(8)))]


@pytest.mark.parametrize("journey", ["network", "folder"])
def test_pictures_arrive_as_they_were_sent(journey: str, tmp_path: Path) -> None:
    porter = Porter(tmp_path if journey == "folder" else None)
    luggage = porter.packed({"a": 1}, PICTURES)
    assert luggage.fields == {"a": 1}
    assert bool(luggage.data) == (journey == "network")
    assert [(p.width, p.height, p.format, bytes(p.data)) for p in luggage.pictures()] == [
        (p.width, p.height, p.format, bytes(p.data)) for p in PICTURES
    ]
    porter.remove(luggage)
    porter.close()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    killed, running = Porter(tmp_path), Porter(tmp_path)
    left, used = killed.packed({}, PICTURES).file, running.packed({}, PICTURES).file
    assert left is not None
    assert used is not None
    os.utime(left.parent, (0, time.time() - 3 * 24 * 3600))
    Porter(tmp_path).close()
    assert list(tmp_path.iterdir()) == [used.parent]
    assert used.exists()


def test_a_folder_that_is_not_shared_is_reported(tmp_path: Path) -> None:
    porter = Porter(tmp_path)
    luggage = porter.packed({}, PICTURES)
    porter.close()
    with pytest.raises(UnreadableImage, match="under the same name"):
        luggage.pictures()


def test_a_shared_folder_that_is_missing_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UnwritableOutput, match="can't be written"):
        Porter(tmp_path / "missing")
