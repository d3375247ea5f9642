"""``nst animate`` with a stand-in for the engine: files, interruptions, and refused input."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, List

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("cv2")

from nst_core.cli import main
from nst_core.cli.result_file import ResultFile
from nst_core.film.arrays import array_of
from nst_core.job.errors import OutOfMemory
from tests.benchmarks.motions import sample

Captured = pytest.CaptureFixture[str]
Animate = Callable[..., int]


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    """Five frames of a photograph that moves two pixels to the left in each frame."""
    photograph = sample("chelsea", 240)
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(5):
        Image.fromarray(photograph[50:98, 80 + 2 * number : 152 + 2 * number]).save(folder / f"f{number + 8}.png")
    return folder


@pytest.fixture
def animate(tmp_path: Path, frames: Path, picture: Callable[..., Path], engine: Any) -> Animate:
    """A function that runs ``nst animate`` on the frames. The output is the folder ``out``."""
    style = picture("style.png", (20, 20))

    def run(*more: Any, source: Any = None, output: Any = None) -> int:
        source = [frames] if source is None else source
        output = tmp_path / "out" if output is None else output
        return main(["animate", *map(str, [*source, "--style", style, "-o", output, *more])])

    return run


def names(folder: Path) -> List[str]:
    return sorted(path.name for path in folder.iterdir())


NAMES = [".nst-film", "f10.png", "f11.png", "f12.png", "f8.png", "f9.png"]


def contents_of(engine: Any) -> List[bytes]:
    return [bytes(job.content.data) for job in engine.jobs]


def test_a_folder_of_frames(animate: Animate, engine: Any, tmp_path: Path, frames: Path) -> None:
    assert animate() == 0
    assert names(tmp_path / "out") == NAMES
    assert names(tmp_path / "out" / ".nst-film") == ["film.json"]
    ordered = [np.asarray(Image.open(frames / f"f{number}.png")) for number in range(8, 13)]  # 9 comes before 10
    assert [np.frombuffer(data, np.uint8).reshape(48, 72, -1)[..., :3].tolist() for data in contents_of(engine)] == [
        frame.tolist() for frame in ordered
    ]
    assert [job.earlier is not None for job in engine.jobs] == [False, True, True, True, True]


def test_all_settings_of_stylize_apply_to_each_frame(animate: Animate, engine: Any, picture: Any) -> None:
    assert animate("--strength", "0.4", "--seed", "5", "--size", "36", "--keep-mask", picture("mask.png")) == 0
    for job in engine.jobs:
        assert (job.settings.strength, job.settings.seed) == (0.4, 5)
        assert (job.content.width, job.content.height) == (36, 24)
        assert job.keep_mask is not None


def test_all_frames_have_the_working_size_that_suits_the_machine(
    animate: Animate, engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nst_core.engine import estimates

    speeds = iter([64, 32, 16])
    monkeypatch.setattr(
        estimates, "in_working_size", lambda sizes, settings: replace(settings, size=next(speeds) + sizes.content[0])
    )
    assert animate("--working-size", "auto") == 0
    assert [job.settings.size for job in engine.jobs] == [64 + 72] * 5


def test_a_film_that_continues_keeps_the_chosen_size(
    animate: Animate, engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps the size even if the machine has less memory now.

    Otherwise the rest of the film would look different.
    """
    from nst_core.engine import estimates

    sizes = iter([64, 128, 192])
    monkeypatch.setattr(estimates, "in_working_size", lambda sizes_, settings: replace(settings, size=next(sizes)))
    engine.on_step = staticmethod(killed(3))
    assert animate("--working-size", "auto") == 1
    engine.on_step = staticmethod(lambda engine, step: None)
    assert animate("--working-size", "auto") == 0
    assert {job.settings.size for job in engine.jobs} == {64}
    engine.jobs.clear()
    assert animate("--working-size", "auto", "--restart") == 0
    assert {job.settings.size for job in engine.jobs} == {128}


