"""Each line for films, batches and farms in the documentation works, with films of a few small frames."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

pytest.importorskip("cv2")

from nst_core.cli import main
from tests.benchmarks.motions import sample
from tests.cli.test_documented import FILMS
from tests.cli.videos import video_of
from tests.documented import commands

LINES = [line for line in commands("nst") if line.startswith(FILMS) and "--help" not in line]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with all the files that the pages name."""
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


@pytest.mark.parametrize("line", LINES)
def test_it_works_as_documented(line: str, place: Path, request: pytest.FixtureRequest) -> None:
    words = shlex.split(line)
    if "clip.mp4" in words:
        request.getfixturevalue("ffmpeg")
        video_of(place / "frames", place / "clip.mp4")
    assert main([*words, "--device", "cpu", "--quality", "draft"]) == 0
    output: Any = place / words[words.index("-o") + 1]
    assert output.is_file() if output.suffix else len(list(output.glob("*.png"))) >= 3
