"""``install.py uninstall``: removes the files that the installer placed, and no others.

A file is removed if the manifest lists it and its contents are unchanged, or if it is in a folder with the installer's
mark. In an engine, only files from the installer, pip or Python are removed. Other files stay, and are named.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import List

from ..bridge import log, paths
from ..bridge.files import PART
from ..bridge.private_folder import remove_leftovers
from . import manifest, placement, storage
from .manifest import Manifest
from .plugins import CODE
from .processes import log_file
from .reporting import Reporter
from .storage import COMPLETE, MARK, new, old, remove_files


def to_remove() -> List[Path]:
    """Return the files and folders that :func:`uninstall` removes completely or in part."""
    made = manifest.load()
    placed = [target for target in map(Path, made.targets) if placement.placed_files(target, target, made)]
    return [*placed, *_folders(made), *_logs()]


def preset_folders() -> List[Path]:
    """Return the folders with settings, presets or pasted styles of the user."""
    return list(dict.fromkeys(file.parent for file in _preset_files() if not file.is_dir()))


def uninstall(with_presets: bool, reporter: Reporter) -> List[Path]:
    """Remove plug-ins, engines, downloads and logs; ``with_presets`` also the user's settings and pasted styles.

    Return the folders that stay because they have files that are not from the installer.
    """
    with storage.exclusive(paths.data_folder() / "install.lock"):
        made = manifest.load()
        placement.remove_placed(made)
        for folder in _folders(made):
            discard(folder, folder, reporter)
        remove_leftovers()
        remove_files([*_logs(), *(_preset_files() if with_presets else [])])
        # The manifest is removed last, so that an interrupted uninstallation can be repeated.
        storage.remove(manifest.manifest_file())
    homes = _homes(made)
    remove_files(file for home in homes for file in (home / "install.lock", *home.glob(f".*{PART}")))
    made.remove_folders()
    own = [*map(Path, made.targets), *homes, paths.cache_folder(), paths.logs_folder()]
    return [folder for folder in own if folder.exists() and (not folder.is_dir() or any(folder.iterdir()))]


def _homes(made: Manifest) -> List[Path]:
    """Return the folders that have an engine, with its code beside it."""
    beside = (path.parent for path in map(Path, made.targets) if path.name == CODE)
    return [*dict.fromkeys([paths.data_folder(), *beside])]


def _folders(made: Manifest) -> List[Path]:
    """Return the installer's own folders: engines, the Python of a portable engine, and downloads."""
    engines = [home / "engine" for home in _homes(made)]
    own = [*map(new, engines), *map(old, engines), *engines, *(engine.with_name("python") for engine in engines)]
    own.append(paths.cache_folder() / "packages")
    return [folder for folder in own if storage.is_marked(folder)]


def _logs() -> List[Path]:
    logs = [log_file(), paths.logs_folder() / "engine.log"] if manifest.manifest_file().exists() else []
    return [part for file in logs for part in (log.earlier(file), file) if part.is_file()]


def _preset_files() -> List[Path]:
    patterns = ("presets.json*", "last.json*", "styles.json*", f".*{PART}")
    files = [path for pattern in patterns for path in sorted(paths.settings_folder().glob(pattern))]
    pasted = paths.pasted_folder()
    return [*files, *sorted(pasted.glob("*.png")), *([pasted] if pasted.is_dir() else [])]


def discard(folder: Path, name: Path, reporter: Reporter) -> None:
    """Remove ``folder`` if the installer made it. Files of the user in an engine are moved to a folder beside ``name``.

    The marks are removed last, so that an interrupted removal can be repeated. Raises OSError.
    """
    if not storage.is_marked(folder):
        return
    files, marks = storage.removable(folder), [folder / MARK, folder / COMPLETE]
    foreign = {*storage.entries(folder)} - {*files}
    with reporter.busy(f"Removing {folder}"):
        remove_files([path for path in files if path not in marks])
    left = {*folder.iterdir()} - {*marks}
    if left and not foreign:
        raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), str(left.pop()))
    remove_files([*marks, folder])
    if foreign:
        reporter.note(f"Not all of {folder} is from this installer: the rest is now {storage.set_aside(folder, name)}.")


def discard_old(target: Path, reporter: Reporter) -> None:
    """Remove the old version of ``target``. The next run removes files that can't be removed now."""
    try:
        discard(old(target), target, reporter)
    except OSError as error:
        # On some network drives, an open file stays until it is closed. A running engine has open files.
        reporter.note(f"Not all of {old(target)} could be removed ({error}): the next installation tries again.")