def test_a_film_without_anything_to_paint_is_refused(
    animate: Animate, engine: Any, tmp_path: Path, capsys: Captured
) -> None:
    """Empty frames stay as they are, but at least one frame must have something to paint."""
    mask = tmp_path / "mask.png"
    Image.new("L", (72, 48)).save(mask)
    assert animate("--selection", mask) == 2
    assert (
        "nst: There is nothing to paint: the content or the selection is fully transparent." in capsys.readouterr().err
    )
    assert engine.jobs == []


@pytest.mark.parametrize("pattern", ["f%d.png", "f*.png"])
def test_patterns(animate: Animate, engine: Any, frames: Path, pattern: str) -> None:
    assert animate(source=[frames / pattern]) == 0
    assert len(engine.jobs) == 5


def test_masks_may_be_films_as_well(animate: Animate, engine: Any, tmp_path: Path) -> None:
    masks = tmp_path / "masks"
    masks.mkdir()
    for number in range(5):
        Image.new("L", (72, 48), 10 + 50 * number).save(masks / f"{number}.png")
    assert animate("--selection", masks, "--region", masks / "%d.png") == 0
    levels = [10 + 50 * number for number in range(5)]
    assert [array_of(job.selection).mean() for job in engine.jobs] == levels
    assert [array_of(job.styles[0].region).mean() for job in engine.jobs] == levels


def test_too_few_masks_are_refused(animate: Animate, tmp_path: Path, picture: Any, capsys: Captured) -> None:
    masks = tmp_path / "masks"
    masks.mkdir()
    for number in range(3):
        Image.new("L", (72, 48)).save(masks / f"{number}.png")
    assert animate("--selection", masks) == 2
    assert "3 masks for 5 frames" in capsys.readouterr().err


def killed(number: int) -> Callable[[Any, int], None]:
    """Return a function that ends the engine at its job with this number."""

    def on_step(engine: Any, step: int) -> None:
        if len(engine.jobs) == number:
            raise OutOfMemory("killed")

    return on_step


def test_an_interrupted_film_continues(animate: Animate, engine: Any, tmp_path: Path) -> None:
    assert animate() == 0
    whole = {name: (tmp_path / "out" / name).read_bytes() for name in NAMES[1:]}
    for number in (1, 3, 5):
        engine.jobs.clear()
        engine.on_step = staticmethod(killed(number))
        output = tmp_path / f"out{number}"
        assert animate(output=output) == 1
        done = {path: path.stat().st_mtime_ns for path in output.glob("*.png")}
        assert len(done) == number - 1
        engine.on_step = staticmethod(lambda engine, step: None)
        engine.jobs.clear()
        assert animate(output=output) == 0
        assert len(engine.jobs) == 5 - len(done)
        assert {path: path.stat().st_mtime_ns for path in done} == done
        assert {name: (output / name).read_bytes() for name in NAMES[1:]} == whole


