"""The procedure's arguments are the settings that there are, each with a key of its own."""

from __future__ import annotations

import importlib
from typing import Any, Dict, List, Tuple

import pytest

from nst_core.bridge import language
from nst_core.bridge.settings import Settings, definitions


class Procedure:
    """Notes what is declared."""

    def __init__(self) -> None:
        self.declared: Dict[str, Tuple[Any, ...]] = {}

    def __getattr__(self, method: str) -> Any:
        def declare(name: str, *rest: Any) -> None:
            self.declared[name] = (method, *rest)

        return declare


class Choice:
    """A choice that notes its options."""

    def __init__(self) -> None:
        self.options: List[str] = []

    @classmethod
    def new(cls) -> Choice:
        return cls()

    def add(self, option: str, *rest: Any) -> None:
        self.options.append(option)


class Config(Dict[str, Any]):
    """A configuration as GIMP has one."""

    get_property = dict.__getitem__
    set_property = dict.__setitem__


@pytest.fixture
def arguments() -> Any:
    module = importlib.import_module("arguments")
    module.Gimp.Choice = Choice
    return module


def declared(arguments: Any) -> Dict[str, Tuple[Any, ...]]:
    procedure = Procedure()
    arguments.declare(procedure)
    return procedure.declared


def test_every_setting_is_an_argument(arguments: Any) -> None:
    found = declared(arguments)
    assert list(found) == ["styles", *(d.name.replace("_", "-") for d in definitions()), "initial-picture"]
    for definition in definitions():
        argument = found[definition.name.replace("_", "-")]
        assert definition.default in argument
        if definition.kind == "choice":
            assert tuple(argument[3].options) == definition.choices


@pytest.mark.parametrize("code", ["en", "de", "fr"])
def test_no_two_settings_share_a_key(arguments: Any, code: str) -> None:
    language.use([code])
    try:
        labels = [argument[1] for argument in declared(arguments).values()]
    finally:
        language.use(["en"])
    keys = [label[label.index("_") + 1].lower() for label in labels if "_" in label]
    assert len(keys) == len(set(keys))
    assert len(keys) >= 10


def test_settings_round_trip(arguments: Any) -> None:
    wanted = Settings(strength=0.25, quality="draft", seed=7, device="cpu", style_scale=2.0)
    config = Config()
    arguments.store_settings(config, wanted)
    assert arguments.settings(config) == wanted
