"""``install.py uninstall``: everything that was placed or made is taken away, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import List

from ..bridge import paths
from . import placement, record
from .storage import exclusive, remove


def what_goes() -> List[Path]:
    """The files and folders that :func:`uninstall` removes, those that are there."""
    made = record.load()
    own = [paths.data_folder(), paths.cache_folder(), paths.logs_folder()]
    return [path for path in [*map(Path, made.targets), *map(Path, made.engine_homes), *own] if path.exists()]


def has_presets() -> bool:
    """Whether there are settings and presets of the user."""
    return paths.settings_folder().exists()


def uninstall(with_presets: bool) -> None:
    """Remove plug-ins, engines, downloads and logs, and with ``with_presets`` the user's settings and presets."""
    with exclusive(paths.data_folder() / "install.lock"):
        made = record.load()
        placement.take_away(made)
        for folder in [*map(Path, made.engine_homes), paths.cache_folder(), paths.logs_folder()]:
            remove(folder)
        if with_presets:
            remove(paths.settings_folder())
    # The record goes last: interrupted before, an uninstallation can be run again.
    for path in sorted(paths.data_folder().iterdir(), key=lambda path: path == record.record_file()):
        remove(path)
    remove(paths.data_folder())
    made.remove_folders()
