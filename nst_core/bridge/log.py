"""Logs with a limited size. The engine's log is the stderr of its process, without the names of private folders."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Callable

#: The largest size of a log in bytes. A log of this size is renamed to :func:`earlier`, and a new one begins.
LIMIT = 1 << 20
_CHUNK = 1 << 16

# A quotation mark within a word is an apostrophe, so it belongs to a name.
_QUOTED_FOLDERS = re.compile(rb"""(?<![\w\x80-\xff])(["'])(?:(?!\1).)*[\\/]""")
# Names of folders may contain spaces. So all text from the word with the first slash to the last slash is removed.
_FOLDERS = re.compile(rb"(?<!\S)\S*?[\\/](?:.*[\\/])?")


def keep_log(stderr: io.FileIO, path: Path, inspect: Callable[[bytes], None] = lambda line: None) -> None:
    """Append everything from ``stderr`` to the log at ``path``, until the end. Call ``inspect`` with each line.

    If the log can't be written, for example because the disk is full, the output is read and dropped. So the engine
    never has to wait.
    """
    with io.BufferedReader(stderr) as lines:
        for line in iter(lambda: lines.readline(_CHUNK), b""):
            inspect(line)
            with contextlib.suppress(OSError):
                _append(path, without_folders(line))


def without_folders(text: bytes) -> bytes:
    """Return ``text`` with only the file's name of each path."""
    return _FOLDERS.sub(b"", _QUOTED_FOLDERS.sub(rb"\1", text))


def _append(path: Path, text: bytes) -> None:
    # Open the file for each line, because several hosts write to it, and each may rename it.
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as log:
        log.write(text)
    rename_if_full(path)


def rename_if_full(path: Path) -> None:
    """Rename a log that has reached the limit to :func:`earlier`. Raises OSError if this is impossible."""
    if path.stat().st_size >= LIMIT:
        path.replace(earlier(path))


def earlier(path: Path) -> Path:
    """Return the path of the renamed log: ``engine.1.log`` for ``engine.log``."""
    return path.with_name(f"{path.stem}.1{path.suffix}")
