"""The files of an installed engine: whether they are still as installed, and which of them the installer put there.

``complete.json`` lists them with their SHA-256. It is written last, and lists neither files that change later (our own
code, compiled modules) nor files of the user.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, List

from ..bridge import json_text
from ..bridge.files import PART, move
from . import source
from .storage import COMPLETE, MARK, entries


def read(engine: Path, name: str = COMPLETE) -> Dict[str, Any]:
    """The JSON tree in the file ``name`` of ``engine``; empty if there is none."""
    try:
        tree = json_text.parse((engine / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return tree if isinstance(tree, dict) else {}


def sums(engine: Path) -> Dict[str, str]:
    """The SHA-256 of each installed file in ``engine``, by its path there."""
    files = [path for path in entries(engine) if path.is_symlink() or not path.is_dir()]
    installed = [path for path in files if not _changes_later(engine, path)]
    return dict(zip((path.relative_to(engine).as_posix() for path in installed), _sums(installed)))


def altered(engine: Path) -> List[Path]:
    """The installed files of a complete ``engine`` that are lost or changed."""
    files: Dict[str, str] = read(engine).get("files", {})
    return [
        engine / name for name, found in zip(files, _sums([engine / name for name in files])) if found != files[name]
    ]


def _changes_later(engine: Path, path: Path) -> bool:
    """Whether the installer, Python or a network drive makes or replaces ``path`` in a complete engine."""
    names = (COMPLETE, "tests.json", MARK, source.POINTER, source.command_path(engine).name)
    top = path.relative_to(engine).parts[0]
    return path.name in names or path.suffix in (".pyc", PART) or path.name.startswith(".nfs") or top in ("code", "tmp")


def _sums(files: List[Path]) -> List[str]:
    with ThreadPoolExecutor() as pool:
        return list(pool.map(_sum, files))


def _sum(path: Path) -> str:
    """The SHA-256 of the contents of ``path``, or of the target of a link; empty if it is lost or can't be read."""
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


def begin_removal(engine: Path) -> None:
    """Make ``engine`` count as incomplete. The list of its files becomes its mark, which is removed last."""
    if (engine / COMPLETE).exists():
        move(engine / COMPLETE, engine / MARK)


def removable(engine: Path) -> List[Path]:
    """The files and folders in ``engine`` that the installer, pip or Python put there, in the order of a removal;
    its mark is not among them.

    Of an engine that was never completed, that is everything.
    """
    listed = read(engine) or read(engine, MARK)

    def is_ours(path: Path) -> bool:
        is_folder = path.is_dir() and not path.is_symlink()
        return is_folder or _changes_later(engine, path) or path.relative_to(engine).as_posix() in listed["files"]

    return [path for path in entries(engine) if path != engine / MARK and (not listed or is_ours(path))]
