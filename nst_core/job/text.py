"""Texts from files, documents and other processes, cleaned so that they can be shown and stored."""

from __future__ import annotations

import re

#: NUL ends a text for the libraries of both editors, and half of a surrogate pair has no form in UTF-8: widgets,
#: files and terminals raise at both.
_UNUSABLE = re.compile("[\0\ud800-\udfff]")

#: Characters of a message: a label of a megabyte would block an editor's window.
LONGEST = 4000


def is_clean(text: str) -> bool:
    """Whether every widget, file and terminal can take ``text``."""
    return not _UNUSABLE.search(text)


def cleaned(text: str) -> str:
    """``text`` with U+FFFD, the replacement character, in the place of each character that is not clean."""
    return _UNUSABLE.sub("\ufffd", text)


def shortened(text: str) -> str:
    """The beginning of ``text``, as long as a message may be."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
