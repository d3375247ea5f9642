"""``install.py uninstall``: removes the files that the installer placed, and nothing else.

A file goes if the manifest lists it and its contents are still those that were placed, or if it lies in a folder that
carries the installer's mark and is one that the installer, pip or Python put there. All others stay and are named.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Iterator, List, Tuple

from ..bridge import log, paths
from ..bridge.files import PART
from . import inventory, manifest, packages, placement
from .manifest import Manifest
from .processes import log_file
from .reporting import Reporter, Tally, size
from .storage import MARK, entries, exclusive, is_marked, new, old, remove, remove_files, set_aside


def to_remove() -> List[Path]:
    """The files and folders that :func:`uninstall` removes, or removes files from."""
    made = manifest.load()
    placed = [target for target in map(Path, made.targets) if placement.ours(target, made)]
    return [*placed, *(root for root, _ in _parts(made))]


def has_presets() -> bool:
    """Whether there are settings and presets of the user."""
    return bool(_preset_files())


def uninstall(with_presets: bool, reporter: Reporter) -> List[Path]:
    """Remove plug-ins, engines, downloads and logs, and with ``with_presets`` the user's settings and presets.

    Returns the files and folders that stay in the folders of these, because they are not the installer's.
    """
    lock = paths.data_folder() / "install.lock"
    with exclusive(lock):
        made = manifest.load()
        placement.take_away(made)
        for engine in _engines(made):
            inventory.begin_removal(engine)
        _remove([path for _, files in _parts(made) for path in files], reporter, "Removing")
        if with_presets:
            remove_files(_preset_files())
        left = _left_over(made)
        # The manifest goes last: an interrupted uninstallation can be run again.
        remove(manifest.manifest_file())
    remove_files(home / "install.lock" for home in _homes(made))
    made.remove_folders()
    return left


def _parts(made: Manifest) -> Iterator[Tuple[Path, List[Path]]]:
    """The installer's own folders and logs: each with the files to remove, in that order, and the folder itself.

    The engine comes before the downloads, which are few but large: first, they would falsify the time left.
    """
    for engine in _engines(made):
        yield engine, [*inventory.removable(engine), engine / MARK, engine]
    for home in _homes(made):
        yield from _marked(home / "python", home / "tools")
    wheels = paths.cache_folder() / "packages"
    if is_marked(wheels):
        yield wheels, [*packages.downloaded(wheels), wheels / MARK, wheels]
    if manifest.manifest_file().exists():
        for file in (log_file(), paths.logs_folder() / "engine.log"):
            yield from ((part, [part]) for part in (log.earlier(file), file) if part.is_file())


def _marked(*folders: Path) -> Iterator[Tuple[Path, List[Path]]]:
    for folder in filter(is_marked, folders):
        mark = folder / MARK  # It goes last: an interrupted removal can be run again.
        yield folder, [*(path for path in entries(folder) if path != mark), mark, folder]


def _homes(made: Manifest) -> List[Path]:
    """The folders that hold an engine."""
    return [*dict.fromkeys([paths.data_folder(), *map(Path, made.engine_homes)])]


def _engines(made: Manifest) -> List[Path]:
    engines = [home / "engine" for home in _homes(made)]
    return [path for engine in engines for path in (new(engine), old(engine), engine) if is_marked(path)]


def _preset_files() -> List[Path]:
    patterns = ("presets.json*", "last.json*", "styles.json*", f".*{PART}")
    return [path for pattern in patterns for path in sorted(paths.settings_folder().glob(pattern))]


def _left_over(made: Manifest) -> List[Path]:
    """The remaining files in the plug-ins' folders, and in those of engines, downloads and logs."""
    found = [path for target in map(Path, made.targets) for path in (target, *entries(target)) if _is_file(path)]
    own = [*_homes(made), paths.cache_folder(), paths.logs_folder()]
    known = {manifest.manifest_file(), *own, *(home / "install.lock" for home in own)}
    for folder in filter(Path.is_dir, own):
        remove_files(folder.glob(f".*{PART}"))
        found += [path for path in sorted(folder.iterdir()) if not known & {path, *entries(path)}]
    return [*dict.fromkeys(found)]


def _is_file(path: Path) -> bool:
    return path.is_symlink() or path.is_file()


def _remove(files: List[Path], reporter: Reporter, text: str) -> None:
    """Remove ``files``, and the folders among them that are empty then, as the stage ``text``."""
    total = sum(map(_length, files))
    reporter.stage(f"{text} ({size(total)})")
    # In files, because it is their number that takes the time.
    remove_files(files, Tally(reporter, len(files), "files").add)


def _length(file: Path) -> int:
    try:
        return file.lstat().st_size
    except FileNotFoundError:  # Another program removed it meanwhile.
        return 0


def discard(engine: Path, reporter: Reporter, text: str) -> None:
    """Remove the environment ``engine`` if it is there; files in it that the user put there get a folder of their own.

    Raises OSError.
    """
    if not is_marked(engine):
        return
    inventory.begin_removal(engine)
    files = inventory.removable(engine)
    strangers = {*entries(engine)} - {*files, engine / MARK}
    _remove(files, reporter, text)
    left = [path for path in engine.iterdir() if path.name != MARK]
    if left and not strangers:
        raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), str(left[0]))
    remove_files([engine / MARK, engine])
    if strangers:
        reporter.note(f"Not all of {engine} is from this installer: the rest is now {set_aside(engine, engine)}.")


def discard_old(target: Path, reporter: Reporter) -> None:
    """Remove the predecessor of ``target``; files that can't be removed yet are left to the next run."""
    try:
        discard(old(target), reporter, "Removing the engine before this one")
    except OSError as error:
        # On some network drives a file that is open, as those of a running engine are, stays until it is closed.
        reporter.note(f"Not all of {old(target)} could be removed ({error}): the next installation tries again.")
