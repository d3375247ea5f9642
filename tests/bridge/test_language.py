"""Each text of the interface has its translations, with the same placeholders."""

from __future__ import annotations

import ast
import json
import re
import string
from pathlib import Path
from typing import Iterator, List, Set

import pytest

from nst_core.bridge import language
from nst_core.job.errors import INSTALL_IT, NeuralStyleError
from nst_core.job.settings import definitions

ROOT = Path(__file__).parents[2]
SOURCES = [path for room in ("job", "bridge", "studio", "engine") for path in (ROOT / "nst_core" / room).rglob("*.py")]
SOURCES.append(ROOT / "nst_core" / "worker.py")
SOURCES += [path for plugin in ("krita_plugin", "gimp_plugin") for path in (ROOT / plugin).rglob("*.py")]
#: The errors whose constant sentences an editor shows through ``tr``.
ERRORS = {
    *("EngineMissing", "EngineFailed", "WorkerDied", "WorkerUnresponsive", "ProtocolMismatch", "HostError"),
    *("InvalidJob", "OutOfMemory", "DeviceUnavailable", "WeightsMissing", "WeightsDamaged", "MemoryBudgetTooSmall"),
}


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    language.use(["en"])


def translatable() -> Set[str]:
    """Return every constant text in a call of tr() or in an error for the user, and all texts of the settings."""
    texts = {text for path in SOURCES for text in _texts(ast.parse(path.read_text(encoding="utf-8")))}
    texts |= counted()
    texts.update((INSTALL_IT, *(error.headline for error in NeuralStyleError.__subclasses__())))
    for definition in definitions():
        texts.update((definition.label, definition.help, definition.zero_label, *definition.choice_labels))
    return texts - {""}


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"tr", *ERRORS}:
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def counted() -> Set[str]:
    """Return every constant English plural in a call of tr_count()."""
    calls = [call for path in SOURCES for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    return {
        call.args[1].value
        for call in calls
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "tr_count"
        if isinstance(call.args[1], ast.Constant) and isinstance(call.args[1].value, str)
    }


def wanted_keys(code: str) -> Set[str]:
    """Return the keys of the complete catalog of ``code``: all texts, and the plural forms of texts with a number."""
    forms = {language.plural_form(code, count) for count in range(200)} - {"other"}
    return translatable() | {f"{text}#{form}" for text in counted() for form in forms}


def access_keys(text: str) -> int:
    """Return the number of access keys in ``text``. Like in GTK, an underscore before a letter marks an access key."""
    return len(re.findall(r"_(?=\w)", text))


def fields(text: str) -> Set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", language.available())
def test_catalog_is_complete_and_has_nothing_else(code: str) -> None:
    catalog = json.loads((language.CATALOGS / f"{code}.json").read_text(encoding="utf-8"))
    wanted = wanted_keys(code)
    assert sorted(wanted - set(catalog)) == [], "texts without a translation"
    assert sorted(set(catalog) - wanted) == [], "translations of texts that no one shows"
    assert [key for key, text in catalog.items() if fields(key.split("#")[0]) != fields(text)] == []
    assert [key for key, text in catalog.items() if not text.strip()] == []
    assert [key for key, text in catalog.items() if access_keys(key) != access_keys(text)] == []
    assert [key for key, text in catalog.items() if key.endswith("...") != text.endswith(("...", "\u2026"))] == []


def test_lookup() -> None:
    assert language.use(["de_AT.UTF-8"]) == "de"
    assert language.tr("Strength") == "Stärke"
    assert language.tr("not in any catalog") == "not in any catalog"


@pytest.mark.parametrize(
    ("wanted", "used"),
    [(["fr-CA"], "fr"), (["tlh", "de"], "de"), (["en_US", "de"], "en"), ([], "en"), (["C"], "en"), (["POSIX"], "en")],
)
def test_choice(wanted: list, used: str) -> None:  # type: ignore[type-arg]
    assert language.use(wanted) == used


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        *(
            ("zh_TW.UTF-8", "zh_TW"),
            ("zh-Hant-HK", "zh_TW"),
            ("zh-Hans-CN", "zh_CN"),
            ("zh_SG", "zh_CN"),
            ("zh", "zh_CN"),
        ),
        *(("pt_BR", "pt_BR"), ("pt-PT", "pt_BR"), ("es_MX", "es")),
    ],
)
def test_the_region_counts_where_two_regions_write_differently(
    wanted: str, code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for known in ("zh_TW", "zh_CN", "pt_BR", "es"):
        (tmp_path / f"{known}.json").write_text("{}", encoding="utf-8")
    assert language.use([wanted], tmp_path) == code


@pytest.mark.parametrize(
    ("code", "one", "few", "other"),
    [
        *(
            ("de", [1], [], [0, 2, 5, 21]),
            ("fr", [0, 1], [], [2, 21]),
            ("pt_BR", [0, 1], [], [2]),
            ("ja", [], [], [0, 1, 2]),
        ),
        *(("cs", [1], [2, 3, 4], [0, 5, 12, 21, 22]), ("pl", [1], [2, 4, 22, 104], [0, 5, 12, 14, 21, 112])),
        *((code, [1, 21, 101], [2, 4, 22, 104], [0, 5, 11, 12, 14, 111]) for code in ("ru", "uk")),
    ],
)
def test_plural_forms(code: str, one: List[int], few: List[int], other: List[int]) -> None:
    forms = {
        form: [count for count in numbers if language.plural_form(code, count) == form]
        for form, numbers in (("one", one), ("few", few), ("other", other))
    }
    assert forms == {"one": one, "few": few, "other": other}
    assert {language.plural_form(code, count) for count in range(200)} == {form for form in forms if forms[form]}


def test_a_number_chooses_the_form(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert language.tr_count("{count} style", "{count} styles", 1) == "1 style"
    assert language.tr_count("{count} style", "{count} styles", 0) == "0 styles"
    forms = {
        "{count} styles": "{count} stylów",
        "{count} styles#one": "{count} styl",
        "{count} styles#few": "{count} style",
    }
    (tmp_path / "pl.json").write_text(json.dumps(forms), encoding="utf-8")
    language.use(["pl"], tmp_path)
    assert [language.tr_count("{count} style", "{count} styles", count) for count in (1, 3, 5)] == [
        "1 styl",
        "3 style",
        "5 stylów",
    ]
