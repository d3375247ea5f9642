"""JSON files of the settings folder, which survive crashes, damage and a second editor.

A file is replaced atomically. A file that can't be understood is kept under another name, never overwritten.
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
    """The tree in ``path``; an empty one if there is none, or none that can be read. Never fails."""
    path = _followed(path)
    try:
        tree = json_text.parse(path.read_text(encoding="utf-8"))
    except OSError:
        return {}
    except ValueError:
        tree = None
    if isinstance(tree, dict):
        return tree
    _keep_aside(path)
    return {}


def _followed(path: Path) -> Path:
    """The file behind ``path``: some users keep their settings elsewhere, and link to them. The link has to stay."""
    return Path(os.path.realpath(path))


def _keep_aside(path: Path) -> None:
    number, spare = 1, path.with_name(f"{path.name}.damaged")
    try:
        while spare.exists():
            number += 1
            spare = path.with_name(f"{path.name}.damaged-{number}")
        path.replace(spare)
    except OSError:
        return  # The folder can't be written. The damaged file stays, and the next write reports the reason.


def write(path: Path, tree: Dict[str, Any]) -> None:
    """Replace ``path`` with ``tree``, in a folder that is made if there is none. Raises :class:`UnwritableOutput`."""
    path = _followed(path)
    # In ASCII: then any text in the tree can be written.
    text = json.dumps(tree, indent=2)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            path.read_bytes()  # An unreadable file looks empty to its reader. Replacing it would lose its contents.
        files.replace_text(path, text, private=True)
    except OSError as error:
        problem = tr("The settings can't be stored in {folder}: {reason}.")
        problem = problem.format(folder=path.parent, reason=file_errors.reason(error))
        raise UnwritableOutput(problem, file_errors.remedy(error, tr("Check the folder."))) from error
