"""Each text of the interface has its translations, with the same gaps."""

from __future__ import annotations

import ast
import json
import string
from pathlib import Path
from typing import Iterator, Set

import pytest

from nst_core.bridge import language
from nst_core.job.errors import INSTALL_IT, NeuralStyleError
from nst_core.job.settings import definitions

ROOT = Path(__file__).parents[2]
SOURCES = [path for room in ("job", "bridge", "studio", "engine") for path in (ROOT / "nst_core" / room).rglob("*.py")]
SOURCES.append(ROOT / "nst_core" / "worker.py")
SOURCES += [path for plugin in ("krita_plugin", "gimp_plugin") for path in (ROOT / plugin).rglob("*.py")]
#: Errors whose constant sentences an interface shows through ``tr``.
ERRORS = {
    *("EngineMissing", "EngineFailed", "WorkerDied", "WorkerUnresponsive", "ProtocolMismatch", "HostError"),
    *("InvalidJob", "OutOfMemory", "DeviceUnavailable", "WeightsMissing", "WeightsDamaged", "MemoryBudgetTooSmall"),
}


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    language.use(["en"])


def translatable() -> Set[str]:
    """Every constant text that is given to tr() or raised to the user, and all words of the settings."""
    texts = {text for path in SOURCES for text in _texts(ast.parse(path.read_text(encoding="utf-8")))}
    texts.update((INSTALL_IT, *(error.headline for error in NeuralStyleError.__subclasses__())))
    for definition in definitions():
        texts.update((definition.label, definition.help, definition.zero_label, *definition.choice_labels))
    return texts - {""}


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"tr", *ERRORS}:
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def fields(text: str) -> Set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", ["de", "fr"])
def test_catalog_is_complete_and_has_nothing_else(code: str) -> None:
    catalog = json.loads((language.CATALOGS / f"{code}.json").read_text(encoding="utf-8"))
    assert sorted(translatable() - set(catalog)) == [], "texts without a translation"
    assert sorted(set(catalog) - translatable()) == [], "translations of texts that no one shows"
    assert [text for text, translated in catalog.items() if fields(text) != fields(translated)] == []
    assert [text for text, translated in catalog.items() if not translated.strip()] == []


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
