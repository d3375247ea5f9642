"""The remedy follows from the system's error number."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from nst_core.bridge import file_errors
from nst_core.bridge.local_files import require_regular_file
from nst_core.job.errors import UnreadableImage


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "Make room"),
        (errno.EDQUOT, "Make room"),
        (errno.EACCES, "permissions"),
        (errno.EPERM, "permissions"),
        (errno.EROFS, "only be read"),
        (errno.EMFILE, "Too many files"),
        (errno.EIO, "damaged"),
        (errno.ENOTDIR, "Choose another folder."),
        (None, "Choose another folder."),
    ],
)
def test_remedies(number: int, words: str) -> None:
    error = OSError(number, os.strerror(number)) if number else OSError("odd")
    assert words in file_errors.remedy(error, "Choose another folder.")
    assert file_errors.reason(error) in (os.strerror(number or 0), "odd")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions of POSIX, which do not bind root")
def test_a_locked_folder_asks_for_permissions(tmp_path: Path) -> None:
    tmp_path.chmod(0)
    with pytest.raises(UnreadableImage, match="permissions"):
        require_regular_file(str(tmp_path / "a.png"))
    tmp_path.chmod(0o700)
