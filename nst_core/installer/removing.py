"""``install.py uninstall``: everything that was placed or made is taken away, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, List, Sequence

from ..bridge import paths
from . import placement, record
from .reporting import Reporter, Tally, size
from .storage import entries, exclusive, old, remove, substitutes


def what_goes() -> List[Path]:
    """The files and folders that :func:`uninstall` removes, those that are there."""
    made = record.load()
    own = [paths.data_folder(), paths.cache_folder(), paths.logs_folder()]
    ours = [*map(Path, made.targets), *map(Path, made.engine_homes), *own]
    return [path for path in dict.fromkeys(ours) if path.exists()]


def has_presets() -> bool:
    """Whether there are settings and presets of the user."""
    return paths.settings_folder().exists()


def uninstall(with_presets: bool, reporter: Reporter) -> None:
    """Remove plug-ins, engines, downloads and logs, and with ``with_presets`` the user's settings and presets."""
    ours = paths.data_folder()
    lock = ours / "install.lock"
    with exclusive(lock):
        made = record.load()
        placement.take_away(made)
        # The engine before the downloads: these are few and slow, and would pass for the pace of its many files.
        large = [*map(Path, made.engine_homes), ours, paths.logs_folder(), paths.cache_folder()]
        # The record goes last: interrupted before, an uninstallation can be run again. In a Snap it lies in the
        # engine's home.
        kept = (lock, record.record_file())
        discard(list(dict.fromkeys(part for path in large for part in _beside(kept, path))), reporter, "Removing")
        if with_presets:
            remove(paths.settings_folder())
    remove(lock)
    remove(substitutes())
    remove(ours)
    made.remove_folders()


def _beside(kept: Sequence[Path], path: Path) -> Iterator[Path]:
    """``path``, or of a folder that holds any of the ``kept`` files all that is in it beside them."""
    if path in kept:
        return
    if any(path in file.parents for file in kept):
        for part in path.iterdir():
            yield from _beside(kept, part)
    else:
        yield path


def discard(targets: Sequence[Path], reporter: Reporter, text: str) -> None:
    """Remove files and folders as the stage ``text``, if any of them is there."""
    there = [target for target in targets if target.exists()]
    if not there:
        return
    inside = [entry for target in there for entry in entries(target)]
    total = sum(entry.lstat().st_size for entry in inside)
    reporter.stage(f"{text} ({size(total)})")
    # In files, because it is their number that takes the time.
    tally = Tally(reporter, len(inside), "files")
    for target in there:
        remove(target, tally.add)


def discard_old(target: Path, reporter: Reporter) -> None:
    """Remove what ``target`` took the place of; what can't be removed yet, the next run removes."""
    try:
        discard([old(target)], reporter, "Removing the engine before this one")
    except OSError as error:
        # On some network drives a file that is open, as those of a running engine are, stays until it is closed.
        reporter.note(f"Not all of {old(target)} could be removed ({error}): the next installation tries again.")
