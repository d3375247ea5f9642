"""Files of earlier versions can still be read. Each folder of ``stored`` has the files that one version wrote.

Never edit such a file, and never let newer code write it. If a version stores something in another way, add a folder.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from nst_core.bridge.presets import Presets, Stored
from nst_core.bridge.record import Record, RecordedStyle, Reference, load
from nst_core.job.settings import Settings
from nst_core.studio import style_lists
from nst_core.studio.bundled import PAINTINGS
from nst_core.studio.style_lists import StyleLists

STORED = Path(__file__).parent / "stored"
#: The settings for version 0.1.0. No value was the default of that version.
GIVEN = Settings(
    mode="texture",
    strength=0.8,
    keep_content=0.7,
    style_scale=1.5,
    color="luminance",
    color_amount=0.6,
    quality="high",
    size=768,
    total_variation=0.25,
    seamless="x",
    init="noise",
    seed=11,
    device="cpu",
    memory=6.5,
    weights="torchvision",
)


@pytest.fixture(params=["0.1.0"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a settings folder with records from one version."""
    return shutil.copytree(STORED / request.param, tmp_path / "neural-style")


def test_presets_keep_their_names_and_all_settings(folder: Path) -> None:
    presets = Presets(folder).all()
    assert presets["Ink on silk"] == Stored(GIVEN)
    assert presets["Königsblau \u2013 hell"] == Stored(Settings(color="content", quality="draft", keep_content=0.55))


def test_a_new_preset_leaves_the_old_ones(folder: Path) -> None:
    before = Presets(folder).all()
    Presets(folder).save("New", Settings(seed=5))
    assert Presets(folder).all() == {**before, "New": Stored(Settings(seed=5))}


def test_last_settings_come_back(folder: Path) -> None:
    assert Presets(folder).last() == GIVEN


@pytest.mark.skipif(os.name == "nt", reason="the stored paths are those of a Linux machine")
def test_favorites_are_the_paintings_of_this_version(folder: Path) -> None:
    assert style_lists.load(folder) == StyleLists(
        favorites=(PAINTINGS[0].path,),
        recent=(Path("/home/ada/Bilder/Mohn é.jpg"),),
        folders=(Path("/home/ada/Bilder"),),
    )


def test_a_layer_of_krita_can_be_painted_again(folder: Path) -> None:
    settings = GIVEN.on_machine_of(Settings())
    sky = Reference("mask", "Sky", "{6fa459ea-ee8a-3ca4-894e-db77e160355e}")
    wave = Reference("layer", "Great Wave", "{1b4e28ba-2fa1-11d2-883f-0016d3cca427}")
    poppies = Reference("file", "poppies.jpg", path="/home/ada/Bilder/Mohn é.jpg")
    assert load((folder / "krita-record.json").read_text(encoding="utf-8")) == Record(
        settings,
        (RecordedStyle(wave, 2.0, sky), RecordedStyle(poppies, 0.5)),
        Reference("layer", "Photo", "{16fd2706-8baf-433b-82eb-8c7fada847da}"),
        Reference("mask", "Faces", "{886313e1-3b8a-5372-9b90-0c9aee199e5d}"),
        Reference("layer", "Photo \u2013 Great Wave 1", "{7d444840-9dc0-11d1-b245-5ffdce74fad2}"),
    )


def test_a_layer_of_gimp_can_be_painted_again(folder: Path) -> None:
    village = Reference("document", "Village", "12", "/home/ada/Bilder/village.xcf")
    assert load((folder / "gimp-record.json").read_text(encoding="utf-8")) == Record(
        Settings(keep_content=0.4, seed=3),
        (RecordedStyle(village, 1.0, Reference("channel", "Meadow", "31")),),
        Reference("layer", "Photo", "4"),
        Reference("selection", "Selection"),
    )
