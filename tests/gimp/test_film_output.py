"""Painted frames in a folder: each file is complete, and none replaces another file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Iterator, List

import pytest

from nst_core.job.errors import InvalidJob, UnwritableOutput
from nst_core.studio.animation import FramePainted

resource = pytest.importorskip("resource", reason="limits of POSIX")


@pytest.fixture
def painted(tmp_path: Path) -> Path:
    file = tmp_path / "painted.png"
    file.write_bytes(os.urandom(1 << 20))
    return file


@pytest.fixture
def small_disk() -> Iterator[None]:
    """Limit the size of files to 64 kB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def output(folder: Path, names: List[str]) -> Any:
    from gimp_plugin.film_output import Folder

    return Folder(folder, names)


def test_a_disk_that_becomes_full_gets_no_half_a_frame(tmp_path: Path, painted: Path, small_disk: None) -> None:
    folder = output(tmp_path / "out", ["first", "second"])
    with pytest.raises(UnwritableOutput, match=r"first\.png can't be saved: File too large"):
        folder.take(FramePainted((0,), painted))
    assert list((tmp_path / "out").iterdir()) == []


def test_a_file_that_came_meanwhile_stays(tmp_path: Path, painted: Path) -> None:
    folder = output(tmp_path / "out", ["first", "second"])
    (tmp_path / "out" / "second.png").write_bytes(b"mine")
    folder.take(FramePainted((0,), painted))
    with pytest.raises(InvalidJob, match=r"second\.png exists already"):
        folder.take(FramePainted((1,), painted))
    folder.discard()
    assert [file.read_bytes() for file in (tmp_path / "out").iterdir()] == [b"mine"]


def test_names_that_only_differ_in_case_stay_apart(tmp_path: Path) -> None:
    from gimp_plugin.frames import FolderFrames

    for name in ("a.png", "A.jpg", "b.png"):
        (tmp_path / name).touch()
    assert FolderFrames(tmp_path).names == ["A.jpg", "a.png", "b"]


def test_a_place_that_cannot_be_looked_at(tmp_path: Path) -> None:
    with pytest.raises(UnwritableOutput, match="can't be saved: File name too long"):
        output(tmp_path / "out", ["x" * 300])
