"""``nst stylize`` with a stand-in for the engine: the job, the printed events, and the written file."""

from __future__ import annotations

import json
import signal
import tempfile
from pathlib import Path
from typing import Any, Callable

import pytest
from PIL import Image

from nst_core.job.errors import OutOfMemory

Nst = Callable[..., int]
PictureMaker = Callable[..., Path]
Captured = pytest.CaptureFixture[str]


def test_a_picture_from_two_files(nst: Nst, engine: Any, tmp_path: Path, capsys: Captured) -> None:
    assert nst("--seed", "5", "--strength", "1") == 0
    [job] = engine.jobs
    assert (job.content.width, job.content.height) == (24, 16)
    assert [(style.name, style.weight) for style in job.styles] == [("style", 1.0)]
    assert (job.settings.seed, job.settings.strength, job.settings.size, job.preview_side) == (5, 1.0, 0, 0)
    with Image.open(tmp_path / "out.png") as image:
        assert (image.size, image.mode) == ((24, 16), "RGB")
    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"Wrote {tmp_path / 'out.png'} (24 x 16 px)" in printed.err
    assert "this is a stand-in" in printed.err


def test_the_content_is_brought_to_the_size(nst: Nst, engine: Any, picture: PictureMaker, tmp_path: Path) -> None:
    assert nst("--size", "12", "--init", picture("start.png", (7, 9))) == 0
    [job] = engine.jobs
    assert (job.content.width, job.content.height) == (12, 8)
    assert (job.initial.width, job.initial.height) == (12, 8)
    assert Image.open(tmp_path / "out.png").size == (12, 8)


def test_a_file_that_is_replaced_is_announced(nst: Nst, engine: Any, tmp_path: Path, capsys: Captured) -> None:
    assert nst() == 0
    assert "exists already" not in capsys.readouterr().err
    assert nst() == 0
    assert f"Note: {tmp_path / 'out.png'} exists already: it will be replaced.\n" in capsys.readouterr().err


def test_several_styles(nst: Nst, engine: Any, picture: PictureMaker) -> None:
    assert nst("--style", f"{picture('b.png')}=3") == 0
    assert [(style.name, style.weight) for style in engine.jobs[0].styles] == [("style", 1.0), ("b", 3.0)]


def test_alpha_of_the_content_is_kept(nst: Nst, engine: Any, picture: PictureMaker, tmp_path: Path) -> None:
    assert nst(content=picture("content.png", mode="RGBA")) == 0
    assert Image.open(tmp_path / "out.png").mode == "RGBA"


def test_parts_that_the_engine_left_open_are_transparent(nst: Nst, engine: Any, tmp_path: Path) -> None:
    engine.color = (0.5, 0.25, 0.125, 0.0)
    assert nst("--mode", "texture") == 0
    assert Image.open(tmp_path / "out.png").getpixel((0, 0)) == (128, 64, 32, 0)


def test_previews(nst: Nst, engine: Any, tmp_path: Path) -> None:
    assert nst("--previews", tmp_path / "forming") == 0
    names = sorted(path.name for path in (tmp_path / "forming").iterdir())
    assert names == ["preview-0001.png", "preview-0002.png", "preview-0003.png"]


def test_json_lines(nst: Nst, engine: Any, tmp_path: Path, capsys: Captured) -> None:
    assert nst("--json", "--previews", tmp_path / "forming") == 0
    printed = capsys.readouterr()
    lines = [json.loads(line) for line in printed.out.splitlines()]
    assert [line["event"] for line in lines] == ["started", "notice", *["progress", "preview"] * 3, "result"]
    assert lines[0]["sizes"] == [[24, 16]]
    assert lines[3]["file"] == str(tmp_path / "forming" / "preview-0001.png")
    assert lines[-1]["complete"] is True
    assert lines[-1]["file"] == str(tmp_path / "out.png")
    assert printed.err == ""


