"""Each command line for films, batches and farms in the documentation works, with films of a few small frames."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any, Iterator

import pytest
from PIL import Image

pytest.importorskip("cv2")

from nst_core.cli import main
from tests.benchmarks.motions import sample
from tests.cli.test_documented import FILMS
from tests.cli.videos import video_of
from tests.documented import commands
from tests.farm.conftest import LocalFarm

#: Command names that sentences mention without arguments.
NAMES = ("animate", "batch")

LINES = [line for line in commands("nst") if line.startswith(FILMS) and line not in NAMES and "--help" not in line]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with all files that the pages name."""
    monkeypatch.chdir(tmp_path)
    photograph = sample("chelsea", 160)
    for folder in ("frames", "photos"):
        (tmp_path / folder).mkdir()
        for number in range(3):
            part = photograph[20:60, 40 + 2 * number : 88 + 2 * number]
            Image.fromarray(part).save(tmp_path / folder / f"frame-{number:04}.png")
    for name in ("great_wave", "poppies"):
        Image.fromarray(sample(name, 64)).save(tmp_path / f"{name}.jpg")
    return tmp_path


@pytest.fixture(scope="module")
def farm() -> Iterator[LocalFarm]:
    pytest.importorskip("distributed")
    local = LocalFarm()
    yield local
    local.end()


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("farm")])
def test_a_farm_starts_as_documented(line: str) -> None:
    pytest.importorskip("distributed")
    local = LocalFarm(*shlex.split(line)[1:])
    assert len(local.workers()) == 2
    local.end()


@pytest.mark.parametrize("line", [line for line in LINES if not line.startswith("farm")])
def test_it_works_as_documented(line: str, place: Path, request: pytest.FixtureRequest) -> None:
    words = shlex.split(line)
    if "clip.mp4" in words:
        request.getfixturevalue("ffmpeg")
        video_of(place / "frames", place / "clip.mp4")
    if "--scheduler" in words:
        words[words.index("--scheduler") + 1] = request.getfixturevalue("farm").address
    assert main([*words, "--device", "cpu", "--quality", "draft"]) == 0
    output: Any = place / words[words.index("-o") + 1]
    assert output.is_file() if output.suffix else len(list(output.glob("*.png"))) >= 3
