"""Enables our plug-in by one line in Krita's configuration. All other bytes of the file stay as they are."""

from __future__ import annotations

import re

_LINE = re.compile(r"^enable_neural_style[ \t]*=[ \t]*(.*?)\s*?(?:\r?\n|\Z)", re.MULTILINE)
_SECTION = re.compile(r"^[ \t]*\[python\][ \t]*(\r?\n|\Z)", re.MULTILINE)
_EMPTY_SECTION = re.compile(r"^[ \t]*\[python\][ \t]*(?:\r?\n|\Z)(?=\[|\s|\Z)", re.MULTILINE)


def is_enabled(text: str) -> bool:
    """Return True if the configuration ``text`` enables the plug-in."""
    line = _LINE.search(text)
    return line is not None and line[1] == "true"


def enabled(text: str) -> str:
    """Return ``text`` with the plug-in enabled."""
    if is_enabled(text):
        return text
    end = "\r\n" if "\r\n" in text else "\n"
    text = _LINE.sub("", text)
    section = _SECTION.search(text)
    place = section.end() if section else len(text)
    before = (
        text[:place] + ("" if text[:place].endswith("\n") or not place else end) + ("" if section else f"[python]{end}")
    )
    return f"{before}enable_neural_style=true{end}{text[place:]}"


def removed(text: str) -> str:
    """Return ``text`` without our line. Its section is also removed if it is empty then."""
    return _EMPTY_SECTION.sub("", _LINE.sub("", text), count=1) if _LINE.search(text) else text
