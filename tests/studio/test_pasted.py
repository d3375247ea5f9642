"""Pasted pictures become files with different names."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from nst_core.job.errors import UnwritableOutput
from nst_core.studio import pasted

MOMENT = datetime(2026, 11, 28, 9, 5, 7)


def test_each_picture_has_a_file(tmp_path: Path) -> None:
    first = pasted.store(b"one", MOMENT, tmp_path / "new")
    second = pasted.store(b"two", MOMENT, tmp_path / "new")
    assert (first.name, first.read_bytes()) == ("Pasted 2026-11-28 09.05.07.png", b"one")
    assert (second.name, second.read_bytes()) == ("Pasted 2026-11-28 09.05.07 2.png", b"two")


def test_a_folder_that_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UnwritableOutput, match="can't be saved"):
        pasted.store(b"one", MOMENT, tmp_path / "file")
