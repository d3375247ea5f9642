"""Finds every command in the documentation and in messages, for the tests that run them.

A command is a line of an indented block or of a fenced block of ``sh``, or words between backticks that begin like a
command (``<code>`` in the manual inside Krita). A command in a message is found if it is on one line of the source. If
the program puts a command together, the tests of that message run it. Each command must have a test that calls
:func:`commands` with the beginning of the command, and runs it. ``tests/test_docs.py`` checks this.
"""

from __future__ import annotations

import html
import os
import re
from pathlib import Path
from typing import Dict, Iterator, List

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG", "SECURITY", "CODE_OF_CONDUCT")),
    *sorted((ROOT / ".github").rglob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "tests" / "benchmarks" / "RESULTS.md",
]
#: The manual inside Krita.
MANUALS = [ROOT / "krita_plugin" / "Manual.html", ROOT / "docs" / "krita-manual" / "Manual.html"]
PROGRAM = [path for room in ("nst_core", "krita_plugin", "gimp_plugin") for path in sorted((ROOT / room).rglob("*.py"))]

_FENCE = re.compile(r"^ *(?:```|~~~)([^`\n]*)\n(.*?)^ *(?:```|~~~) *$", re.MULTILINE | re.DOTALL)
#: The languages of fences without commands.
_NO_COMMANDS = ("json", "mermaid", "python", "scheme", "text")
#: The name of a program with arguments, or a variable with a command as its value.
_COMMAND = re.compile(r"[a-z][\w.+-]* \S|[A-Z_]+=\"\w+ \S")


def commands(program: str) -> List[str]:
    """Return the arguments of ``program`` in all its command lines, without repetition."""
    found = [line[len(program) :].strip() for line in command_lines() if f"{line} ".startswith(f"{program} ")]
    return sorted(set(found))


def command_lines() -> Dict[str, List[str]]:
    """Return each command line with the names of its files."""
    found: Dict[str, List[str]] = {}
    for page in PAGES:
        _note(found, page, in_page(page.read_text(encoding="utf-8")))
    for page in MANUALS:
        marked = re.findall(r"<(code|pre)\b[^>]*>(.*?)</\1>", page.read_text(encoding="utf-8"), re.DOTALL)
        _note(found, page, (html.unescape(re.sub(r"<[^>]+>", "", text)) for _, text in marked))
    for module in PROGRAM:
        source = module.read_text(encoding="utf-8")
        _note(found, module, re.findall(r"(?<!`)`([^`\n]+)`(?!`)", re.sub(r'""".*?"""', "", source, flags=re.DOTALL)))
    return found


def in_page(text: str) -> Iterator[str]:
    """Yield everything in the Markdown ``text`` that may be a command: lines of code, and words between backticks.

    Raises ValueError for a fence that may contain commands in a form that can't be found.
    """
    for language, content in _FENCE.findall(text):
        if language == "sh" and _COMMAND.match(content.strip()):
            yield content
        elif language not in _NO_COMMANDS:
            raise ValueError(f"No command can be found in this fence of {language!r}:\n{content}")
    prose = _FENCE.sub("", text)
    for line in re.findall(r"^    (\S.*)$", prose, re.MULTILINE):
        yield re.sub(r"\s+#.*", "", line)
    yield from (" ".join(words.split()) for words in re.findall(r"`([^`\n]+(?:\n[^`\n]+)?)`", prose))


def _note(found: Dict[str, List[str]], file: Path, lines: Iterator[str] | List[str]) -> None:
    for line in map(str.strip, lines):
        if _COMMAND.match(line) or _is_program_of_ours(line):
            found.setdefault(line, []).append(file.name)


def _is_program_of_ours(line: str) -> bool:
    file = ROOT / line
    return "/" in line and file.is_file() and os.access(file, os.X_OK)