def test_json_has_errors_too(nst: Nst, engine: Any, tmp_path: Path, capsys: Captured) -> None:
    assert nst("--json", content=tmp_path / "missing.png") == 2
    printed = capsys.readouterr()
    assert json.loads(printed.out)["code"] == "unreadable-image"
    assert "missing.png" in printed.err


def test_quiet_says_nothing(nst: Nst, engine: Any, capfd: pytest.CaptureFixture[str]) -> None:
    assert nst("--quiet") == 0
    assert capfd.readouterr() == ("", "")


def test_one_interrupt_writes_the_unfinished_picture(nst: Nst, engine: Any, tmp_path: Path, capsys: Captured) -> None:
    engine.on_step = staticmethod(lambda _, step: signal.raise_signal(signal.SIGINT) if step == 1 else None)
    assert nst() == 0
    assert Image.open(tmp_path / "out.png").size == (24, 16)
    assert "Stopped; wrote the unfinished picture" in capsys.readouterr().err


def test_two_interrupts_abort(nst: Nst, engine: Any, tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)

    def interrupt_twice(_: Any, step: int) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    engine.on_step = staticmethod(interrupt_twice)
    assert nst() == 130
    assert sorted(path.name for path in tmp_path.iterdir()) == ["content.png", "style.png"]
    assert signal.getsignal(signal.SIGINT) is before


def test_a_failure_of_the_engine(nst: Nst, engine: Any, tmp_path: Path, capsys: Captured) -> None:
    def fail(_: Any, step: int) -> None:
        raise OutOfMemory("Memory ran out.", "Choose a smaller --size.")

    engine.on_step = staticmethod(fail)
    assert nst("--quiet") == 1
    assert capsys.readouterr().err == "nst: Memory ran out. Choose a smaller --size.\n"
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize("elsewhere", [True, False])
def test_the_picture_survives_an_output_folder_that_vanishes(
    nst: Nst, engine: Any, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, elsewhere: bool
) -> None:
    folder = tmp_path / "away"
    folder.mkdir()

    def vanish(_: Any, step: int) -> None:
        if step == 0:
            folder.rmdir()
            monkeypatch.setattr(tempfile, "tempdir", str(tmp_path if elsewhere else folder))

    engine.on_step = staticmethod(vanish)
    assert nst("--quiet", output=folder / "out.png") == 2
    sentence = capsys.readouterr().err
    kept = sentence.partition("The picture is in ")[2].strip(" .\n")
    assert bool(kept) == elsewhere
    assert Image.open(kept).size == (24, 16) if elsewhere else "make room" in sentence


def test_previews_that_can_not_be_written_do_not_end_the_job(nst: Nst, engine: Any, tmp_path: Path) -> None:
    folder = tmp_path / "away"
    engine.on_step = staticmethod(lambda _, step: folder.rmdir() if step == 0 else None)
    assert nst("--previews", folder) == 0
    assert (tmp_path / "out.png").exists()


