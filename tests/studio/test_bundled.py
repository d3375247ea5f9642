"""The bundled paintings: all exist with their license, are small, and are recognized in each copy of the package."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator

import pytest
from PIL import Image

from nst_core.bridge import language
from nst_core.installer import plugins
from nst_core.studio.bundled import FOLDER, PAINTINGS, painting_at, style_name


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    language.use(["en"])


def test_the_table_the_folder_and_the_license_name_the_same_files() -> None:
    files = [path.name for path in FOLDER.glob("*.jpg")]
    rows = re.findall(r"^\| (\w+\.jpg) \| (.*?) \| (\d+)x(\d+) \|$", (FOLDER / "SOURCES.md").read_text("utf-8"), re.M)
    assert len(PAINTINGS) == 17
    assert sorted(files) == sorted(painting.file for painting in PAINTINGS)
    assert [(row[0], row[1]) for row in rows] == [
        (painting.file, f"{painting.artist}, {painting.title}, {painting.detail.rpartition(', ')[2]}")
        for painting in PAINTINGS
    ]
    for name, _, width, height in rows:
        with Image.open(FOLDER / name) as picture:
            assert (picture.mode, picture.size) == ("RGB", (int(width), int(height)))


def test_they_are_small() -> None:
    sizes = [path.stat().st_size for path in FOLDER.iterdir()]
    assert max(sizes) <= 200_000
    assert sum(sizes) <= 2_500_000


@pytest.mark.parametrize("editor", ["krita", "gimp"])
def test_they_are_placed_with_each_plugin(tmp_path: Path, editor: str) -> None:
    sources = next(iter(plugins.targets(editor, tmp_path).values()))
    names = {Path(name).name for name in sources if name.startswith("nst_core/studio/paintings/")}
    assert names == {"SOURCES.md", *(painting.file for painting in PAINTINGS)}


def test_a_painting_is_recognized_in_each_copy_of_the_package(tmp_path: Path) -> None:
    wave = PAINTINGS[0]
    assert painting_at(wave.path) == wave
    assert painting_at(tmp_path / "pykrita" / "nst_core" / "studio" / "paintings" / wave.file) == wave
    assert painting_at(tmp_path / "paintings" / wave.file) is None
    assert painting_at(FOLDER / "SOURCES.md") is None


def test_names_for_layers() -> None:
    assert style_name(PAINTINGS[0].path) == "Great Wave"
    assert style_name(Path("/home/me/my_style.v2.png")) == "my_style.v2"


def test_an_uncertain_year_is_translated() -> None:
    assert PAINTINGS[0].detail == "Katsushika Hokusai, c. 1831"
    language.use(["de"])
    assert PAINTINGS[0].detail == "Katsushika Hokusai, um 1831"
    assert "Vincent van Gogh, 1888" in [painting.detail for painting in PAINTINGS]
