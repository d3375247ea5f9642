"""Whether the installed files are still those that were installed: by length always, by SHA-256 when asked to look.

Lengths take a tenth of a second and show what was cut short or lost. Sums show what a failing disk changed in place;
they take seconds, and need no list of ours: each package came with one (``RECORD``) that pip wrote beside it.
"""

from __future__ import annotations

import base64
import csv
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Dict, List, Set

from . import source
from .downloads import sum_of
from .reporting import Reporter, Tally


def lengths(engine: Path) -> Dict[str, int]:
    """Lengths in bytes of the environment's installed files, by their path in it."""
    installed = source.files_of(source.site_packages(engine))
    return {
        path.relative_to(engine).as_posix(): path.stat().st_size for path in installed if path.name != source.POINTER
    }


def have_lengths(engine: Path, lengths: Dict[str, int], reporter: Reporter) -> bool:
    """Whether every file is there in its full length."""
    reporter.stage("Looking for the installed files")
    tally = Tally(reporter, len(lengths), "files")
    return all(_has_length(engine / name, length, tally) for name, length in lengths.items())


def _has_length(path: Path, length: int, tally: Tally) -> bool:
    tally.add(path.name)
    try:
        return path.stat().st_size == length
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
    """The sums of each file that a package lists. One that two versions of a package list may be of either."""
    sums: Dict[Path, Set[str]] = {}
    for record in sorted(packages.glob("*.dist-info/RECORD")):
        with record.open(encoding="utf-8", errors="replace", newline="") as file:
            for name, *rest in csv.reader(file):
                if rest and rest[0] and not name.endswith(".pyc"):
                    sums.setdefault(packages / name, set()).add(rest[0])
    return sums


def _encoded_sum(tally: Tally, path: Path) -> str:
    try:
        found = sum_of(path, partial(tally.add, path.name))
    except OSError:  # It is lost, or its disk can't read it any more.
        return ""
    encoded = base64.urlsafe_b64encode(bytes.fromhex(found))
    return f"sha256={encoded.decode('ascii').rstrip('=')}"


def _length(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