def half_white(path: Path, size: tuple[int, int] = (24, 16)) -> Path:
    """Write a mask whose left half is white."""
    image = Image.new("L", size)
    image.paste(255, (0, 0, size[0] // 2, size[1]))
    image.save(path)
    return path


def test_masks_belong_to_the_style_before_them(nst: Nst, engine: Any, picture: PictureMaker, tmp_path: Path) -> None:
    left = half_white(tmp_path / "left.png", (48, 32))
    assert nst("--style", picture("b.png", (10, 6)), "--region", left, "--source", left) == 0
    first, second = engine.jobs[0].styles
    assert first.region is first.source is None
    assert (second.region.width, second.region.height, second.region.format) == (24, 16, "gray-u8")
    assert (second.source.width, second.source.height) == (10, 6)
    row = bytes(second.region.data)[:24]
    assert (row[0], row[-1]) == (255, 0)


def test_where_the_content_is_kept(nst: Nst, engine: Any, tmp_path: Path) -> None:
    assert nst("--keep-content", "0.6", "--keep-mask", half_white(tmp_path / "left.png", (48, 32))) == 0
    [job] = engine.jobs
    assert (job.settings.keep_content, job.keep_mask.width, job.keep_mask.height) == (0.6, 24, 16)
    row = bytes(job.keep_mask.data)[:24]
    assert (row[0], row[-1]) == (255, 0)


@pytest.mark.parametrize(
    ("arguments", "notice"),
    [
        (["--keep-content", "0", "--keep-mask", "MASK"], "--keep-mask has no effect with --keep-content 0."),
        (["--mode", "texture", "--keep-mask", "MASK"], "--keep-mask has no effect on a texture."),
        (["--mode", "texture", "--strength", "0.5"], "--strength has no effect on a texture."),
        (["--mode", "texture", "--init", "noise"], "--init has no effect on a texture."),
        (["--color", "style", "--color-amount", "0.5"], "--color-amount has no effect with --color style."),
        (["--color", "content", "--color-amount", "0.5"], ""),
        (["--continue", "MASK", "--init", "noise"], "--continue has no effect with --init noise."),
        (["--init", "noise", "--continue", "MASK"], "--init has no effect with --continue MASK."),
        (["--init", "noise", "--init", "content"], ""),
        (["--keep-content", "0.1", "--keep-mask", "MASK"], ""),
        (["--mode", "texture"], ""),
    ],
)
def test_an_option_without_effect_is_reported(
    nst: Nst, engine: Any, tmp_path: Path, capsys: Captured, arguments: list[str], notice: str
) -> None:
    mask = half_white(tmp_path / "left.png")
    assert nst(*(mask if argument == "MASK" else argument for argument in arguments)) == 0
    notes = [line for line in capsys.readouterr().err.splitlines() if "no effect" in line]
    assert notes == ([f"Note: {notice.replace('MASK', str(mask))}"] if notice else [])


@pytest.mark.parametrize(("size", "printed"), [((48, 32), False), ((47, 32), False), ((32, 32), True)])
def test_a_mask_of_other_proportions_is_reported(
    nst: Nst, engine: Any, tmp_path: Path, capsys: Captured, size: tuple[int, int], printed: bool
) -> None:
    assert nst("--selection", half_white(tmp_path / "left.png", size)) == 0
    assert ("left.png has other proportions" in capsys.readouterr().err) == printed


def test_a_result_is_continued(nst: Nst, engine: Any, picture: PictureMaker) -> None:
    assert nst("--continue", picture("result.png", (24, 16))) == 0
    assert engine.jobs[0].settings.init == "picture"
    assert engine.jobs[0].initial is not None


def test_transparency_takes_from_a_mask(nst: Nst, engine: Any, tmp_path: Path) -> None:
    Image.new("RGBA", (24, 16), (255, 255, 255, 102)).save(tmp_path / "faint.png")
    assert nst("--selection", tmp_path / "faint.png") == 0
    assert set(bytes(engine.jobs[0].selection.data)) == {102}


def test_outside_the_selection_the_file_is_the_content(
    nst: Nst, engine: Any, picture: PictureMaker, tmp_path: Path
) -> None:
    content = picture("content.png", mode="RGBA")
    assert nst("--selection", half_white(tmp_path / "left.png"), content=content) == 0
    with Image.open(tmp_path / "out.png") as image, Image.open(content) as before:
        assert image.crop((12, 0, 24, 16)).tobytes() == before.crop((12, 0, 24, 16)).tobytes()
        assert image.getpixel((3, 3)) == (128, 64, 32, 255)


@pytest.mark.parametrize("alpha", [1.0, 0.0])
def test_a_texture_in_a_selection_covers_the_content_only_where_it_shows(
    nst: Nst, engine: Any, tmp_path: Path, alpha: float
) -> None:
    engine.color = (0.5, 0.25, 0.125, alpha)
    content = tmp_path / "clear.png"
    Image.new("RGBA", (24, 16), (255, 0, 0, 51)).save(content)
    assert nst("--mode", "texture", "--selection", half_white(tmp_path / "left.png"), content=content) == 0
    expected = (128, 64, 32, 255) if alpha else (255, 0, 0, 51)
    assert Image.open(tmp_path / "out.png").getpixel((0, 0)) == expected
