"""The check of paths in a document, before a file is opened.

A document may come from anybody. A path in it could lead to a device or a pipe, which never ends, or to a server, which
could find out who opens the document. So only regular files of this computer are read, and only if the user agrees.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path

from nst_core.job.errors import UnreadableImage
from nst_core.job.text import is_clean

from . import file_errors
from .language import tr

#: The beginning of a URI. It has two letters or more: a single letter before a colon is a drive of Windows.
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


def is_local(path: str) -> bool:
    """Return True if ``path`` has the form of an absolute path on this computer. The file is not opened."""
    is_remote = _URI.match(path) or path.replace("\\", "/").startswith("//")
    return not is_remote and is_clean(path) and Path(path).is_absolute()


def require_regular_file(path: str) -> Path:
    """Return ``path``, which must be a regular file of this computer. Raises :class:`UnreadableImage` if it is not.

    This may wait for a slow disk, so do not call it from the thread of the interface.
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
