"""How much of the wheels that pip unpacks has arrived: pip itself says nothing until it is done.

A wheel lists its files with their lengths. One counts as far as it is there and is not the one that an earlier,
interrupted run left under that name.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Dict, Iterator, List, Sequence, Tuple

from ..bridge import paths
from ..job.errors import InstallFailed
from . import source


def unpacked_size(wheels: Sequence[Path]) -> int:
    """Bytes of all files in ``wheels``. Raises InstallFailed for one that is no wheel."""
    return sum(length for wheel in wheels for _, length in _files(wheel))


class Unpacking:
    """One run of pip that is about to unpack ``wheels`` into the environment ``engine``."""

    def __init__(self, engine: Path, wheels: Sequence[Path]) -> None:
        places = _places(engine)
        self._awaited: List[Tuple[Path, int]] = []
        for wheel in wheels:
            self._awaited += [(_target(name, places), length) for name, length in _files(wheel)]
        self._before = {path: _changed(path) for path, _ in self._awaited}
        self._complete = 0

    def arrived(self) -> int:
        """Bytes that are unpacked by now."""
        underway, awaited = 0, []
        for path, length in self._awaited:
            there = self._length(path)
            if there < length:
                underway += there
                awaited.append((path, length))
            else:
                self._complete += length
        self._awaited = awaited
        return self._complete + underway

    def _length(self, path: Path) -> int:
        try:
            found = path.stat()
        except OSError:
            return 0
        return 0 if found.st_mtime_ns == self._before[path] else found.st_size


def _files(wheel: Path) -> Iterator[Tuple[str, int]]:
    try:
        with zipfile.ZipFile(wheel) as archive:
            yield from [(entry.filename, entry.file_size) for entry in archive.infolist() if not entry.is_dir()]
    except zipfile.BadZipFile as error:
        raise InstallFailed(f"{wheel} is no wheel: {error}.", "Delete it, then run the same command again.") from error


def _places(engine: Path) -> Dict[str, Path]:
    """Where pip puts the parts of a wheel: its own files (""), and those below ``NAME.data``."""
    packages = source.site_packages(engine)
    programs = paths.engine_python(engine).parent
    return {"": packages, "purelib": packages, "platlib": packages, "data": engine, "scripts": programs}


def _target(name: str, places: Dict[str, Path]) -> Path:
    first, _, rest = name.partition("/")
    part, _, below = rest.partition("/")
    if first.endswith(".data") and part in places:
        return places[part] / below
    return places[""] / name


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
