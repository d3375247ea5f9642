"""``nst`` with the real engine and the real weights, on tiny pictures."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest
import torch
from PIL import Image

from nst_core.cli import main
from nst_core.cli.engine_check import CHECKS, check_engine
from nst_core.engine.parallel import torch_threads

Nst = Callable[..., int]
PictureMaker = Callable[..., Path]
Captured = pytest.CaptureFixture[str]

DRAFT = ("--quality", "draft", "--device", "cpu")


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Use one thread, because for such small pictures threads would only wait for each other."""
    with torch_threads(1):
        yield


def pixels(path: Path) -> Any:
    with Image.open(path) as image:
        return torch.frombuffer(bytearray(image.convert("RGBA").tobytes()), dtype=torch.uint8).view(-1, 4).float()


@pytest.mark.parametrize(
    ("name", "size", "mode"),
    [
        ("rgb.jpg", (40, 30), "RGB"),
        ("gray.png", (40, 30), "L"),
        ("deep.png", (40, 30), "I;16"),
        ("palette.png", (40, 30), "P"),
        ("inks.jpg", (40, 30), "CMYK"),
        ("bits.png", (40, 30), "1"),
        ("dot.png", (1, 1), "RGB"),
        ("odd.png", (3, 17), "RGB"),
        ("column.png", (1, 5000), "RGB"),
        ("row.png", (5000, 1), "RGB"),
    ],
)
def test_odd_contents_are_painted(
    nst: Nst, picture: PictureMaker, tmp_path: Path, name: str, size: tuple[int, int], mode: str
) -> None:
    assert nst("--quiet", *DRAFT, content=picture(name, size, mode)) == 0
    scale = min(1.0, 1024 / max(size))
    with Image.open(tmp_path / "out.png") as image:
        assert image.size == tuple(max(1, round(side * scale)) for side in size)


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (40, 1), (15, 15)])
def test_styles_smaller_than_a_receptive_field_are_used(
    nst: Nst, picture: PictureMaker, tmp_path: Path, size: tuple[int, int]
) -> None:
    style = picture("tiny.png", size)
    Image.new("RGB", size, (200, 40, 40)).save(style)
    assert nst("--quiet", *DRAFT, "--strength", "1", style=style) == 0
    mean = pixels(tmp_path / "out.png").mean(0)
    assert mean[0] > mean[1] + 50, "the only color of the style should be seen"


def test_an_animation_gives_a_still_picture(nst: Nst, tmp_path: Path, capsys: Captured) -> None:
    frames = [Image.new("RGB", (24, 16), color) for color in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert nst(*DRAFT, content=tmp_path / "a.gif") == 0
    assert "2 frames" in capsys.readouterr().err


def test_alpha_of_the_content_is_the_alpha_of_the_result(nst: Nst, picture: PictureMaker, tmp_path: Path) -> None:
    content = picture("content.png", (40, 30), "RGBA")
    with Image.open(content) as image:
        image.putalpha(Image.radial_gradient("L").resize((40, 30)))
        image.save(content)
    assert nst("--quiet", *DRAFT, content=content) == 0
    assert torch.equal(pixels(tmp_path / "out.png")[:, 3], pixels(content)[:, 3])


def test_strength_0_gives_the_content_back(nst: Nst, picture: PictureMaker, tmp_path: Path) -> None:
    content = picture("content.png")
    assert nst("--quiet", "--strength", "0", content=content) == 0
    assert torch.equal(pixels(tmp_path / "out.png"), pixels(content))


def test_the_same_seed_gives_the_same_file(nst: Nst, picture: PictureMaker, tmp_path: Path) -> None:
    for name, seed in (("a.png", 7), ("b.png", 7), ("c.png", 8)):
        assert nst("--quiet", *DRAFT, "--init", "noise", "--seed", seed, output=tmp_path / name) == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert (tmp_path / "a.png").read_bytes() != (tmp_path / "c.png").read_bytes()


def test_a_region_keeps_the_rest_as_it_is(nst: Nst, picture: PictureMaker, tmp_path: Path) -> None:
    Image.new("RGB", (40, 40), (220, 30, 30)).save(tmp_path / "red.png")
    left = Image.new("L", (48, 32))
    left.paste(255, (0, 0, 24, 32))
    left.save(tmp_path / "left.png")
    masked = ("--region", tmp_path / "left.png")
    assert nst("--quiet", *DRAFT, *masked, content=picture("content.png", (48, 32)), style=tmp_path / "red.png") == 0
    change = (pixels(tmp_path / "out.png") - pixels(tmp_path / "content.png")).abs().mean(1).view(32, 48)
    assert change[:, :16].mean() > 10 * change[:, 32:].mean()


def transparent(path: Path) -> Path:
    Image.new("RGBA", (24, 16), (200, 100, 50, 0)).save(path)
    return path


@pytest.mark.parametrize("role", ["content", "style"])
def test_nothing_to_see(nst: Nst, tmp_path: Path, capsys: Captured, role: str) -> None:
    assert nst("--quiet", **{role: transparent(tmp_path / "clear.png")}) == 2
    assert f"{role}" in (sentence := capsys.readouterr().err)
    assert "fully transparent" in sentence
    assert sentence.count("\n") == 1


@pytest.mark.parametrize("option", ["--selection", "--source"])
def test_masks_that_leave_nothing(nst: Nst, tmp_path: Path, capsys: Captured, option: str) -> None:
    Image.new("L", (24, 16)).save(tmp_path / "black.png")
    assert nst("--quiet", option, tmp_path / "black.png") == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--device", "toaster"], "'toaster'"),
        (["--weights", "missing.pth"], "missing.pth"),
        (["--memory", "0.1"], "GiB"),
    ],
)
def test_errors_that_only_the_engine_can_find(nst: Nst, capsys: Captured, arguments: list[str], named: str) -> None:
    assert nst("--quiet", *arguments) == 2
    sentence = capsys.readouterr().err
    assert named in sentence
    assert sentence.count("\n") == 1


