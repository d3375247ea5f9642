"""Folders that only the user can write, files and folders that change in one step, and one installer at a time."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import stat
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, BinaryIO, Callable, Iterator, List

from ..job.errors import InstallFailed

Gone = Callable[[str], None]  # hears the name of what was removed

# On Windows an antivirus program looks at each new file, which nobody can rename or remove meanwhile.
_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6) if os.name == "nt" else ()  # seconds
_HELD = (errno.EACCES, errno.ENOTEMPTY)  # how Windows says so: of the file, of the folder that it is still in


def make_private(folder: Path) -> Path:
    """``folder``, made with its parents; what is new of it can be entered by the user alone."""
    for missing in reversed([part for part in (folder, *folder.parents) if not part.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    return folder


def write_atomically(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` so that at any moment, power loss included, the old or the new text is there."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        with contextlib.suppress(PermissionError):  # of a drive that knows no modes
            shutil.copymode(path, part)
    move(part, path)


def move(source: Path, target: Path) -> None:
    """Give ``source`` the name ``target``, in the place of a file that has it."""
    _patiently(lambda: source.replace(target))


def _patiently(work: Callable[[], object]) -> None:
    for pause in _PAUSES:
        try:
            work()
            return
        except OSError as error:
            if error.errno not in _HELD:
                raise
            time.sleep(pause)
    work()


def make_executable(file: Path, mode: int = 0o700) -> None:
    """Let ``file`` be run. Raises PermissionError where that is not so, and can't be made so."""
    try:
        file.chmod(mode)
    except PermissionError:
        if not os.access(str(file), os.X_OK):  # A drive without modes may let everything run.
            raise


def remove(path: Path, gone: Gone = lambda name: None) -> None:
    """Remove a file, a link (never its target) or a folder with all in it; nothing there is fine."""
    if path.is_symlink() or path.is_file():
        _patiently(path.unlink)
    elif path.exists():
        _empty(path, gone)
        shutil.rmtree(path, onerror=_try_again)


def _empty(folder: Path, gone: Gone) -> None:
    for entry in entries(folder):
        with contextlib.suppress(OSError):  # rmtree knows what to do then, or says why it can't.
            if entry.is_dir() and not entry.is_symlink():
                entry.rmdir()
            else:
                entry.unlink()
        gone(entry.name)


def entries(folder: Path) -> List[Path]:
    """All that is in ``folder``: the files right in it, then the rest, deepest first. Links are not followed.

    Those files tell what the rest is: they go first, so that none calls whole what an interrupted removal left.
    """
    if folder.is_symlink():
        return []
    walk = os.walk(folder, topdown=False)
    found = [Path(place, name) for place, folders, files in walk for name in [*files, *folders]]
    return sorted(found, key=lambda path: path.parent != folder or path.is_dir())


def _try_again(function: Callable[[str], Any], path: str, _: Any) -> None:
    def with_access() -> None:
        os.chmod(path, stat.S_IRWXU)  # noqa: PTH101 - Windows does not delete read-only files
        function(path)

    # What is gone by now was deleted before; its name stayed until the antivirus program closed it.
    with contextlib.suppress(FileNotFoundError):
        _patiently(with_access)


def new(target: Path) -> Path:
    """Where the successor of ``target`` is made."""
    return target.with_name(target.name + ".new")


def old(target: Path) -> Path:
    """Where ``target`` waits while its successor takes its place."""
    return target.with_name(target.name + ".old")


def swap_in(target: Path, keep_old: bool = False) -> None:
    """Put the finished ``new(target)`` in the place of ``target``; :func:`recover` mends an interruption.

    With ``keep_old`` the one before waits as ``old(target)``, for :func:`take_back` or to be removed.
    """
    remove(old(target))
    if target.exists():
        move(target, old(target))
    try:
        move(new(target), target)
    finally:
        if not (keep_old and target.exists()):
            recover(target)


def take_back(target: Path) -> None:
    """Undo a swap that kept the old, if there was one; the new is put aside again, for a later attempt."""
    if old(target).exists():
        remove(new(target))
        move(target, new(target))
        move(old(target), target)


def recover(target: Path) -> None:
    """Undo or finish a swap that was interrupted: ``target`` is there again if it ever was."""
    bring_back(target)
    remove(old(target))


def bring_back(target: Path) -> None:
    """Undo a swap that was interrupted before the new took its place."""
    if old(target).exists() and not target.exists():
        move(old(target), target)


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file ``path``; the system lets go of it however this process ends.

    Raises InstallFailed if another installer holds it. On a network drive that knows no locks, one of another machine
    does not show.
    """
    make_private(path.parent)
    with path.open("a+b") as file, contextlib.ExitStack() as instead:
        if not _take(file):
            _take(instead.enter_context(_substitute(path).open("a+b")))
        yield


def _take(file: BinaryIO) -> bool:
    """Whether ``file`` could be locked; False where its drive knows no locks. Raises InstallFailed if it is held."""
    try:
        _lock(file.fileno())
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK):
            raise InstallFailed(
                "Another installation of Neural Style is running.", "Wait for it to end, then try again."
            ) from error
        return False
    return True


def _substitute(path: Path) -> Path:
    """A lock file on a drive of this machine, to stand for ``path``. Raises InstallFailed if others could meddle."""
    folder = substitutes()
    folder.mkdir(mode=0o700, exist_ok=True)
    if not _is_private(folder):
        raise InstallFailed(f"Others can write to {folder}.", "Set XDG_RUNTIME_DIR to a folder of yours.")
    return folder / hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:16]


def substitutes() -> Path:
    """The folder, on a drive of this machine, of locks for drives that know none; it is there once one was needed."""
    return Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / f"neural-style{_USER}"


if sys.platform == "win32":
    import msvcrt

    _USER = ""

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _is_private(folder: Path) -> bool:
        return folder.is_dir()  # the folder for temporary files is the user's own

else:
    import fcntl

    _USER = f"-{os.getuid()}"

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _is_private(folder: Path) -> bool:
        found = folder.lstat()
        return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022
