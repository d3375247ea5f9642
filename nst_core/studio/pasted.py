"""Pictures from the clipboard. Each is saved as a file, so a record or a preset can name it like any other style."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Iterator, Optional

from nst_core.bridge import file_errors
from nst_core.bridge.language import tr
from nst_core.bridge.paths import pasted_folder
from nst_core.job.errors import UnwritableOutput


def store(png: bytes, moment: datetime, folder: Optional[Path] = None) -> Path:
    """Save a pasted picture as a new file in ``folder`` (None: the user's own folder), and return its path.

    ``moment``, the time of the paste, is in the file's name. Raises :class:`UnwritableOutput`.
    """
    folder = folder or pasted_folder()
    name = tr("Pasted {moment}").format(moment=f"{moment:%Y-%m-%d %H.%M.%S}")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = next(path for path in _paths(folder, name) if not path.exists())
        path.write_bytes(png)
    except OSError as error:
        problem = tr("The pasted picture can't be saved: {reason}.").format(reason=file_errors.reason(error))
        raise UnwritableOutput(problem, file_errors.remedy(error, tr("Check the folder."))) from error
    return path


def _paths(folder: Path, name: str) -> Iterator[Path]:
    yield folder / f"{name}.png"
    yield from (folder / f"{name} {number}.png" for number in count(2))
