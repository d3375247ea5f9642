"""Video files in and out, with a real ffmpeg and a stand-in for the engine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Callable

import pytest
from PIL import Image

pytest.importorskip("cv2")

from nst_core.cli import main, video
from nst_core.job.errors import OutOfMemory
from tests.benchmarks.motions import sample
from tests.cli.videos import described, video_of

pytestmark = pytest.mark.usefixtures("ffmpeg")

Captured = pytest.CaptureFixture[str]
SOUND = ("-f", "lavfi", "-i", "sine=frequency=440:duration=1", "-c:a", "aac")


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Half a second of a moving photograph, 48 x 40 px, with sound."""
    photograph = sample("chelsea", 160)
    (tmp_path / "shots").mkdir()
    for number in range(6):
        part = photograph[20:60, 40 + 2 * number : 88 + 2 * number]
        Image.fromarray(part).save(tmp_path / "shots" / f"{number}.png")
    video_of(tmp_path / "shots", tmp_path / "clip.mp4", *SOUND)
    return tmp_path / "clip.mp4"


@pytest.fixture
def animate(tmp_path: Path, picture: Callable[..., Path], engine: Any) -> Callable[..., int]:
    style = picture("style.png", (20, 20))
    return lambda source, output, *more: main(
        ["animate", *map(str, [source, "--style", style, "-o", tmp_path / output, *more])]
    )


@pytest.mark.parametrize("name", ["out.mp4", "out.mkv", "out 100%d.mov", "out.webm", "out.avi"])
def test_a_video_keeps_its_sound_and_its_rate(
    animate: Callable[..., int], engine: Any, clip: Path, tmp_path: Path, name: str
) -> None:
    assert animate(clip, name) == 0
    assert len(engine.jobs) == 6
    text = described(tmp_path / name)
    assert re.search(r"Video: .* 48x40.* 12 fps", text)
    assert "Audio: " in text
    assert sorted(path.name for path in tmp_path.iterdir() if "out" in path.name) == [name]


def test_a_video_to_a_folder(animate: Callable[..., int], clip: Path, tmp_path: Path) -> None:
    assert animate(clip, "out") == 0
    assert len(list((tmp_path / "out").glob("*.png"))) == 6
    assert [path.name for path in (tmp_path / "out" / ".nst-film").iterdir()] == ["film.json"]


def test_pictures_to_a_video(animate: Callable[..., int], clip: Path, tmp_path: Path) -> None:
    assert animate(tmp_path / "shots", "out.mp4", "--fps", "30000/1001") == 0
    text = described(tmp_path / "out.mp4")
    assert "29.97 fps" in text
    assert "Audio" not in text


def test_odd_sides_are_filled_up(animate: Callable[..., int], clip: Path, tmp_path: Path) -> None:
    assert animate(clip, "out.mp4", "--size", "37") == 0
    assert " 38x32" in described(tmp_path / "out.mp4")


def test_an_interrupted_video_continues(
    animate: Callable[..., int], engine: Any, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def on_step(stand_in: Any, step: int) -> None:
        if len(engine.jobs) == 4:
            raise OutOfMemory("killed")

    engine.on_step = staticmethod(on_step)
    assert animate(clip, "out.mp4") == 1
    assert not (tmp_path / "out.mp4").exists()
    engine.on_step = staticmethod(lambda stand_in, step: None)
    engine.jobs.clear()
    assert animate(clip, "out.mp4") == 0
    assert len(engine.jobs) == 3
    assert "Video" in described(tmp_path / "out.mp4")


def test_an_existing_video_is_not_replaced(
    animate: Callable[..., int], clip: Path, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "out.mp4").write_bytes(b"mine")
    assert animate(clip, "out.mp4") == 2
    assert "exists already" in capsys.readouterr().err
    assert animate(clip, "clip.mp4", "--restart") == 2
    assert "is also an input" in capsys.readouterr().err
    assert (tmp_path / "out.mp4").read_bytes() == b"mine"


@pytest.mark.parametrize("output", ["out.mp4", "out"])
def test_a_run_that_begins_no_film_leaves_no_frames(
    animate: Callable[..., int], clip: Path, tmp_path: Path, output: str
) -> None:
    before = sorted(tmp_path.iterdir())
    assert animate(clip, output, "--contact-sheet", tmp_path / "missing" / "sheet.png") == 2
    assert [path for path in tmp_path.iterdir() if path not in before and path.name != "out"] == []
    assert not (tmp_path / "out" / ".nst-film").exists()


def killed(stand_in: Any, step: int) -> None:
    if len(stand_in.jobs) == 3:
        raise OutOfMemory("killed")


def test_the_frames_of_another_video_are_not_painted(
    animate: Callable[..., int], engine: Any, clip: Path, tmp_path: Path
) -> None:
    engine.on_step = staticmethod(killed)
    assert animate(clip, "out") == 1
    [notes] = tmp_path.rglob("film.json")
    notes.unlink()  # like after a kill before the film began
    for path in (tmp_path / "out").glob("*.png"):
        path.unlink()
    engine.on_step = staticmethod(lambda stand_in, step: None)
    engine.jobs.clear()
    for path in (tmp_path / "shots").iterdir():
        Image.new("RGB", (48, 40), "red").save(path)
    video_of(tmp_path / "shots", tmp_path / "red.mp4")
    assert animate(tmp_path / "red.mp4", "out") == 0
    red, green, blue = bytes(engine.jobs[0].content.data)[:3]
    assert red > 200
    assert max(green, blue) < 60


def test_another_rate_extracts_other_frames(
    animate: Callable[..., int], engine: Any, clip: Path, tmp_path: Path
) -> None:
    engine.on_step = staticmethod(killed)
    assert animate(clip, "out") == 1
    (tmp_path / "out" / ".nst-film" / "film.json").unlink()
    for path in (tmp_path / "out").glob("*.png"):
        path.unlink()
    engine.on_step = staticmethod(lambda stand_in, step: None)
    assert animate(clip, "out", "--fps", "24") == 0
    assert len(list((tmp_path / "out").glob("*.png"))) == 12


def test_the_frames_of_a_complete_film_are_not_extracted_again(
    animate: Callable[..., int], clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    assert animate(clip, "out") == 0
    monkeypatch.setattr(video, "extract", None)
    assert animate(clip, "out") == 0
    assert "complete already" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "out" / ".nst-film").iterdir()] == ["film.json"]


def test_a_shorter_film_has_no_frames_of_the_longer_one_before_it(
    animate: Callable[..., int], engine: Any, clip: Path, tmp_path: Path
) -> None:
    engine.on_step = staticmethod(killed)
    assert animate(tmp_path / "shots", "out.mp4") == 1
    engine.on_step = staticmethod(lambda stand_in, step: None)
    assert animate(tmp_path / "shots" / "0.png", "out.mp4", "--fps", "1", "--restart") == 0
    assert "Duration: 00:00:01.00" in described(tmp_path / "out.mp4")


def test_a_file_that_is_no_video(animate: Callable[..., int], tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "text.mp4").write_text("no video", encoding="utf-8")
    assert animate(tmp_path / "text.mp4", "out") == 2
    assert "not a video that ffmpeg can read" in capsys.readouterr().err
