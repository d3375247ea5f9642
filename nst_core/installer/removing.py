"""``install.py uninstall``: removes the files that the installer placed, and nothing else.

A file goes if the manifest lists it and its contents are still those that were placed, or if it lies in a folder that
carries the installer's mark; of an engine, only those that the installer, pip or Python put there. Others stay and are
named.
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
    """The files and folders that :func:`uninstall` removes, or removes files from."""
    made = manifest.load()
    placed = [target for target in map(Path, made.targets) if placement.ours(target, target, made)]
    return [*placed, *_folders(made), *_logs()]


def preset_folders() -> List[Path]:
    """The folders that hold settings, presets or pasted styles of the user."""
    return list(dict.fromkeys(file.parent for file in _preset_files() if not file.is_dir()))


def uninstall(with_presets: bool, reporter: Reporter) -> List[Path]:
    """Remove plug-ins, engines, downloads and logs, and with ``with_presets`` the user's settings and pasted styles.

    Returns those of their folders that stay, because they hold files that are not the installer's.
    """
    with storage.exclusive(paths.data_folder() / "install.lock"):
        made = manifest.load()
        placement.take_away(made)
        for folder in _folders(made):
            discard(folder, folder, reporter)
        remove_leftovers()
        remove_files([*_logs(), *(_preset_files() if with_presets else [])])
        # The manifest goes last: an interrupted uninstallation can be run again.
        storage.remove(manifest.manifest_file())
    homes = _homes(made)
    remove_files(file for home in homes for file in (home / "install.lock", *home.glob(f".*{PART}")))
    made.remove_folders()
    own = [*map(Path, made.targets), *homes, paths.cache_folder(), paths.logs_folder()]
    return [folder for folder in own if folder.exists() and (not folder.is_dir() or any(folder.iterdir()))]


def _homes(made: Manifest) -> List[Path]:
    """The folders that hold an engine, with the code that it runs beside it."""
    beside = (path.parent for path in map(Path, made.targets) if path.name == CODE)
    return [*dict.fromkeys([paths.data_folder(), *beside])]


def _folders(made: Manifest) -> List[Path]:
    """The installer's own folders: engines, with the Python of a portable one, and downloads."""
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
    """Remove ``folder`` if the installer made it; files of the user in an engine go to a folder beside ``name``.

    Its marks are removed last, so that an interrupted removal can be run again. Raises OSError.
    """
    if not storage.is_marked(folder):
        return
    files, marks = storage.removable(folder), [folder / MARK, folder / COMPLETE]
    strangers = {*storage.entries(folder)} - {*files}
    with reporter.busy(f"Removing {folder}"):
        remove_files([path for path in files if path not in marks])
    left = {*folder.iterdir()} - {*marks}
    if left and not strangers:
        raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), str(left.pop()))
    remove_files([*marks, folder])
    if strangers:
        reporter.note(f"Not all of {folder} is from this installer: the rest is now {storage.set_aside(folder, name)}.")


def discard_old(target: Path, reporter: Reporter) -> None:
    """Remove the predecessor of ``target``; files that can't be removed yet are left to the next run."""
    try:
        discard(old(target), target, reporter)
    except OSError as error:
        # On some network drives a file that is open, as those of a running engine are, stays until it is closed.
        reporter.note(f"Not all of {old(target)} could be removed ({error}): the next installation tries again.")
