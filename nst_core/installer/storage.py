"""Handles the installer's files and folders: makes them private, marks them, swaps them in, and locks them.

The installer removes a folder only if it has the installer's mark (:func:`mark`, :func:`is_marked`). A folder of the
user with the same name has no mark, and stays. The mark of a complete engine lists its files with their SHA-256. The
list has no files of the user, and no compiled modules, because these change later.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List

from ..bridge import json_text
from ..bridge.files import PART, move, with_retries
from ..bridge.locks import lock
from ..job.errors import InstallFailed

MARK = ".neural-style"
#: A file with all facts about an engine, written when the engine is complete. It is also a mark.
COMPLETE = "complete.json"
_MARK_TEXT = "This folder was made by install.py of Neural Style, and its command uninstall removes it.\n"


def make_private(folder: Path) -> Path:
    """Make ``folder`` and its missing parents, open only for the user. Return ``folder``."""
    for missing in reversed([part for part in (folder, *folder.parents) if not part.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    return folder


def mark(folder: Path) -> Path:
    """Make ``folder`` if it is missing, and put the installer's mark into it. Return ``folder``."""
    (make_private(folder) / MARK).write_text(_MARK_TEXT, encoding="utf-8")
    return folder


def is_marked(folder: Path) -> bool:
    """Return True if the installer made ``folder``."""
    return not folder.is_symlink() and any((folder / name).is_file() for name in (MARK, COMPLETE))


def require_marked(folders: Iterable[Path]) -> None:
    """Raise InstallFailed if one of ``folders`` exists and the installer did not make it.

    An empty folder is accepted: the installer may have been killed before it wrote the mark.
    """
    for folder in folders:
        is_empty = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
        if folder.is_symlink() or not (is_marked(folder) or is_empty):
            raise InstallFailed(f"{folder} is there, and was not made by this installer.", "Move it away first.")


def make_executable(file: Path, mode: int = 0o700) -> None:
    """Make ``file`` executable. Raises PermissionError if this is not possible."""
    try:
        file.chmod(mode)
    except PermissionError:
        if not os.access(str(file), os.X_OK):  # On a drive without modes, all files may be executable.
            raise


def remove(path: Path) -> None:
    """Remove a file, a link (never its target), or a folder with everything in it, if it exists."""
    remove_files([*entries(path), path])


def remove_files(files: Iterable[Path]) -> None:
    """Remove ``files``. A folder among them is removed if it is empty."""
    for file in files:
        with contextlib.suppress(FileNotFoundError):
            if file.is_symlink() or not file.is_dir():
                _unlink(file)
            elif not any(file.iterdir()):
                with_retries(file.rmdir)


def _unlink(file: Path) -> None:
    try:
        file.unlink()
    except PermissionError:
        if not file.is_symlink():
            file.chmod(stat.S_IRWXU)  # Windows does not delete read-only files.
        with_retries(file.unlink)


def entries(folder: Path) -> List[Path]:
    """Return everything in ``folder``, the deepest first. Links are not followed."""
    if folder.is_symlink():
        return []
    walk = os.walk(folder, topdown=False)
    return [Path(place, name) for place, folders, files in walk for name in [*files, *folders]]


def sum_of(path: Path) -> str:
    """Return the SHA-256 of the contents of ``path``, or of a link's target path. Empty: the file can't be read."""
    digest = hashlib.sha256()
    try:
        if path.is_symlink():
            digest.update(os.fsencode(os.readlink(path)))
        else:
            with path.open("rb") as file:
                for chunk in iter(lambda: file.read(1 << 20), b""):
                    digest.update(chunk)
    except OSError:
        return ""
    return digest.hexdigest()


def read(engine: Path, name: str = COMPLETE) -> Dict[str, Any]:
    """Return the JSON tree in the file ``name`` of ``engine``. Empty: there is no such file or tree."""
    try:
        tree = json_text.parse((engine / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return tree if isinstance(tree, dict) else {}


def sums(engine: Path) -> Dict[str, str]:
    """Return the SHA-256 of each installed file in ``engine``, by its path there."""
    files = [path for path in entries(engine) if path.is_symlink() or not path.is_dir()]
    installed = [path for path in files if not _changes_later(engine, path)]
    return dict(zip((path.relative_to(engine).as_posix() for path in installed), _sums(installed)))


def altered(engine: Path) -> List[Path]:
    """Return the installed files of a complete ``engine`` that are missing or changed."""
    files: Dict[str, str] = read(engine).get("files", {})
    return [
        engine / name for name, found in zip(files, _sums([engine / name for name in files])) if found != files[name]
    ]


def _changes_later(engine: Path, path: Path) -> bool:
    """Return True if the installer, Python or a network drive may write ``path`` in a complete engine."""
    is_temporary = path.name.startswith(".nfs") or path.relative_to(engine).parts[0] == "tmp"
    return path.name in (COMPLETE, "tests.json", MARK) or path.suffix in (".pyc", PART) or is_temporary


def _sums(files: List[Path]) -> List[str]:
    with ThreadPoolExecutor() as pool:
        return list(pool.map(sum_of, files))


def removable(engine: Path) -> List[Path]:
    """Return the files and folders in ``engine`` from the installer, pip or Python, in the order of a removal.

    An engine that was never completed has no list of files. Then everything is returned.
    """
    listed = read(engine).get("files")

    def is_ours(path: Path) -> bool:
        is_folder = path.is_dir() and not path.is_symlink()
        return is_folder or _changes_later(engine, path) or path.relative_to(engine).as_posix() in (listed or ())

    return [path for path in entries(engine) if listed is None or is_ours(path)]


def set_aside(path: Path, name: Path) -> Path:
    """Rename ``path`` to ``name`` with ``.kept`` appended, and a number if this name exists. Return the new path."""
    number, kept = 1, name.with_name(f"{name.name}.kept")
    while kept.exists() or kept.is_symlink():
        number += 1
        kept = name.with_name(f"{name.name}.kept-{number}")
    move(path, kept)
    return kept


def new(target: Path) -> Path:
    """Return the path where the new version of ``target`` is made. No other program uses such a name."""
    return target.with_name(f".{target.name}.neural-style-new")


def old(target: Path) -> Path:
    """Return the path of the old version after the new one took the place of ``target``."""
    return target.with_name(f".{target.name}.neural-style-old")


def swap_in(target: Path) -> None:
    """If ``new(target)`` exists, move it to ``target``. The present ``target`` becomes ``old(target)``.

    After an interruption between the two moves, :func:`restore` repairs the swap, or another call completes it.
    """
    if new(target).exists():
        if target.exists():
            move(target, old(target))
        try:
            move(new(target), target)
        finally:
            restore(target)


def swap_back(target: Path) -> None:
    """Undo :func:`swap_in`, even if it stopped between its moves."""
    if target.exists() and not new(target).exists():
        move(target, new(target))
    restore(target)


def restore(target: Path) -> None:
    """Move ``old(target)`` back to ``target`` if ``target`` does not exist."""
    if old(target).exists() and not target.exists():
        move(old(target), target)


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file ``path``. The system releases it when this process ends, even by a crash.

    Raises InstallFailed if another installer holds it. A network drive without locks does not show another installer.
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
