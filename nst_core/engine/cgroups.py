"""The memory that the control groups of Linux allow this process to use.

Containers, systemd (``MemoryMax``) and Slurm use such groups to limit memory. The limit of a group is for all groups
below it, too. So the limit of this process is the smallest one from its own group up to the root.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple


class _Files(NamedTuple):
    """The names of a group's files, and the name of the used memory that the system can free when memory is short."""

    limits: tuple[str, ...]
    used: str
    reclaimable: str


_VERSION_1 = _Files(("memory.limit_in_bytes",), "memory.usage_in_bytes", "total_inactive_file")
_VERSION_2 = _Files(("memory.max", "memory.high"), "memory.current", "inactive_file")


def available_memory(system: Path = Path("/")) -> int | None:
    """Return the bytes that the control groups of this process still allow; None if no group has a limit.

    ``system`` is the root of the file system. Tests pass another one.
    """
    left = [bytes_left for group, files in _groups(system) for bytes_left in _left_by(group, files)]
    return min(left) if left else None


def _groups(system: Path) -> Iterator[tuple[Path, _Files]]:
    """Yield the folder of each group of this process, up to the root of each mounted hierarchy."""
    paths = dict(_own_paths(system))
    for root, mount_point, files in _mounts(system):
        if files in paths:
            top = system / mount_point.lstrip("/")
            below = _relative(paths[files], root)
            yield from ((folder, files) for folder in (top / below, *(top / parent for parent in below.parents)))


def _own_paths(system: Path) -> Iterator[tuple[_Files, str]]:
    """Yield the path of this process's group in each hierarchy that may limit memory: see cgroups(7)."""
    for line in _lines(system / "proc/self/cgroup"):
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0" and not controllers:
            yield _VERSION_2, path
        elif "memory" in controllers.split(","):
            yield _VERSION_1, path


def _mounts(system: Path) -> Iterator[tuple[str, str, _Files]]:
    """Yield each mounted hierarchy that may limit memory: the group at its root, and its mount point. See proc(5)."""
    for line in _lines(system / "proc/self/mountinfo"):
        mount, _, source = line.partition(" - ")
        fields, source_fields = mount.split(), source.split()
        if len(fields) < 5 or len(source_fields) < 3:
            continue
        if source_fields[0] == "cgroup2":
            yield _unescaped(fields[3]), _unescaped(fields[4]), _VERSION_2
        elif source_fields[0] == "cgroup" and "memory" in source_fields[2].split(","):
            yield _unescaped(fields[3]), _unescaped(fields[4]), _VERSION_1


def _relative(path: str, root: str) -> PurePosixPath:
    """Return ``path`` relative to the mounted ``root``. In a container, the root may be the only visible group."""
    try:
        below = PurePosixPath(path).relative_to(root)
    except ValueError:
        return PurePosixPath()
    return PurePosixPath() if ".." in below.parts else below


def _left_by(group: Path, files: _Files) -> Iterator[int]:
    """Yield the unused bytes of each limit of ``group``."""
    used = _number(_lines(group / files.used))
    if used is None:
        return
    prefix = f"{files.reclaimable} "
    statistics = _lines(group / "memory.stat")
    reclaimable = _number([line.removeprefix(prefix) for line in statistics if line.startswith(prefix)]) or 0
    for name in files.limits:
        limit = _number(_lines(group / name))
        if limit is not None:
            yield max(0, limit - used + reclaimable)


def _number(texts: list[str]) -> int | None:
    """Return the number in ``texts``, if that is a single number. The text ``max`` means that there is no limit."""
    return int(texts[0]) if len(texts) == 1 and re.fullmatch("[0-9]+", texts[0]) else None


def _unescaped(path: str) -> str:
    """Return a path of mountinfo with its octal numbers replaced. They stand for spaces and similar characters."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), path)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(errors="replace").splitlines()
    except OSError:  # The file does not exist on this system, or this user can't read it.
        return []
