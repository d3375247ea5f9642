"""One line of Krita's configuration: whether our plug-in is enabled. Every other byte of the file stays as it is."""

from __future__ import annotations

import re

_LINE = re.compile(r"^enable_neural_style[ \t]*=[ \t]*(.*?)\s*?(?:\r?\n|\Z)", re.MULTILINE)
_SECTION = re.compile(r"^[ \t]*\[python\][ \t]*(\r?\n|\Z)", re.MULTILINE)
_EMPTY_SECTION = re.compile(r"^[ \t]*\[python\][ \t]*(?:\r?\n|\Z)(?=\[|\s|\Z)", re.MULTILINE)


def is_enabled(text: str) -> bool:
    """Whether the plug-in is enabled in the configuration ``text``."""
    line = _LINE.search(text)
    return line is not None and line[1] == "true"


def enabled(text: str) -> str:
    """``text`` with the plug-in enabled."""
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
    """``text`` without our line, and without its section if that holds nothing else."""
    return _EMPTY_SECTION.sub("", _LINE.sub("", text), count=1) if _LINE.search(text) else text
