"""Every command that a page tells a reader to type, or that a message spells out, for the tests that run them.

A command is a line of an indented block, a fenced block of ``sh``, or words between backticks (``<code>`` in the pages
within the editors) that begin as commands do. One of a message is found if the source has it as it is told, on one
line; one that the program puts together is for the tests of that message. ``tests/test_docs.py`` holds that each is
claimed by a test that runs it, by calling :func:`commands` with how it begins.
"""

from __future__ import annotations

import html
import os
import re
from pathlib import Path
from typing import Dict, Iterator, List

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    *(ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"),
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "tests" / "benchmarks" / "RESULTS.md",
]
#: The manual as the editors show it.
MANUALS = [ROOT / "krita_plugin" / "Manual.html", ROOT / "docs" / "krita-manual" / "Manual.html"]
PROGRAM = [path for room in ("nst_core", "krita_plugin", "gimp_plugin") for path in sorted((ROOT / room).rglob("*.py"))]

_FENCE = re.compile(r"^ *(?:```|~~~)([^`\n]*)\n(.*?)^ *(?:```|~~~) *$", re.MULTILINE | re.DOTALL)
#: The languages of fences that hold no commands.
_NO_COMMANDS = ("json", "mermaid", "python", "scheme", "text")
#: A word as programs are named, and arguments; or a variable that is set to a command.
_COMMAND = re.compile(r"[a-z][\w.+-]* \S|[A-Z_]+=\"\w+ \S")


def commands(program: str) -> List[str]:
    """What follows ``program`` in its command lines, each once."""
    found = [line[len(program) :].strip() for line in command_lines() if f"{line} ".startswith(f"{program} ")]
    return sorted(set(found))


def command_lines() -> Dict[str, List[str]]:
    """Each command line, with the names of the files that tell it."""
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
    """What may be a command in the Markdown ``text``: lines of code, and words between backticks.

    Raises ValueError for a fence that may hold commands which would not be found.
    """
    for language, content in _FENCE.findall(text):
        if language == "sh" and _COMMAND.match(content.strip()):
            yield content
        elif language not in _NO_COMMANDS:
            raise ValueError(f"No command that could be found is in this fence of {language!r}:\n{content}")
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
