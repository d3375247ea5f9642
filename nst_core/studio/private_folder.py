"""Private folders for pictures that are needed for a while. Only the user can read them. If the process dies, the next
one that makes such a folder removes what is left: the lock on a file beside each folder shows whether its process still
runs.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Optional

from nst_core.bridge import file_errors, paths
from nst_core.bridge.language import tr
from nst_core.bridge.locks import lock
from nst_core.job.errors import UnwritableOutput

#: How the name of a folder begins.
_PREFIX = "film-"
_LOCK = ".lock"


class PrivateFolder:
    """A new folder in ``parent`` (None: in the user's cache). Raises :class:`UnwritableOutput`."""

    def __init__(self, parent: Optional[Path] = None) -> None:
        parent = parent or paths.cache_folder() / "films"
        try:
            parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            remove_leftovers(parent)
            descriptor, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_LOCK, dir=parent)
            self._lock, self._file = Path(name), os.fdopen(descriptor, "ab")
            with contextlib.suppress(OSError):  # a drive without locks
                lock(descriptor)
            self.path = _folder_of(self._lock)
            self.path.mkdir(mode=0o700)
        except OSError as error:
            raise unwritable(error) from error

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        self._file.close()
        _remove(self._lock)
        with contextlib.suppress(OSError):  # it has the folders of others
            self._lock.parent.rmdir()


def remove_leftovers(parent: Path) -> None:
    """Remove the folders in ``parent`` whose process has ended."""
    for found in parent.glob(f"{_PREFIX}*{_LOCK}"):
        with contextlib.suppress(OSError):  # another process holds it
            with found.open("ab") as file:
                lock(file.fileno())
            _remove(found)


def _remove(found: Path) -> None:
    shutil.rmtree(_folder_of(found), ignore_errors=True)
    if not _folder_of(found).exists():
        with contextlib.suppress(OSError):  # the other process has removed it, too
            found.unlink()


def unwritable(error: OSError) -> UnwritableOutput:
    """The error of a folder that can't be written to."""
    problem = tr("The frames can't be saved for the engine: {reason}.").format(reason=file_errors.reason(error))
    return UnwritableOutput(problem, file_errors.remedy(error, tr("Check the folder.")))


def _folder_of(found: Path) -> Path:
    return found.with_name(found.name[: -len(_LOCK)])
