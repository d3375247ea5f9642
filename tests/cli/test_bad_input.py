"""Each wrong argument or file gives the exit code 2 and a sentence that names it, and leaves no file.

These errors are found before the engine is loaded. ``test_with_engine`` has the errors that only the engine can find.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any, Callable

import pytest
from PIL import Image

from nst_core.cli import main

Nst = Callable[..., int]
PictureMaker = Callable[..., Path]
Captured = pytest.CaptureFixture[str]

NOBODY = hasattr(os, "geteuid") and os.geteuid() != 0


@pytest.fixture(autouse=True)
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail if the engine is loaded: the mistake should be found before that."""
    monkeypatch.setitem(sys.modules, "nst_core.engine.stylize", None)


@pytest.fixture
def refused(nst: Nst, tmp_path: Path, capsys: Captured) -> Callable[..., str]:
    """A function that runs nst with a mistake, and returns the printed sentence."""

    def run(*more: Any, **files: Any) -> str:
        code = nst("--quiet", *more, **files)
        printed = capsys.readouterr()
        assert (code, printed.out) == (2, "")
        assert printed.err.startswith("nst: ")
        assert printed.err.count("\n") == 1
        assert not [path for path in tmp_path.iterdir() if path.name.startswith((".nst", "out"))]
        return printed.err

    return run


Refused = Callable[..., str]


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("role", ["content", "style", "init"])
def test_a_missing_file(refused: Refused, tmp_path: Path, role: str) -> None:
    missing = tmp_path / "missing.png"
    sentence = refused("--init", missing) if role == "init" else refused(**{role: missing})
    assert sentence == f"nst: There is no file {missing}. Check the name.\n"


