"""Texts for the errors of files: the reason, and the remedy for the system's error number."""

from __future__ import annotations

import errno

from .language import tr


def reason(error: OSError) -> str:
    """Return the system's own words for ``error``."""
    return error.strerror or str(error)


def remedy(error: OSError, otherwise: str) -> str:
    """Return the remedy for ``error`` by its number, or ``otherwise`` if there is none for this number."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return tr("Make room on the disk, then try again.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return tr("Check the permissions of the file and of its folder.")
    if error.errno == errno.EROFS:
        return tr("This disk can only be read: use another one.")
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return tr("Too many files are open: close other programs, then try again.")
    if error.errno == errno.EIO:
        return tr("The disk may be damaged: use another one.")
    return otherwise
