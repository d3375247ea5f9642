"""Pictures that are sent to a worker: over the network, and through a shared folder."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from nst_core.farm.payload import Sender
from nst_core.job.errors import UnreadableImage, UnwritableOutput
from nst_core.job.pixels import PixelBuffer

PICTURES = [PixelBuffer(2, 1, "rgba-u8", bytes(range(8))), PixelBuffer(1, 2, "gray-f32", memoryview(bytes(8)))]


@pytest.mark.parametrize("way", ["network", "folder"])
def test_pictures_arrive_as_they_were_sent(way: str, tmp_path: Path) -> None:
    sender = Sender(tmp_path if way == "folder" else None)
    payload = sender.pack({"a": 1}, PICTURES)
    assert payload.fields == {"a": 1}
    assert bool(payload.data) == (way == "network")
    assert [(p.width, p.height, p.format, bytes(p.data)) for p in payload.pictures()] == [
        (p.width, p.height, p.format, bytes(p.data)) for p in PICTURES
    ]
    sender.remove(payload)
    sender.close()
    assert list(tmp_path.iterdir()) == []


def test_files_of_a_killed_run_are_removed(tmp_path: Path) -> None:
    killed, running = Sender(tmp_path), Sender(tmp_path)
    left, used = killed.pack({}, PICTURES).file, running.pack({}, PICTURES).file
    assert left is not None
    assert used is not None
    os.utime(left.parent, (0, time.time() - 3 * 24 * 3600))
    Sender(tmp_path).close()
    assert list(tmp_path.iterdir()) == [used.parent]
    assert used.exists()


def test_a_folder_that_is_not_shared_is_reported(tmp_path: Path) -> None:
    sender = Sender(tmp_path)
    payload = sender.pack({}, PICTURES)
    sender.close()
    with pytest.raises(UnreadableImage, match="under the same name"):
        payload.pictures()


def test_a_shared_folder_that_is_missing_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UnwritableOutput, match="can't be written"):
        Sender(tmp_path / "missing")