def test_a_film_that_is_painted_again_keeps_no_old_frame(
    animate: Animate, engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert animate() == 0
    engine.color = (0.0, 1.0, 0.0, 1.0)
    write = ResultFile.write

    def interrupted(file: ResultFile, path: Path, pixels: Any) -> List[str]:
        if path.name == "f9.png":
            raise KeyboardInterrupt
        return write(file, path, pixels)

    monkeypatch.setattr(ResultFile, "write", interrupted)
    assert animate("--restart") == 130  # the notes have frame f9, but its file is not written
    monkeypatch.setattr(ResultFile, "write", write)
    assert animate() == 0
    for path in (tmp_path / "out").glob("*.png"):
        assert Image.open(path).getpixel((3, 3)) == (0, 255, 0), path.name


def test_an_interruption_says_how_to_continue(animate: Animate, engine: Any, capsys: Captured) -> None:
    def interrupt(engine: Any, step: int) -> None:
        if len(engine.jobs) == 3:
            raise KeyboardInterrupt

    engine.on_step = staticmethod(interrupt)
    assert animate() == 130
    error = capsys.readouterr().err
    assert "nst: stopped after frame 2 of 5. The same command continues there.\n" in error
    assert "aborted" not in error
    engine.jobs.clear()
    assert animate("--restart") == 130
    assert "The same command without --restart continues there." in capsys.readouterr().err


def test_a_frame_that_was_noted_but_not_written_is_written(animate: Animate, engine: Any, tmp_path: Path) -> None:
    engine.on_step = staticmethod(killed(3))
    assert animate() == 1
    (tmp_path / "out" / "f9.png").unlink()
    engine.on_step = staticmethod(lambda engine, step: None)
    assert animate() == 0
    assert names(tmp_path / "out") == NAMES


def test_a_changed_setting_is_named(animate: Animate, engine: Any, tmp_path: Path, capsys: Captured) -> None:
    engine.on_step = staticmethod(killed(3))
    assert animate() == 1
    assert animate("--strength", "0.3", "--loop") == 2
    error = capsys.readouterr().err
    assert "other settings (strength, loop)" in error
    assert "--restart" in error
    engine.on_step = staticmethod(lambda engine, step: None)
    assert animate("--strength", "0.3", "--loop", "--restart") == 0


def test_a_changed_frame_is_noticed(animate: Animate, engine: Any, frames: Path, capsys: Captured) -> None:
    engine.on_step = staticmethod(killed(3))
    assert animate() == 1
    Image.new("RGB", (72, 48)).save(frames / "f11.png")
    assert animate() == 2
    assert f"{frames.parent / 'out'} has a film with other frames: f11.png changed." in capsys.readouterr().err


def test_added_and_missing_frames_are_named(animate: Animate, engine: Any, frames: Path, capsys: Captured) -> None:
    engine.on_step = staticmethod(killed(3))
    assert animate() == 1
    (frames / "f12.png").unlink()
    for number in range(13, 18):
        Image.new("RGB", (72, 48)).save(frames / f"f{number}.png")
    assert animate("--loop") == 2
    listed = "other frames: f13.png, f14.png, f15.png and 2 more added, f12.png missing."
    assert f"other settings (loop) and {listed}" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["selection", "keep-mask", "region"])
@pytest.mark.parametrize("name", ["masks", "masks/%d.png"])
def test_a_changed_mask_is_noticed(
    animate: Animate, engine: Any, tmp_path: Path, option: str, name: str, capsys: Captured
) -> None:
    (tmp_path / "masks").mkdir()
    for number in range(5):
        Image.new("L", (72, 48), 50 * number).save(tmp_path / "masks" / f"{number}.png")
    engine.on_step = staticmethod(killed(3))
    assert animate(f"--{option}", tmp_path / name) == 1
    with (tmp_path / "masks" / "4.png").open("wb") as file:  # the folder keeps its size and time
        Image.linear_gradient("L").save(file, "PNG")
    assert animate(f"--{option}", tmp_path / name) == 2
    changed = "styles" if option == "region" else option
    assert f"other settings ({changed})" in capsys.readouterr().err


def test_a_complete_film_is_not_painted_again(animate: Animate, engine: Any, capsys: Captured) -> None:
    assert animate() == 0
    engine.jobs.clear()
    assert animate() == 0
    assert engine.jobs == []
    assert "complete already" in capsys.readouterr().err


@pytest.mark.parametrize("options", [[], ["--restart"]])
def test_files_of_the_user_are_not_replaced(
    animate: Animate, engine: Any, tmp_path: Path, options: List[str], capsys: Captured
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "f9.png").write_bytes(b"mine")
    assert animate(*options) == 2
    assert "f9.png exists already and is not from this film. Choose another output." in capsys.readouterr().err
    assert (tmp_path / "out" / "f9.png").read_bytes() == b"mine"
    assert engine.jobs == []


