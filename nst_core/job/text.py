"""The cleaning of texts from files, documents and other processes, so that they can be shown and stored."""

from __future__ import annotations

import re

#: Widgets, files and terminals raise errors for these characters. NUL ends a text for the libraries of both editors,
#: and half of a surrogate pair can't be written in UTF-8.
_UNUSABLE = re.compile("[\0\ud800-\udfff]")

#: The largest number of characters in a message. A label of a megabyte would block an editor's window.
LONGEST = 4000


def is_clean(text: str) -> bool:
    """Return True if widgets, files and terminals accept all characters of ``text``."""
    return not _UNUSABLE.search(text)


def cleaned(text: str) -> str:
    """Return ``text`` with the replacement character U+FFFD instead of each character that is not clean."""
    return _UNUSABLE.sub("\ufffd", text)


def shortened(text: str) -> str:
    """Return ``text``, cut to :data:`LONGEST` characters."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
