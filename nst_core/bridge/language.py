"""The texts of the interface in the user's language.

A text is its own key: :func:`tr` looks up the English text in the catalog ``languages/CODE.json`` of the current
language, and returns it unchanged if there is none. A text with a gap has named fields, which are filled after the
lookup: ``tr("{count} styles").format(count=2)``.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Formatter
from typing import Dict, Iterable, List, Pattern

CATALOGS = Path(__file__).parent / "languages"

_catalog: Dict[str, str] = {}

_NOTHING = re.compile("(?!)")


def tr(text: str) -> str:
    """``text`` in the current language."""
    return _catalog.get(text, text)


def is_translation(text: str) -> bool:
    """Whether ``text`` is already in the current language: a translation, with its gaps filled."""
    return any(_filled(translation).fullmatch(text) for translation in _catalog.values())


def use(languages: Iterable[str]) -> str:
    """Choose the first known one of ``languages`` (such as ``de_AT``, ``fr-CA.UTF-8``); returns its two letters.

    English needs no catalog. It is used if none is known.
    """
    code = next((code for code in map(_two_letters, languages) if code == "en" or code in available()), "en")
    _catalog.clear()
    if code != "en":
        _catalog.update(json.loads((CATALOGS / f"{code}.json").read_text(encoding="utf-8")))
    return code


def available() -> List[str]:
    """The languages that have a catalog."""
    return sorted(path.stem for path in CATALOGS.glob("*.json"))


def _filled(translation: str) -> Pattern[str]:
    """The texts that ``translation`` may become. A gap alone says nothing about the language."""
    parts = [part for part, _, _, _ in Formatter().parse(translation)]
    if not any(part.strip(" .,:") for part in parts):
        return _NOTHING
    return re.compile(".+".join(map(re.escape, parts)) + (".+" if translation.endswith("}") else ""), re.DOTALL)


def _two_letters(language: str) -> str:
    code = language.replace("-", "_").split("_")[0].split(".")[0].lower()
    return code[:2]
