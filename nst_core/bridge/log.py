"""Logs of bounded size. The engine's log is the stderr of its process, without the folders of private paths."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Callable

#: Size in bytes at which a log is set aside, replacing the one before.
LIMIT = 1 << 20
_CHUNK = 1 << 16

# A quote within a word is an apostrophe, and part of a name.
_QUOTED_FOLDERS = re.compile(rb"""(?<![\w\x80-\xff])(["'])(?:(?!\1).)*[\\/]""")
# Names of folders may have spaces: so everything from the word with the first slash to the last slash is removed.
_FOLDERS = re.compile(rb"(?<!\S)\S*?[\\/](?:.*[\\/])?")


def keep_log(stderr: io.FileIO, path: Path, hear: Callable[[bytes], None] = lambda line: None) -> None:
    """Append all bytes from ``stderr`` to the log at ``path``, until its end. ``hear`` gets each line.

    The engine does not stop if the log can't be written, because the disk is full or read-only: its output is read
    and dropped.
    """
    with io.BufferedReader(stderr) as lines:
        for line in iter(lambda: lines.readline(_CHUNK), b""):
            hear(line)
            with contextlib.suppress(OSError):
                _append(path, without_folders(line))


def without_folders(text: bytes) -> bytes:
    """``text`` with every path cut down to the name of its file."""
    return _FOLDERS.sub(b"", _QUOTED_FOLDERS.sub(rb"\1", text))


def _append(path: Path, text: bytes) -> None:
    # The file is opened for each line: several hosts share it, and each may set it aside.
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as log:
        log.write(text)
    set_aside_if_full(path)


def set_aside_if_full(path: Path) -> None:
    """Rename a log that has reached the limit to :func:`earlier`. Raises OSError if it is gone or can't be renamed."""
    if path.stat().st_size >= LIMIT:
        path.replace(earlier(path))


def earlier(path: Path) -> Path:
    """The path of the log that was set aside: ``engine.1.log`` for ``engine.log``."""
    return path.with_name(f"{path.stem}.1{path.suffix}")
