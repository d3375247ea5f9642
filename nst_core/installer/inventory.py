"""The files of an installed engine: whether they are still as installed, and which of them the installer put there.

Lengths are compared in a tenth of a second; they show files that were cut short or lost. Checksums show changes that
a failing disk made in place. They take seconds, and come from the packages: pip keeps each one's list (``RECORD``).
"""

from __future__ import annotations

import base64
import csv
import hashlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Dict, List, Set

from ..bridge import json_text
from ..bridge.files import PART, move
from . import source
from .reporting import Reporter, Tally
from .storage import COMPLETE, MARK, entries

_CHUNK = 1 << 18


def read(engine: Path, name: str = COMPLETE) -> Dict[str, Any]:
    """The JSON tree in the file ``name`` of ``engine``; empty if there is none."""
    try:
        tree = json_text.parse((engine / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return tree if isinstance(tree, dict) else {}


def lengths(engine: Path) -> Dict[str, int]:
    """Lengths in bytes of the environment's installed files, by their path in it."""
    files = [path for path in entries(engine) if path.is_symlink() or not path.is_dir()]
    return {
        path.relative_to(engine).as_posix(): path.lstat().st_size for path in files if not _changes_later(engine, path)
    }


def _changes_later(engine: Path, path: Path) -> bool:
    """Whether the installer, Python or a network drive makes or replaces ``path`` in a complete engine."""
    names = (COMPLETE, "tests.json", MARK, source.POINTER, source.command_path(engine).name)
    top = path.relative_to(engine).parts[0]
    return path.name in names or path.suffix in (".pyc", PART) or path.name.startswith(".nfs") or top in ("code", "tmp")


def have_lengths(engine: Path, lengths: Dict[str, int], reporter: Reporter) -> bool:
    """Whether every file is there in its full length."""
    reporter.stage("Looking for the installed files")
    tally = Tally(reporter, len(lengths), "files")
    return all(_has_length(engine / name, length, tally) for name, length in lengths.items())


def _has_length(path: Path, length: int, tally: Tally) -> bool:
    tally.add(path.name)
    try:
        return path.lstat().st_size == length
    except OSError:
        return False


def altered(engine: Path, reporter: Reporter) -> List[Path]:
    """The installed files that are lost, or have other contents than their package gave them."""
    reporter.stage("Verifying the installed files")
    sums = _published_sums(source.site_packages(engine))
    tally = Tally(reporter, sum(_length(path) for path in sums))
    with ThreadPoolExecutor() as pool:
        seen = pool.map(partial(_encoded_sum, tally), sums)
    return [path for path, found in zip(sums, seen) if found not in sums[path]]


def _published_sums(packages: Path) -> Dict[Path, Set[str]]:
    """The checksums of each file that a package lists: several if the lists of several versions are there."""
    sums: Dict[Path, Set[str]] = {}
    for record in sorted(packages.glob("*.dist-info/RECORD")):
        with record.open(encoding="utf-8", errors="replace", newline="") as file:
            for name, *rest in csv.reader(file):
                if rest and rest[0] and not name.endswith(".pyc"):
                    sums.setdefault(packages / name, set()).add(rest[0])
    return sums


def _encoded_sum(tally: Tally, path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            for chunk in iter(lambda: file.read(_CHUNK), b""):
                digest.update(chunk)
                tally.add(path.name, len(chunk))
    except OSError:  # The file is lost, or its disk can't read it any more.
        return ""
    return f"sha256={base64.urlsafe_b64encode(digest.digest()).decode('ascii').rstrip('=')}"


def _length(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


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
    known = set(listed.get("files", ()))

    def is_ours(path: Path) -> bool:
        is_folder = path.is_dir() and not path.is_symlink()
        return is_folder or _changes_later(engine, path) or path.relative_to(engine).as_posix() in known

    return [path for path in entries(engine) if path != engine / MARK and (not listed or is_ours(path))]
