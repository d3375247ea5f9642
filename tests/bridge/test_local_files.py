"""Only regular files of this computer are opened."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nst_core.bridge.local_files import is_local, require_regular_file
from nst_core.job.errors import UnreadableImage


@pytest.mark.parametrize(
    "path",
    [
        "http://example.org/a.png",
        "file:///etc/hostname",
        "smb:share",
        "\\\\server\\share\\a.png",
        "//server/a.png",
        "a.png",
        "",
        "/tmp/\ud800.png",
    ],
)
def test_uris_servers_and_relative_paths_are_not_local(path: str) -> None:
    assert not is_local(path)
    with pytest.raises(UnreadableImage):
        require_regular_file(path)


def test_a_regular_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a: b.png"
    file.write_bytes(b"")
    assert require_regular_file(str(file)) == file


def test_other_files_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "missing", Path("/dev/zero"), Path("/a\0b")):
        with pytest.raises(UnreadableImage):
            require_regular_file(str(path))
