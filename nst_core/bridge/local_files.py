"""The check of paths that came with a document: only some of them may be opened.

A document may come from anybody. A path in it could name a device or a pipe, which never ends, or a server, which
would learn who opens it. Only regular files of this computer are read, and only after the user was asked.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path

from nst_core.job.errors import UnreadableImage
from nst_core.job.text import is_clean

from . import file_errors
from .language import tr

#: The beginning of an URI. A letter before a colon is a drive of Windows.
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


def is_local(path: str) -> bool:
    """Whether ``path`` is the absolute path of a file on this computer, by its form alone: nothing is opened."""
    is_remote = _URI.match(path) or path.replace("\\", "/").startswith("//")
    return not is_remote and is_clean(path) and Path(path).is_absolute()


def require_regular_file(path: str) -> Path:
    """``path``, if it names a regular file of this computer. May wait for a slow disk, so call it off the interface.

    Raises :class:`UnreadableImage`.
    """
    if not is_local(path):
        raise UnreadableImage(tr("{path} is no file on this computer.").format(path=path), tr("Choose another file."))
    try:
        mode = Path(path).stat().st_mode
    except OSError as error:
        problem = tr("{name} can't be read: {reason}.").format(name=path, reason=file_errors.reason(error))
        raise UnreadableImage(problem, file_errors.remedy(error, tr("Choose another file."))) from error
    if not stat.S_ISREG(mode):
        raise UnreadableImage(tr("{path} is no file on this computer.").format(path=path), tr("Choose another file."))
    return Path(path)