def test_a_restart_replaces_only_frames_of_the_films_before(
    animate: Animate, engine: Any, tmp_path: Path, frames: Path, capsys: Captured
) -> None:
    assert animate() == 0
    (tmp_path / "out" / "mine.png").write_bytes(b"mine")
    assert animate("--restart", source=[frames / "f8.png"]) == 0
    assert animate("--restart") == 0  # also the frames of the film before the last one
    Image.new("RGB", (72, 48)).save(frames / "mine.png")
    assert animate("--restart") == 2
    assert "mine.png exists already and is not from this film" in capsys.readouterr().err
    assert (tmp_path / "out" / "mine.png").read_bytes() == b"mine"


def test_the_end_has_a_summary(animate: Animate, tmp_path: Path, capsys: Captured) -> None:
    assert animate() == 0
    assert f"Painted 5 frames into {tmp_path / 'out'}.\n" in capsys.readouterr().err
    for option in ("--quiet", "--json"):
        assert animate(option, "--restart") == 0
        assert "Painted" not in "".join(capsys.readouterr())


def test_frames_are_not_painted_over_themselves(animate: Animate, frames: Path, capsys: Captured) -> None:
    before = {path: path.read_bytes() for path in frames.iterdir()}
    assert animate("--restart", output=frames) == 2
    assert "is also an input" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in frames.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("option", ["--keep-mask", "--selection", "--region", "--init"])
@pytest.mark.parametrize("how", ["--restart", "--contact-sheet"])
def test_inputs_are_not_replaced(
    animate: Animate, engine: Any, tmp_path: Path, picture: Any, option: str, how: str, capsys: Captured
) -> None:
    (tmp_path / "out").mkdir()
    masks = [picture(f"out/f{number}.png") for number in (range(8, 9) if option == "--init" else range(8, 13))]
    given = masks[0] if option == "--init" else tmp_path / "out"
    before = masks[0].read_bytes()
    if how == "--restart":
        assert animate(option, given, "--restart") == 2
    else:
        assert animate(option, given, "--contact-sheet", masks[0], output=tmp_path / "other") == 2
    assert "is also an input" in capsys.readouterr().err
    assert masks[0].read_bytes() == before
    assert engine.jobs == []


@pytest.mark.parametrize("name", ["style.png", "in/f9.png"])
def test_a_contact_sheet_replaces_no_style_and_no_frame(
    animate: Animate, tmp_path: Path, name: str, capsys: Captured
) -> None:
    before = (tmp_path / name).read_bytes()
    assert animate("--contact-sheet", tmp_path / name) == 2
    assert "is also an input" in capsys.readouterr().err
    assert (tmp_path / name).read_bytes() == before


@pytest.mark.parametrize("extension", ["png", "jpg", "tif"])
def test_frames_of_other_sizes_are_refused_before_the_start(
    animate: Animate, engine: Any, frames: Path, tmp_path: Path, extension: str, capsys: Captured
) -> None:
    (frames / "f12.png").unlink()
    Image.new("RGB", (60, 48)).save(frames / f"f12.{extension}")
    assert animate() == 2
    problem = f"f12.{extension} would be painted with 60 x 48 pixels, and the first frame with 72 x 48."
    assert problem in capsys.readouterr().err
    assert engine.jobs == []
    assert names(tmp_path / "out") == []


@pytest.mark.parametrize("extension", ["png", "jpg", "tif"])
def test_a_frame_on_its_side_has_the_size_that_is_seen(
    animate: Animate, engine: Any, frames: Path, extension: str
) -> None:
    (frames / "f12.png").unlink()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (48, 72), "green").save(frames / f"f12.{extension}", exif=exif)
    assert animate() == 0
    assert [(job.content.width, job.content.height) for job in engine.jobs] == [(72, 48)] * 5


def test_a_frame_that_is_no_picture_is_refused_before_the_start(
    animate: Animate, engine: Any, frames: Path, capsys: Captured
) -> None:
    (frames / "f11.png").write_bytes(b"")
    assert animate() == 2
    assert "f11.png is not a picture that nst can read" in capsys.readouterr().err
    assert engine.jobs == []


