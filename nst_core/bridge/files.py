"""Replacement of files in one step. After a crash, a file still has all of its old contents, or all of the new ones."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import time
from functools import partial
from pathlib import Path
from typing import BinaryIO, Callable, Iterator, Sequence

#: The end of the names of unfinished files. Such a file may remain if a process is killed while it writes.
PART = ".neural-style-part"

#: The seconds between several attempts. On Windows, an antivirus program opens each new file for a moment.
PAUSES: Sequence[float] = (0.1, 0.2, 0.4, 0.8, 1.6) if os.name == "nt" else ()
_IN_USE = (errno.EACCES, errno.ENOTEMPTY)  # the errors of Windows for a file in use, and for a folder with such a file


def replace_text(path: Path, text: str, private: bool = False) -> None:
    """Replace the contents of ``path`` with ``text`` in UTF-8. Bytes that could not be decoded stay as they are.

    Raises UnicodeEncodeError for a text with a lone surrogate, and the errors of :func:`replacing`.
    """
    replace_bytes(path, text.encode("utf-8", "surrogateescape"), private)


def replace_bytes(path: Path, content: bytes, private: bool = False) -> None:
    """Replace the contents of ``path`` with ``content``. Raises the errors of :func:`replacing`."""
    with replacing(path, private) as file:
        file.write(content)


@contextlib.contextmanager
def replacing(path: Path, private: bool = False) -> Iterator[BinaryIO]:
    """Open a new file that replaces ``path`` at the end. After a power loss, the old or the new file is complete.

    The mode of an existing file is kept. Only its owner can read a new ``private`` file. Raises OSError. If any error
    is raised inside, ``path`` stays unchanged, and no other file remains.
    """
    part = path.with_name(f".{secrets.token_hex(8)}{PART}")
    try:
        with open(part, "xb", opener=partial(os.open, mode=0o600 if private else 0o666)) as file:
            if path.exists():
                with contextlib.suppress(PermissionError):  # some drives have no modes
                    shutil.copymode(path, part)
            yield file
            file.flush()
            os.fsync(file.fileno())
        move(part, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()


def move(source: Path, target: Path) -> None:
    """Rename ``source`` to ``target``. This replaces an existing file."""
    with_retries(lambda: source.replace(target))


def with_retries(work: Callable[[], object]) -> None:
    """Call ``work``. If Windows reports that a file is in use, try again after each of :data:`PAUSES`."""
    for pause in PAUSES:
        try:
            work()
            return
        except OSError as error:
            if error.errno not in _IN_USE:
                raise
            time.sleep(pause)
    work()
