"""The JSON files of the settings folder. Crashes and a second open editor do not damage them.

A file is replaced in one step. A damaged file is renamed, never overwritten.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Dict

from nst_core.job.errors import UnwritableOutput

from . import file_errors, files, json_text
from .language import tr


def read(path: Path) -> Dict[str, Any]:
    """Return the tree in the file ``path``; an empty one if the file is missing, unreadable or damaged. Never fails."""
    path = _followed(path)
    try:
        tree = json_text.parse(path.read_text(encoding="utf-8"))
    except OSError:
        return {}
    except ValueError:
        tree = None
    if isinstance(tree, dict):
        return tree
    _rename_damaged(path)
    return {}


def _followed(path: Path) -> Path:
    """Return the file to which ``path`` links. Some users keep their settings elsewhere, and their links must stay."""
    return Path(os.path.realpath(path))


def _rename_damaged(path: Path) -> None:
    number, spare = 1, path.with_name(f"{path.name}.damaged")
    try:
        while spare.exists():
            number += 1
            spare = path.with_name(f"{path.name}.damaged-{number}")
        path.replace(spare)
    except OSError:
        return  # The folder is not writable. The damaged file stays, and the next write reports the reason.


def write(path: Path, tree: Dict[str, Any]) -> None:
    """Replace the contents of ``path`` with ``tree``. Make its folder if it is missing. Raises UnwritableOutput."""
    path = _followed(path)
    # The text is ASCII, so each text in the tree can be written.
    text = json.dumps(tree, indent=2)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            path.read_bytes()  # If a file is unreadable, read() returns an empty tree. Do not overwrite its contents.
        files.replace_text(path, text, private=True)
    except OSError as error:
        problem = tr("The settings can't be stored in {folder}: {reason}.")
        problem = problem.format(folder=path.parent, reason=file_errors.reason(error))
        raise UnwritableOutput(problem, file_errors.remedy(error, tr("Check the folder."))) from error
