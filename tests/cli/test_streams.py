"""If standard streams are closed or full, text is lost, but never a picture.

Here nst runs in a new process, which a shell starts.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Callable

import pytest
from PIL import Image

from nst_core.cli.streams import lossy_streams

PictureMaker = Callable[..., Path]

pytestmark = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="redirections of a POSIX shell, and Linux's full device"
)

NST = f"'{sys.executable}' -m nst_core.cli"

REDIRECTIONS = [
    ">&-", "2>&-", "<&-", ">&- 2>&- <&-", ">/dev/full", "2>/dev/full", ">/dev/full 2>&1", "| true", "2>&1 | true",
]  # fmt: skip


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """Run ``line`` in a shell, in the folder of this clone. The exit code is that of nst, even before a pipe."""
    words = ["bash", "-o", "pipefail", "-c", line]
    root = Path(__file__).parents[2]
    return subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("redirection", REDIRECTIONS)
@pytest.mark.parametrize("option", ["", "--json", "--quiet"])
def test_the_picture_is_written(picture: PictureMaker, tmp_path: Path, option: str, redirection: str) -> None:
    content, output = picture("content.png"), tmp_path / "out.png"
    line = (
        f"{NST} stylize '{content}' --style '{content}' --strength 0 --device cpu -o '{output}' {option} {redirection}"
    )
    ended = shell(line)
    assert ended.returncode == 0
    assert "Traceback" not in ended.stdout + ended.stderr
    with Image.open(output) as painted, Image.open(content) as before:
        assert painted.tobytes() == before.tobytes()


@pytest.mark.parametrize("redirection", REDIRECTIONS)
def test_errors_keep_their_exit_code(tmp_path: Path, redirection: str) -> None:
    ended = shell(f"{NST} stylize missing.png --style missing.png -o '{tmp_path}/out.png' {redirection}")
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("redirection", [">&-", ">/dev/full", "| true"])
def test_doctor_reports_that_nobody_could_read_it(redirection: str) -> None:
    ended = shell(f"{NST} doctor {redirection}")
    assert (ended.returncode, ended.stderr) == (1, "")


WARNING = """
import sys, warnings
from nst_core.cli import main, reading
read = reading.read
def read_with_a_warning(path):
    warnings.warn("for programmers")
    return read(path)
reading.read = read_with_a_warning
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("option", ["--quiet", "--json"])
def test_warnings_of_libraries_are_not_printed(picture: PictureMaker, tmp_path: Path, option: str) -> None:
    content = picture("content.png")
    files = f"'{content}' --style '{content}' -o '{tmp_path}/out.png'"
    ended = shell(f"'{sys.executable}' -c {_quoted(WARNING)} stylize {files} --strength 0 --device cpu {option}")
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_streams_are_put_back() -> None:
    before = sys.stdout, sys.stderr
    with lossy_streams() as output:
        assert sys.stdout is output  # type: ignore[comparison-overlap]
        assert not output.is_broken
    assert (sys.stdout, sys.stderr) == before


def test_a_closed_number_is_not_given_to_a_picture(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "from nst_core.cli.streams import lossy_streams\n"
        "with lossy_streams():\n"
        f"    file = open({str(tmp_path / 'file')!r}, 'w')\n"
        "    assert file.fileno() > 2, file.fileno()\n"
    )
    ended = shell(f"'{sys.executable}' -c {_quoted(script)} 2>&- >&-")
    assert ended.returncode == 0
    assert (tmp_path / "file").stat().st_size == 0


def _quoted(script: str) -> str:
    return "'" + script.replace("'", "'\\''") + "'"
