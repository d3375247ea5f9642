"""The texts of the interface in the user's language.

The English text is the key: :func:`tr` looks it up in the catalog ``languages/CODE.json`` of the current language. If
the catalog does not contain it, the English text is returned. A text may have named fields, which are filled after the
lookup: ``tr("by {artist}").format(artist="Hokusai")``.

For a text with a number, use :func:`tr_count`. A catalog has one entry for each plural form of its language. The key of
the form "other" is the English plural. The key of each other form is ``TEXT#FORM``, such as ``{count} styles#few``. The
names of the forms are those of the Unicode plural rules for whole numbers (CLDR, Language Plural Rules).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Formatter
from typing import Callable, Dict, Iterable, List, Pattern

CATALOGS = Path(__file__).parent / "languages"

_catalog: Dict[str, str] = {}
_code = "en"

#: A pattern that matches no text.
_NOTHING = re.compile("(?!)")


def tr(text: str) -> str:
    """Return ``text`` in the current language."""
    return _catalog.get(text, text)


def tr_count(one: str, other: str, count: int) -> str:
    """Return the text for ``count`` things in the current language. The field ``{count}`` is filled.

    ``one`` and ``other`` are the English singular and plural. ``count`` is 0 or more.
    """
    form = plural_form(_code, count)
    english = one if count == 1 else other
    text = _catalog.get(other if form == "other" else f"{other}#{form}", english)
    return text.format(count=count)


def use(languages: Iterable[str], catalogs: Path = CATALOGS) -> str:
    """Use the first of ``languages`` (such as ``de_AT``, ``fr-CA.UTF-8``) with a catalog in the folder ``catalogs``.

    English needs no catalog. It is used if no language has one. Return the code of the language.
    """
    global _code
    known = [*available(catalogs), "en"]
    _code = next((code for code in map(_code_of, languages) if code in known), "en")
    _catalog.clear()
    if _code != "en":
        _catalog.update(json.loads((catalogs / f"{_code}.json").read_text(encoding="utf-8")))
    return _code


def available(catalogs: Path = CATALOGS) -> List[str]:
    """Return the codes of the languages that have a catalog."""
    return sorted(path.stem for path in catalogs.glob("*.json"))


def is_translation(text: str) -> bool:
    """Return True if ``text`` is a text of the current language's catalog, with its fields filled."""
    return any(_filled(translation).fullmatch(text) for translation in _catalog.values())


def plural_form(code: str, count: int) -> str:
    """Return the name of the plural form that the language ``code`` uses for ``count`` things."""
    return _RULES.get(code, _one_or_other)(count)


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


#: The rules of the languages that differ from English. For Polish, Russian and Ukrainian, CLDR names one form "many",
#: which is "other" here: whole numbers never need both.
_RULES: Dict[str, Callable[[int], str]] = {
    **dict.fromkeys(("ja", "ko", "zh_CN", "zh_TW"), _always_other),
    **dict.fromkeys(("fr", "pt_BR"), _one_up_to_one),
    "cs": _czech,
    "pl": _polish,
    **dict.fromkeys(("ru", "uk"), _east_slavic),
}

#: The parts of a language's name that stand for the traditional characters of Chinese.
_TRADITIONAL = {"hant", "tw", "hk", "mo"}


def _code_of(language: str) -> str:
    """Return the code of the catalog for ``language``: two letters, and the region if the regions write differently."""
    first, *rest = language.split(".")[0].replace("-", "_").lower().split("_")
    if first == "zh":
        return "zh_TW" if _TRADITIONAL.intersection(rest) else "zh_CN"
    return "pt_BR" if first == "pt" else first[:2]


def _filled(translation: str) -> Pattern[str]:
    """Return a pattern that matches ``translation`` with any values in its fields. Without words it matches nothing."""
    parts = [part for part, _, _, _ in Formatter().parse(translation)]
    if not any(part.strip(" .,:") for part in parts):
        return _NOTHING
    return re.compile(".+".join(map(re.escape, parts)) + (".+" if translation.endswith("}") else ""), re.DOTALL)
