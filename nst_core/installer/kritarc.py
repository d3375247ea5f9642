"""One line of Krita's configuration: whether our plug-in is enabled. Every other byte of the file stays as it is."""

from __future__ import annotations

import re
from typing import List, Optional

_SECTION = "[python]"
_KEY = "enable_neural_style"
_LINE = re.compile(rf"{_KEY}\s*=\s*(.*)")


def is_enabled(text: str) -> bool:
    """Whether the plug-in is enabled in the configuration ``text``."""
    return _value(text) == "true"


def enabled(text: str) -> str:
    """``text`` with the plug-in enabled."""
    if is_enabled(text):
        return text
    lines = _without_key(text)
    end = _end_of_line(text)
    section = _section(lines)
    if section is None:
        closed = not lines or lines[-1].endswith("\n")
        return "".join(lines) + ("" if closed else end) + f"{_SECTION}{end}{_KEY}=true{end}"
    if not lines[section].endswith("\n"):
        lines[section] += end
    lines.insert(section + 1, f"{_KEY}=true{end}")
    return "".join(lines)


def removed(text: str) -> str:
    """``text`` without our line, and without its section if that holds nothing else."""
    lines = _without_key(text)
    section = _section(lines)
    if section is not None and _is_empty(lines, section) and lines != text.splitlines(keepends=True):
        del lines[section]
    return "".join(lines)


def _value(text: str) -> str:
    for line in text.splitlines(keepends=True):
        match = _LINE.match(line)
        if match:
            return match[1].strip()
    return ""


def _without_key(text: str) -> List[str]:
    return [line for line in text.splitlines(keepends=True) if not _LINE.match(line)]


def _section(lines: List[str]) -> Optional[int]:
    return next((i for i, line in enumerate(lines) if line.strip() == _SECTION), None)


def _is_empty(lines: List[str], section: int) -> bool:
    following = lines[section + 1 :]
    return not following or not following[0].strip() or following[0].startswith("[")


def _end_of_line(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
