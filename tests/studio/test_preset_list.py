"""Shipped presets come first and do not change. The list shows if the settings still agree with a preset."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Iterator

import pytest

from nst_core.bridge import language
from nst_core.bridge.presets import FileStyle, Presets
from nst_core.job.errors import InvalidJob
from nst_core.job.settings import Settings
from nst_core.studio.bundled import FOLDER, PAINTINGS
from nst_core.studio.preset_list import Preset, PresetList, is_name_of_shipped

SHIPPED = ["Portrait", "Landscape", "Free", "Keep my colors", "Sketch", "Texture"]
WILD = Settings(style_scale=2.0, quality="high", device="cpu")


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    language.use(["en"])


@pytest.fixture
def presets(tmp_path: Path) -> PresetList:
    return PresetList(Presets(tmp_path))


def preset(presets: PresetList, name: str) -> Preset:
    return next(preset for preset in presets.presets() if preset.name == name)


def test_the_shipped_presets_come_before_the_users(presets: PresetList) -> None:
    presets.save("wild", WILD)
    presets.save("Calm", Settings(strength=0.2))
    listed = presets.presets()
    assert [preset.name for preset in listed] == [*SHIPPED, "Calm", "wild"]
    assert [preset.is_shipped for preset in listed] == [True] * 6 + [False] * 2
    assert all(preset.detail for preset in listed[:6])


def test_each_shipped_preset_is_another_look(presets: PresetList) -> None:
    looks = [preset.settings for preset in presets.presets()]
    assert len(set(looks)) == 6
    assert Settings() not in looks


def test_a_shipped_preset_leaves_time_and_machine_to_the_user(presets: PresetList) -> None:
    current = Settings(
        strength=0.1, color="luminance", quality="high", size=700, seed=3, seamless="x", device="cpu", memory=2.0
    )
    for shipped in presets.presets():
        chosen = shipped.applied_to(current)
        assert (chosen.quality, chosen.size, chosen.seed, chosen.seamless) == ("high", 700, 3, "x")
        assert (chosen.device, chosen.memory) == ("cpu", 2.0)
        assert chosen == replace(
            shipped.settings, quality="high", size=700, seed=3, seamless="x", device="cpu", memory=2
        )


def test_an_own_preset_is_taken_over_whole(presets: PresetList) -> None:
    assert presets.save(" my  wild ", WILD) == preset(presets, "my wild")
    assert preset(presets, "my wild").applied_to(Settings(quality="draft")) == WILD


def test_a_changed_preset_is_marked(presets: PresetList) -> None:
    shipped = preset(presets, "Portrait")
    chosen = shipped.applied_to(Settings(quality="draft"))
    assert not shipped.is_changed(chosen)
    assert not shipped.is_changed(replace(chosen, quality="high", device="cpu")), "these are no part of it"
    assert shipped.title(chosen) == "Portrait"
    assert shipped.title(replace(chosen, strength=0.5)) == "Portrait (changed)"
    own = presets.save("mine", WILD)
    assert not own.is_changed(WILD)
    assert own.title(replace(WILD, quality="draft")) == "mine (changed)"


@pytest.mark.parametrize("name", ["Portrait", " keep MY  colors ", "texture"])
def test_no_other_preset_gets_the_name_of_a_shipped_one(presets: PresetList, name: str) -> None:
    own = presets.save("mine", WILD)
    assert is_name_of_shipped(name)
    with pytest.raises(InvalidJob, match="Choose another name"):
        presets.save(name, WILD)
    with pytest.raises(InvalidJob, match="Choose another name"):
        presets.rename(own, name)
    assert [preset.name for preset in presets.presets()] == [*SHIPPED, "mine"]


def test_shipped_presets_are_not_renamed_or_deleted(presets: PresetList) -> None:
    for shipped in presets.presets():
        with pytest.raises(InvalidJob, match="comes with the program"):
            presets.rename(shipped, "mine")
        with pytest.raises(InvalidJob, match="comes with the program"):
            presets.delete(shipped)
    assert [preset.name for preset in presets.presets()] == SHIPPED


def test_a_preset_may_hold_its_styles(presets: PresetList, tmp_path: Path) -> None:
    wave, own = FileStyle(str(PAINTINGS[0].path)), FileStyle(str(tmp_path / "own.png"), 2.0)
    saved = presets.save("mine", WILD, [wave, own])
    assert saved == preset(presets, "mine") and saved.styles == (wave, own)
    assert preset(presets, "Portrait").styles == ()
    assert not saved.is_changed(WILD, [wave, own]) and not saved.is_changed(WILD)
    for others in ([wave], [wave, own._replace(weight=1.0)], [own, wave], [wave, FileStyle("", 2.0)], []):
        assert saved.title(WILD, others) == "mine (changed)"
    assert not presets.save("plain", WILD).is_changed(WILD, [wave]), "it is about the settings alone"
    assert presets.rename(saved, "ours").styles == preset(presets, "ours").styles == (wave, own)


def test_a_layer_has_no_place_in_a_preset(presets: PresetList) -> None:
    with pytest.raises(InvalidJob, match="a style that is a layer"):
        presets.save("mine", WILD, [FileStyle(str(PAINTINGS[0].path)), FileStyle("")])
    assert [preset.name for preset in presets.presets()] == SHIPPED


def test_a_bundled_painting_of_another_copy_is_that_of_this_one(tmp_path: Path) -> None:
    elsewhere = tmp_path.joinpath(*FOLDER.parts[-3:], "poppies.jpg")
    Presets(tmp_path).save("mine", WILD, [FileStyle(str(elsewhere))])
    assert preset(PresetList(Presets(tmp_path)), "mine").styles == (FileStyle(str(FOLDER / "poppies.jpg")),)


def test_own_presets_are_renamed_and_deleted(presets: PresetList) -> None:
    renamed = presets.rename(presets.save("mine", WILD), "wild")
    assert renamed == preset(presets, "wild")
    presets.delete(renamed)
    assert [preset.name for preset in presets.presets()] == SHIPPED


def test_an_own_preset_of_an_earlier_version_may_have_the_name_of_a_shipped_one(tmp_path: Path) -> None:
    Presets(tmp_path).save("Sketch", WILD)
    presets = PresetList(Presets(tmp_path))
    own = presets.presets()[-1]
    assert (own.name, own.is_shipped, own.settings) == ("Sketch", False, WILD)
    presets.rename(own, "My sketch")
    assert [preset.name for preset in presets.presets()] == [*SHIPPED, "My sketch"]


def test_names_are_translated(presets: PresetList) -> None:
    english = presets.presets()
    language.use(["de"])
    assert is_name_of_shipped("Landschaft")
    for german, shipped in zip(presets.presets(), english):
        assert german.settings == shipped.settings
        assert german.detail != shipped.detail
