"""The installer's files and folders: private, marked as its own, swapped in one step, used by one installer at a time.

The installer removes a folder only if its own mark is in it (:func:`mark`, :func:`is_marked`). A folder of the user
with the same name has no mark, and stays.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import Iterable, Iterator, List

from ..bridge.files import move, patiently
from ..bridge.locks import lock
from ..job.errors import InstallFailed

MARK = ".neural-style"
#: Written when an engine is complete, with everything that is known about it. It marks the engine as well.
COMPLETE = "complete.json"
_MARK_TEXT = "This folder was made by install.py of Neural Style, and its command uninstall removes it.\n"


def make_private(folder: Path) -> Path:
    """Make ``folder`` and its missing parents so that only the user can enter them. Returns ``folder``."""
    for missing in reversed([part for part in (folder, *folder.parents) if not part.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    return folder


def mark(folder: Path) -> Path:
    """Make ``folder`` if it is not there, and mark a new or empty one as the installer's. Returns ``folder``."""
    if not folder.exists() or _is_empty(folder):
        make_private(folder)
        (folder / MARK).write_text(_MARK_TEXT, encoding="utf-8")
    return folder


def is_marked(folder: Path) -> bool:
    """Whether the installer made ``folder``."""
    return not folder.is_symlink() and any((folder / name).is_file() for name in (MARK, COMPLETE))


def require_marked(folders: Iterable[Path]) -> None:
    """Raise InstallFailed if one of ``folders`` is there and was not made by the installer."""
    for folder in folders:
        if (folder.exists() or folder.is_symlink()) and not (is_marked(folder) or _is_empty(folder)):
            raise InstallFailed(f"{folder} is there, and was not made by this installer.", "Move it away first.")


def _is_empty(folder: Path) -> bool:
    """Whether ``folder`` holds nothing: a kill may have come before its mark was written."""
    return folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir())


def make_executable(file: Path, mode: int = 0o700) -> None:
    """Let ``file`` be run. Raises PermissionError if that is not possible."""
    try:
        file.chmod(mode)
    except PermissionError:
        if not os.access(str(file), os.X_OK):  # A drive without modes may let everything run.
            raise


def remove(path: Path) -> None:
    """Remove a file, a link (never its target) or a folder with everything in it, if it is there."""
    remove_files([*entries(path), path])


def remove_files(files: Iterable[Path]) -> None:
    """Remove ``files``, and folders among them that are empty."""
    for file in files:
        with contextlib.suppress(FileNotFoundError):
            if file.is_symlink() or not file.is_dir():
                _unlink(file)
            elif not any(file.iterdir()):
                patiently(file.rmdir)


def _unlink(file: Path) -> None:
    try:
        file.unlink()
    except PermissionError:
        if not file.is_symlink():
            file.chmod(stat.S_IRWXU)  # Windows does not delete read-only files.
        patiently(file.unlink)


def entries(folder: Path) -> List[Path]:
    """Everything in ``folder``, the deepest first. No link is followed."""
    if folder.is_symlink():
        return []
    walk = os.walk(folder, topdown=False)
    return [Path(place, name) for place, folders, files in walk for name in [*files, *folders]]


def set_aside(path: Path, name: Path) -> Path:
    """Rename ``path`` to ``name`` with ``.kept`` appended, numbered if that is taken. Returns the new path."""
    number, kept = 1, name.with_name(f"{name.name}.kept")
    while kept.exists() or kept.is_symlink():
        number += 1
        kept = name.with_name(f"{name.name}.kept-{number}")
    move(path, kept)
    return kept


def new(target: Path) -> Path:
    """The folder in which the successor of ``target`` is built."""
    return target.with_name(target.name + ".new")


def old(target: Path) -> Path:
    """The name of ``target`` after its successor took its place."""
    return target.with_name(target.name + ".old")


def swap_in(target: Path) -> None:
    """Put ``new(target)`` in the place of ``target``, which becomes ``old(target)``.

    :func:`bring_back` repairs an interrupted swap.
    """
    if target.exists():
        move(target, old(target))
    try:
        move(new(target), target)
    finally:
        bring_back(target)


def bring_back(target: Path) -> None:
    """Undo a swap that was interrupted before the new folder took its place."""
    if old(target).exists() and not target.exists():
        move(old(target), target)


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file ``path``. The system releases it however this process ends.

    Raises InstallFailed if another installer holds it. On a network drive without locks, another one is not noticed.
    """
    make_private(path.parent)
    with path.open("a+b") as file:
        try:
            lock(file.fileno())
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK):
                raise InstallFailed(
                    "Another installation of Neural Style is running.", "Wait for it to end, then try again."
                ) from error
        yield