@pytest.mark.parametrize("data", [b"", b"no weights", b"PK\x03\x04" + bytes(100)])
def test_damaged_weights(nst: Nst, tmp_path: Path, capsys: Captured, data: bytes) -> None:
    (tmp_path / "own.pth").write_bytes(data)
    assert nst("--quiet", "--weights", tmp_path / "own.pth") == 2
    assert "own.pth" in capsys.readouterr().err


def test_doctor_is_content(capsys: Captured) -> None:
    assert main(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert all(word in printed for word in ("torch", "cpu", "complete and unaltered", "Everything works."))


@pytest.mark.parametrize("missing", ["opencv-python-headless", "distributed"])
def test_doctor_says_how_to_install_optional_packages(
    missing: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured, tmp_path: Path
) -> None:
    version = metadata.version

    def of_others(package: str) -> str:
        if package == missing:
            raise metadata.PackageNotFoundError(package)
        return version(package)

    monkeypatch.setattr(metadata, "version", of_others)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert check_engine({"Extras": CHECKS["Extras"]}) == 0
    printed = capsys.readouterr().out
    assert f"{missing} is not installed. Run `{sys.executable} -m pip install {missing}`." in printed
    assert "ffmpeg is not installed (https://ffmpeg.org)" in printed


def test_doctor_reports_a_damaged_library(capsys: Captured) -> None:
    def damaged() -> list[str]:
        raise ImportError("libtorch_cpu.so: cannot open shared object file\nand a page of advice")

    assert check_engine({"Versions": lambda: ["1"], "Processor": damaged}) == 1
    printed = capsys.readouterr().out
    assert "FAILED: libtorch_cpu.so: cannot open shared object file\n1 of 2 checks failed." in printed


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_reader_that_goes_away_is_no_crash() -> None:
    command = [sys.executable, "-m", "nst_core.cli", "doctor"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 1


@pytest.fixture
def worker_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the client start an engine with this interpreter and this clone. Its log is in the test's folder."""
    monkeypatch.setenv("NEURAL_STYLE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("NEURAL_STYLE_ENGINE", f"'{sys.executable}' -m nst_core.cli worker")
    monkeypatch.chdir(Path(__file__).parents[2])


@pytest.mark.usefixtures("worker_command")
def test_the_worker_paints_the_same_as_the_process_itself(nst: Nst, tmp_path: Path) -> None:
    assert nst("--quiet", *DRAFT, output=tmp_path / "itself.png") == 0
    assert nst("--quiet", "--worker", *DRAFT, output=tmp_path / "worker.png") == 0
    difference = pixels(tmp_path / "itself.png") - pixels(tmp_path / "worker.png")
    assert difference.abs().max() <= 1


@pytest.mark.usefixtures("worker_command")
def test_errors_of_the_worker_are_the_same_sentences(nst: Nst, capsys: Captured) -> None:
    assert nst("--quiet", "--worker", "--device", "toaster") == 2
    assert "'toaster'" in capsys.readouterr().err


@pytest.mark.parametrize("variable", ["HOME", "NEURAL_STYLE_HOME"])
def test_the_worker_is_found_under_another_home(
    nst: Nst, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
) -> None:
    monkeypatch.delenv("NEURAL_STYLE_ENGINE", raising=False)
    monkeypatch.delenv("NEURAL_STYLE_HOME", raising=False)
    monkeypatch.setenv(variable, str(tmp_path / "home"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    for name in ("DATA", "CONFIG", "CACHE", "STATE"):
        monkeypatch.delenv(f"XDG_{name}_HOME", raising=False)
    assert nst("--quiet", "--worker", *DRAFT) == 0
    assert Image.open(tmp_path / "out.png").size == (24, 16)


def test_an_engine_that_is_named_but_missing_is_reported(
    nst: Nst, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured
) -> None:
    monkeypatch.setenv("NEURAL_STYLE_ENGINE", str(tmp_path / "nowhere"))
    assert nst("--quiet", "--worker") == 2
    assert "NEURAL_STYLE_ENGINE names" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("way", [[], ["--worker"]], ids=["in process", "worker"])
@pytest.mark.usefixtures("worker_command")
def test_a_real_interrupt_keeps_the_picture_so_far(picture: PictureMaker, tmp_path: Path, way: list[str]) -> None:
    output = tmp_path / "out.png"
    arguments = ["stylize", str(picture("content.png", (300, 200))), "--style", str(picture("style.png", (200, 200)))]
    command = [sys.executable, "-m", "nst_core.cli", *arguments, "-o", str(output), "--quality", "high", "--json", *way]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = []
        for line in process.stdout:
            printed.append(json.loads(line))
            if printed[-1]["event"] == "progress" and process.poll() is None:
                process.send_signal(signal.SIGINT)
                break
        printed += [json.loads(line) for line in process.stdout]
    assert process.returncode == 0
    assert printed[-1]["event"] == "result"
    assert printed[-1]["complete"] is False
    assert Image.open(output).size == (300, 200)
