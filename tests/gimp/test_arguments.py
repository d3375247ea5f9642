"""The procedure has an argument for each setting, each with its own key."""

from __future__ import annotations

import contextlib
import importlib
from typing import Any, Callable, Dict, List, Tuple

import pytest

from nst_core.bridge import language
from nst_core.cli.options import option_names
from nst_core.job.errors import InvalidJob
from nst_core.job.settings import Settings, definitions

New = Callable[..., Any]


class Procedure:
    """A procedure that records the declared arguments."""

    def __init__(self) -> None:
        self.declared: Dict[str, Tuple[Any, ...]] = {}

    def __getattr__(self, method: str) -> Any:
        def declare(name: str, *rest: Any) -> None:
            self.declared[name] = (method, *rest)

        return declare


class Choice:
    """A choice that records its options."""

    def __init__(self) -> None:
        self.options: List[str] = []

    @classmethod
    def new(cls) -> Choice:
        return cls()

    def add(self, option: str, *rest: Any) -> None:
        self.options.append(option)


class Config(Dict[str, Any]):
    """A configuration like GIMP's."""

    get_property = dict.__getitem__
    set_property = dict.__setitem__

    def find_property(self, name: str) -> str:
        """Return ``name`` for each declared argument."""
        return name

    freeze_notify = contextlib.nullcontext


@pytest.fixture
def arguments() -> Any:
    module = importlib.import_module("gimp_plugin.arguments")
    module.Gimp.Choice = Choice
    return module


def declared(arguments: Any) -> Dict[str, Tuple[Any, ...]]:
    procedure = Procedure()
    arguments.declare(procedure)
    return procedure.declared


def test_every_setting_is_an_argument_called_as_the_option_of_nst(arguments: Any) -> None:
    found = declared(arguments)
    settings = [option_names(definition)[0].lstrip("-") for definition in definitions()]
    assert list(found) == ["styles", "regions", *settings, "keep-mask", "keep-mask-inverted", "initial-picture"]
    for definition in definitions():
        argument = found[option_names(definition)[0].lstrip("-")]
        assert definition.first in argument
        if definition.kind == "choice":
            assert tuple(argument[3].options) == definition.choices


@pytest.mark.parametrize("code", ["en", *language.available()])
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


def test_the_machine_alone(arguments: Any) -> None:
    config = Config()
    arguments.store_settings(config, Settings(strength=0.25, device="cpu", memory=2.0))
    assert arguments.machine(config) == Settings(device="cpu", memory=2.0)
    procedure = Procedure()
    arguments.declare_machine(procedure)
    assert list(procedure.declared) == ["device", "memory", "weights"]


def test_styles_and_their_regions_round_trip(arguments: Any, new_image: New, new_layer: New, new_mask: New) -> None:
    image, config = new_image(), Config(styles=[], regions=[])
    sky = new_layer(image, "sky")
    new_mask(sky)
    chosen = [
        arguments.styles.Choice(arguments.styles.LayerSource(sky), 2.0, arguments.regions.Region("mask", sky)),
        arguments.styles.Choice(arguments.styles.LayerSource(new_layer(image, "sea"))),
    ]
    assert not arguments.are_stored(config, chosen)
    arguments.store_choices(config, chosen)
    assert arguments.choices(config, image) == chosen
    assert arguments.are_stored(config, chosen)


def test_styles_without_regions_paint_everywhere(arguments: Any, new_image: New, new_layer: New) -> None:
    image = new_image()
    layer = new_layer(image, "sky")
    config = Config(styles=[f"layer:{layer.get_id()}", f"layer:{layer.get_id()}"], regions=[])
    assert [choice.region for choice in arguments.choices(config, image)] == [None, None]
    config["regions"] = ["", "", f"layer:{layer.get_id()}"]
    with pytest.raises(InvalidJob, match="more regions than styles"):
        arguments.choices(config, image)