def test_a_folder(refused: Refused, tmp_path: Path) -> None:
    assert f"{tmp_path} is a folder." in refused(content=tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_pipe(refused: Refused, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert "pipe.png is not a regular file." in refused(content=tmp_path / "pipe.png")


@pytest.mark.skipif(not NOBODY and not Path("/proc/self/mem").exists(), reason="no file is unreadable to this user")
def test_an_unreadable_file(refused: Refused, picture: PictureMaker) -> None:
    if NOBODY:
        locked = picture("locked.png")
        locked.chmod(0)
    else:
        locked = Path("/proc/self/mem")
    assert f"{locked} can't be read" in refused(style=locked)


def test_no_image_and_an_empty_file(refused: Refused, tmp_path: Path) -> None:
    for data in (b"", b"a text, not a picture", b"\x7fELF" + bytes(1000)):
        assert "notes.png is not a picture that nst can read. Use PNG" in refused(
            content=write(tmp_path / "notes.png", data)
        )


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.tif"])
def test_a_truncated_image(refused: Refused, picture: PictureMaker, name: str) -> None:
    path = picture(name, (200, 200))
    data = path.read_bytes()
    assert f"{name} is damaged or incomplete" in refused(content=write(path, data[: len(data) // 2]))


@pytest.mark.parametrize(("width", "height"), [(60000, 60000), (2**31 - 1, 2**31 - 1), (70000, 1)])
def test_a_decompression_bomb(refused: Refused, tmp_path: Path, width: int, height: int) -> None:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    data += struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    assert "more pixels than can be opened safely" in refused(content=write(tmp_path / "bomb.png", data))


def test_gray_values_of_no_known_range(refused: Refused, tmp_path: Path) -> None:
    Image.new("I", (4, 4), 100000).save(tmp_path / "long.tif")
    (tmp_path / "float.pfm").write_bytes(b"Pf\n1 1\n-1.0\n" + struct.pack("<f", 0.5))
    for name, reason in (
        ("long.tif", "its values are signed numbers"),
        ("float.pfm", "the range of its gray values is unknown"),
    ):
        sentence = refused(content=tmp_path / name)
        assert f"{name} can't be used: {reason}" in sentence
        assert "Export it with 8 or 16 bits a channel." in sentence


@pytest.mark.parametrize("weight", ["-1", "0", "nan", "inf", "much", "1e7"])
def test_weights(refused: Refused, picture: PictureMaker, weight: str) -> None:
    sentence = refused(style=f"{picture('wave.png')}={weight}")
    assert "The weight of the style" in sentence
    assert "must be a positive number up to 1000000" in sentence


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--strength", "2"], "--strength must be a number from 0 to 1, not 2"),
        (["--strength", "nan"], "--strength must be a number from 0 to 1, not nan"),
        (["--style-scale", "0"], "--style-scale must be"),
        (["--quality", "best"], "--quality must be one of draft, normal, high, not 'best'"),
        (["--size", "0"], "--size must be full or a whole number from 1 to 65536 px, not '0'"),
        (["--size", "12.5"], "--size must be"),
        (["--size", "tiny"], "--size must be"),
        (["--size", "65536"], "--size"),
        (["--seed", "1.5"], "--seed must be a whole number"),
        (["--memory", "-1"], "--memory must be a number from 0 to 4096 GiB"),
        (["--layer", "relu9_9"], "--layer"),
        (["--stren", "0.5"], "Unknown arguments: --stren 0.5. See `nst stylize --help`."),
        (["more.png"], "Unknown arguments: more.png. See `nst stylize --help`."),
        (["--structure", "0.5"], "--structure is an option of an earlier version. Use --keep-content instead."),
        (["--protect=0.5"], "--protect is an option of an earlier version. Use --keep-content instead."),
        (["--protection", "a.png"], "--protection is an option of an earlier version. Use --keep-mask instead."),
        (["--seed"], "--seed"),
        (["--continue", "noise"], "There is no file noise"),
        (["--keep-mask", "missing.png"], "There is no file missing.png"),
        (["--selection", "missing.png"], "There is no file missing.png"),
        (["--region", "missing.png"], "There is no file missing.png"),
    ],
)
def test_options(refused: Refused, arguments: list[str], named: str) -> None:
    assert named in refused(*arguments)


def test_an_incomplete_command_line(capsys: Captured) -> None:
    for arguments in (
        [],
        ["paint"],
        ["stylize"],
        ["stylize", "a.png", "-o", "b.png"],
        ["stylize", "--region", "a.png"],
    ):
        assert main(arguments) == 2
        printed = capsys.readouterr().err
        assert printed.count("\n") == 1
        assert "--help" in printed


@pytest.mark.parametrize(("option", "value"), [("--stile", "x"), ("--stile=x", "--")])
def test_an_unknown_option_is_named_before_missing_ones(capsys: Captured, option: str, value: str) -> None:
    assert main(["stylize", "a.png", "-o", "b.png", option, value]) == 2
    assert capsys.readouterr().err == "nst: Unknown arguments: --stile. See `nst stylize --help`.\n"


def test_an_output_folder_that_is_missing(refused: Refused, tmp_path: Path) -> None:
    assert f"There is no folder {tmp_path / 'no'}" in refused(output=tmp_path / "no" / "a.png")


@pytest.mark.skipif(not NOBODY and not Path("/proc/self").exists(), reason="every folder is writable to this user")
def test_an_output_folder_that_is_read_only(refused: Refused, tmp_path: Path) -> None:
    if NOBODY:
        folder = tmp_path / "locked"
        folder.mkdir(mode=0o500)
    else:
        folder = Path("/sys")
    assert f"{folder} can't be written" in refused(output=folder / "a.png")


def test_an_output_that_is_no_file(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    assert "exists and is not a file" in refused(output=tmp_path / "a.png")


def test_an_output_of_an_unknown_kind(refused: Refused, tmp_path: Path) -> None:
    assert "no known extension. Use one of .png" in refused(output=tmp_path / "a.xyz")


@pytest.mark.parametrize("role", ["content", "style", "init"])
def test_an_output_equal_to_an_input(refused: Refused, picture: PictureMaker, role: str) -> None:
    path = picture("input.png")
    before = path.read_bytes()
    sentence = refused("--init", path, output=path) if role == "init" else refused(**{role: path, "output": path})
    assert "is also an input" in sentence
    assert path.read_bytes() == before


def test_previews_where_they_can_not_be(refused: Refused, picture: PictureMaker, tmp_path: Path) -> None:
    assert "can't be written" in refused("--previews", picture("a.png"))
    assert "can't be written" in refused("--previews", tmp_path / "no" / "previews")


@pytest.mark.parametrize("module", ["tqdm", "PIL", "torch"])
def test_a_python_without_the_engine(picture: PictureMaker, tmp_path: Path, module: str) -> None:
    script = (
        "import sys\n"
        f"sys.modules[{module!r}] = None  # imports of it fail as if it were not there\n"
        "from nst_core.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    good = str(picture("good.png"))
    arguments = ["stylize", good, "--style", good, "-o", str(tmp_path / "out.png")]
    ended = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"nst: This Python has no module {module}. Run `python3 install.py`")


@pytest.mark.parametrize("command", ["stylize", "doctor"])
@pytest.mark.parametrize(
    ("module", "error"),
    [("torch", "OSError"), ("torch", "ImportError"), ("numpy", "ImportError"), ("imagecodecs", "ImportError")],
)
def test_a_library_that_can_not_be_loaded(
    picture: PictureMaker, tmp_path: Path, module: str, error: str, command: str
) -> None:
    """All files of the library are present, but one of them is damaged."""
    (tmp_path / "damaged").mkdir()
    damage = f"raise {error}('libdamaged.so: file too short\\nand a page of advice')"
    (tmp_path / "damaged" / f"{module}.py").write_text(damage, encoding="utf-8")
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'damaged')!r})\n"
        "from nst_core.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    good = str(picture("good.png"))
    files = [good, "--style", good, "-o", str(tmp_path / "out.png")] if command == "stylize" else []
    ended = subprocess.run([sys.executable, "-c", script, command, *files], capture_output=True, text=True, check=False)
    assert "Traceback" not in ended.stderr
    if command == "stylize":
        assert (ended.returncode, ended.stderr.count("\n")) == (2, 1), ended.stderr
        assert "can't be loaded (libdamaged.so: file too short). Run `python3 install.py` again." in ended.stderr
    elif module == "torch":
        assert ended.returncode == 1
        assert "FAILED: libdamaged.so: file too short\n" in ended.stdout


def test_torch_is_not_loaded_to_refuse(picture: PictureMaker, tmp_path: Path) -> None:
    """In a new interpreter, help and the errors for a bad option and a bad file appear without the engine."""
    script = (
        "import sys\n"
        "from nst_core.cli import main\n"
        "code = main(sys.argv[1:])\n"
        "assert not {'torch', 'nst_core.engine'} & set(sys.modules), 'the engine was loaded'\n"
        "sys.exit(code)\n"
    )
    good, bad = str(picture("good.png")), str(write(tmp_path / "bad.png", b"bad"))
    for arguments in (
        ["stylize", good, "--style", bad, "-o", str(tmp_path / "out.png")],
        ["stylize", good, "--style", good, "-o", str(tmp_path / "out.png"), "--strength", "9"],
    ):
        ended = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)
        assert (ended.returncode, ended.stderr.count("\n")) == (2, 1), ended.stderr
