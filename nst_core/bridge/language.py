"""The texts of the interface in the user's language.

A text is its own key: :func:`tr` looks up the English text in the catalog ``languages/CODE.json`` of the current
language, and returns it unchanged if there is none. A text with a gap has named fields, which are filled after the
lookup: ``tr("by {artist}").format(artist="Hokusai")``.

A text with a number is given to :func:`tr_count`. Its catalog has one entry for each plural form of the language: the
form "other" under the English plural itself, each other form under ``TEXT#FORM``, such as ``{count} styles#few``. The
forms are those of the Unicode plural rules for whole numbers (CLDR, Language Plural Rules).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Formatter
from typing import Callable, Dict, Iterable, List, Pattern, Tuple

CATALOGS = Path(__file__).parent / "languages"

_catalog: Dict[str, str] = {}
_code = "en"

_NOTHING = re.compile("(?!)")


def tr(text: str) -> str:
    """``text`` in the current language."""
    return _catalog.get(text, text)


def tr_count(one: str, other: str, count: int) -> str:
    """The text for ``count`` things in the current language, with the field ``{count}`` filled.

    ``one`` and ``other`` are the English singular and plural. ``count`` is 0 or more.
    """
    form = plural_form(_code, count)
    english = one if count == 1 else other
    text = _catalog.get(other if form == "other" else f"{other}#{form}", english)
    return text.format(count=count)


def use(languages: Iterable[str]) -> str:
    """Choose the first known one of ``languages`` (such as ``de_AT``, ``fr-CA.UTF-8``); returns its code.

    English needs no catalog. It is used if none is known.
    """
    global _code
    known = [*available(), "en"]
    _code = next((code for code in map(_code_of, languages) if code in known), "en")
    _catalog.clear()
    if _code != "en":
        _catalog.update(json.loads((CATALOGS / f"{_code}.json").read_text(encoding="utf-8")))
    return _code


def available() -> List[str]:
    """The codes of the languages that have a catalog."""
    return sorted(path.stem for path in CATALOGS.glob("*.json"))


def is_translation(text: str) -> bool:
    """Whether ``text`` is already in the current language: a translation, with its gaps filled."""
    return any(_filled(translation).fullmatch(text) for translation in _catalog.values())


def plural_forms(code: str) -> Tuple[str, ...]:
    """The names of the plural forms that the language ``code`` has for whole numbers."""
    return _RULES.get(code, _TWO)[0]


def plural_form(code: str, count: int) -> str:
    """The plural form of the language ``code`` for ``count`` things, by the rules of CLDR."""
    return _RULES.get(code, _TWO)[1](count)


def _one_or_other(count: int) -> str:
    return "one" if count == 1 else "other"


def _one_up_to_one(count: int) -> str:
    return "one" if count <= 1 else "other"


def _always_other(count: int) -> str:
    return "other"


def _czech(count: int) -> str:
    return "one" if count == 1 else "few" if 2 <= count <= 4 else "other"


def _polish(count: int) -> str:
    return "one" if count == 1 else "few" if _ends_in_two_to_four(count) else "other"


def _east_slavic(count: int) -> str:
    if count % 10 == 1 and count % 100 != 11:
        return "one"
    return "few" if _ends_in_two_to_four(count) else "other"


def _ends_in_two_to_four(count: int) -> bool:
    return count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14)


_TWO: Tuple[Tuple[str, ...], Callable[[int], str]] = (("one", "other"), _one_or_other)
_ONE: Tuple[Tuple[str, ...], Callable[[int], str]] = (("other",), _always_other)
_UP_TO_ONE: Tuple[Tuple[str, ...], Callable[[int], str]] = (("one", "other"), _one_up_to_one)
#: The languages whose rule is not that of English. CLDR names the form "many" where Polish, Russian and Ukrainian have
#: "other" here: whole numbers never need both.
_RULES: Dict[str, Tuple[Tuple[str, ...], Callable[[int], str]]] = {
    **dict.fromkeys(("ja", "ko", "zh_CN", "zh_TW"), _ONE),
    **dict.fromkeys(("fr", "pt_BR"), _UP_TO_ONE),
    "cs": (("one", "few", "other"), _czech),
    "pl": (("one", "few", "other"), _polish),
    **dict.fromkeys(("ru", "uk"), (("one", "few", "other"), _east_slavic)),
}

#: Words of a language's name that mean the traditional characters of Chinese.
_TRADITIONAL = {"hant", "tw", "hk", "mo"}


def _code_of(language: str) -> str:
    """The name of the catalog for ``language``: two letters, and the region where two regions write differently."""
    first, *rest = language.split(".")[0].replace("-", "_").lower().split("_")
    if first == "zh":
        return "zh_TW" if _TRADITIONAL.intersection(rest) else "zh_CN"
    return "pt_BR" if first == "pt" else first[:2]


def _filled(translation: str) -> Pattern[str]:
    """The texts that ``translation`` may become. A gap alone says nothing about the language."""
    parts = [part for part, _, _, _ in Formatter().parse(translation)]
    if not any(part.strip(" .,:") for part in parts):
        return _NOTHING
    return re.compile(".+".join(map(re.escape, parts)) + (".+" if translation.endswith("}") else ""), re.DOTALL)
