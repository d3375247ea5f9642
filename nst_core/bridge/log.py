"""Logs bounded in size; that of the engine, which is what its process writes to stderr, stripped of private paths."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

#: Size in bytes at which a log is set aside, replacing the one before.
LIMIT = 1 << 20
_CHUNK = 1 << 16

# Within a word a quote is an apostrophe, and part of a name.
_QUOTED_FOLDERS = re.compile(rb"""(?<![\w\x80-\xff])(["'])(?:(?!\1).)*[\\/]""")
# Folders may have spaces in their names, so all goes from the word with the first slash to the last slash of the line.
_FOLDERS = re.compile(rb"(?<!\S)\S*?[\\/](?:.*[\\/])?")


def keep_log(stderr: io.FileIO, path: Path) -> None:
    """Append all that comes out of ``stderr`` to the log at ``path``, until its end.

    A log that can't be written, because the disk is full or read-only, is no reason for the engine to stop: its
    output is drained all the same.
    """
    with io.BufferedReader(stderr) as lines:
        for line in iter(lambda: lines.readline(_CHUNK), b""):
            with contextlib.suppress(OSError):
                _append(path, without_folders(line))


def without_folders(text: bytes) -> bytes:
    """``text`` with every path cut down to the name of its file."""
    return _FOLDERS.sub(b"", _QUOTED_FOLDERS.sub(rb"\1", text))


def _append(path: Path, text: bytes) -> None:
    # The file is opened for each line: several hosts share it, each may set it aside, and nobody holds it open.
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as log:
        log.write(text)
    set_aside_if_full(path)


def set_aside_if_full(path: Path) -> None:
    """Rename a log that has reached the limit to :func:`earlier`. Raises OSError where that can't be, or it is gone."""
    if path.stat().st_size >= LIMIT:
        path.replace(earlier(path))


def earlier(path: Path) -> Path:
    """Where the log lies that was set aside: ``engine.1.log`` for ``engine.log``."""
    return path.with_name(f"{path.stem}.1{path.suffix}")