def test_a_fade_to_black_becomes_black(animate: Animate, engine: Any, tmp_path: Path, frames: Path) -> None:
    def red(number: int) -> int:
        return int(np.asarray(Image.open(tmp_path / "out" / f"f{number}.png"))[20, 40, 0])

    for number, share in zip(range(8, 13), (1, 0.75, 0.5, 0.25, 0)):
        file = frames / f"f{number}.png"
        Image.open(file).point(lambda value, share=share: value * share).save(file)
    assert animate() == 0
    assert [red(number) for number in range(8, 13)] == pytest.approx([128, 96, 64, 32, 0], abs=3)
    assert animate("--restart", "--mode", "texture") == 0
    assert red(12) == 128


def test_frames_with_the_same_name_are_refused(animate: Animate, frames: Path, capsys: Captured) -> None:
    assert animate(source=[frames, frames]) == 2
    assert "same name" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("nothing", "There is no picture"),
        ("no-%d.png", "No file matches"),
        ("x.png", "There is no file or folder"),
        ("x", "There is no file or folder"),
        ("x.mp4", "There is no file or folder"),
    ],
)
def test_missing_frames(animate: Animate, tmp_path: Path, source: str, problem: str, capsys: Captured) -> None:
    (tmp_path / "nothing").mkdir()
    assert animate() == 0
    capsys.readouterr()
    assert animate(source=[tmp_path / source]) == 2
    assert problem in capsys.readouterr().err
    assert animate(source=[tmp_path / source], output=tmp_path / "other") == 2
    assert not (tmp_path / "other").exists()


def test_a_picture_as_output_is_refused(animate: Animate, tmp_path: Path, capsys: Captured) -> None:
    assert animate(output=tmp_path / "film.png") == 2
    assert "Name a folder" in capsys.readouterr().err


def test_high_quality_is_painted_in_two_passes(animate: Animate, engine: Any, tmp_path: Path) -> None:
    assert animate("--quality", "high") == 0
    assert names(tmp_path / "out") == NAMES
    assert names(tmp_path / "out" / ".nst-film") == ["film.json"]
    assert len(engine.jobs) == 9  # the last frame has no neighbor in the second pass


def test_lines_for_scripts(animate: Animate, capsys: Captured) -> None:
    assert animate("--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    finished = [line for line in lines if line["event"] == "frame"]
    assert [line["frame"] for line in finished] == [1, 2, 3, 4, 5]
    assert {line["frames"] for line in finished} == {5}
    assert finished[0]["begins_shot"]
    assert not finished[1]["begins_shot"]
    assert finished[-1]["seconds_left"] == 0
    progress = [line for line in lines if line["event"] == "progress"]
    fractions = [line["fraction"] for line in progress]
    assert fractions == sorted(set(fractions))  # at most one line for each percent
    assert len(fractions) > len(finished)
    assert fractions[-1] == 1
    assert (progress[0]["seconds_left"], progress[-1]["seconds_left"]) == (None, 0)


def test_a_contact_sheet(animate: Animate, tmp_path: Path) -> None:
    assert animate("--contact-sheet", tmp_path / "sheet.png") == 0
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size == (4 * 72 + 3 * 4, 2 * 48 + 4)
        assert sheet.getpixel((36, 24)) == (128, 64, 32)
        assert sheet.getpixel((36, 76)) == (128, 64, 32)
        assert sheet.getpixel((120, 76)) == (0, 0, 0)  # the second row has one frame


@pytest.mark.parametrize("video", ["input", "output"])
def test_videos_need_ffmpeg(
    animate: Animate, tmp_path: Path, video: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "film.mp4").write_bytes(b"")
    code = animate(source=[tmp_path / "film.mp4"]) if video == "input" else animate(output=tmp_path / "new.mp4")
    assert code == 2
    assert "need the program ffmpeg" in capsys.readouterr().err
