"""Private folders for temporary pictures. Only the user can read them.

A process may die before it removes its folder. Then the folder is removed when the plug-in is used again. The lock on a
file beside each folder shows that its process still runs.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Optional

from nst_core.job.errors import UnwritableOutput

from . import file_errors, paths
from .language import tr
from .locks import lock

#: The beginning of the name of each private folder.
_PREFIX = "film-"
_LOCK = ".lock"


class PrivateFolder:
    """A new private folder in ``parent`` (None: in the user's cache). Raises :class:`UnwritableOutput`."""

    def __init__(self, parent: Optional[Path] = None) -> None:
        parent = parent or paths.films_folder()
        try:
            remove_leftovers(parent)
            parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_LOCK, dir=parent)
            self._lock, self._file = Path(name), os.fdopen(descriptor, "ab")
            with contextlib.suppress(OSError):  # some drives have no locks
                lock(descriptor)
            self.path = _folder_of(self._lock)
            self.path.mkdir(mode=0o700)
        except OSError as error:
            raise unwritable(error) from error

    def remove(self) -> None:
        """Remove the folder and everything in it."""
        self._file.close()
        _remove(self._lock)
        _remove_empty(self._lock.parent)


def remove_leftovers(parent: Optional[Path] = None) -> None:
    """Remove the private folders in ``parent`` (None: in the user's cache) whose processes have ended."""
    parent = parent or paths.films_folder()
    for found in parent.glob(f"{_PREFIX}*{_LOCK}"):
        with contextlib.suppress(OSError):  # its process still runs
            with found.open("ab") as file:
                lock(file.fileno())
            _remove(found)
    _remove_empty(parent)


def _remove_empty(parent: Path) -> None:
    with contextlib.suppress(OSError):  # it does not exist, or other processes have folders there
        parent.rmdir()


def _remove(found: Path) -> None:
    shutil.rmtree(_folder_of(found), ignore_errors=True)
    if not _folder_of(found).exists():
        with contextlib.suppress(OSError):  # another process has removed it at the same time
            found.unlink()


def unwritable(error: OSError) -> UnwritableOutput:
    """Return the named error for ``error``, which occurred when a frame was written."""
    problem = tr("The frames can't be saved for the engine: {reason}.").format(reason=file_errors.reason(error))
    return UnwritableOutput(problem, file_errors.remedy(error, tr("Check the folder.")))


def _folder_of(found: Path) -> Path:
    return found.with_name(found.name[: -len(_LOCK)])
