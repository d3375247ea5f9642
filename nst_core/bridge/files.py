"""Files that are replaced in one step, so that a reader or a crash meets the old contents or the new, never a part."""

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

#: How the name of an unfinished file ends. A process that was killed while it wrote may leave one behind.
PART = ".neural-style-part"

#: Seconds to wait between attempts: on Windows, an antivirus program holds each new file for a moment.
PAUSES: Sequence[float] = (0.1, 0.2, 0.4, 0.8, 1.6) if os.name == "nt" else ()
_HELD = (errno.EACCES, errno.ENOTEMPTY)  # how Windows reports it: for the file, and for the folder that it is in


def replace_text(path: Path, text: str, private: bool = False) -> None:
    """Make ``text`` the contents of ``path``, in UTF-8. Bytes that could not be decoded stay as they are.

    Raises UnicodeEncodeError for a text with a lone surrogate, and like :func:`replacing`.
    """
    replace_bytes(path, text.encode("utf-8", "surrogateescape"), private)


def replace_bytes(path: Path, content: bytes, private: bool = False) -> None:
    """Make ``content`` the contents of ``path``. Raises like :func:`replacing`."""
    with replacing(path, private) as file:
        file.write(content)


@contextlib.contextmanager
def replacing(path: Path, private: bool = False) -> Iterator[BinaryIO]:
    """A file whose contents become those of ``path`` at the end; a power loss leaves the old file or the new one.

    The mode of an existing file is kept. A new ``private`` file can be read by its owner only. Raises OSError. If that
    or anything else is raised within, nothing is changed or left behind.
    """
    part = path.with_name(f".{secrets.token_hex(8)}{PART}")
    try:
        with open(part, "xb", opener=partial(os.open, mode=0o600 if private else 0o666)) as file:
            if path.exists():
                with contextlib.suppress(PermissionError):  # on a drive without modes
                    shutil.copymode(path, part)
            yield file
            file.flush()
            os.fsync(file.fileno())
        move(part, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()


def move(source: Path, target: Path) -> None:
    """Rename ``source`` to ``target``; a file of that name is replaced."""
    patiently(lambda: source.replace(target))


def patiently(work: Callable[[], object]) -> None:
    """Do ``work``; where Windows reports that a file is held, try again after each of :data:`PAUSES`."""
    for pause in PAUSES:
        try:
            work()
            return
        except OSError as error:
            if error.errno not in _HELD:
                raise
            time.sleep(pause)
    work()
