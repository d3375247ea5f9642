"""If a package of a command is missing, a sentence reports it and names the remedy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def without(package: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = f"import sys; sys.modules[{package!r}] = None; from nst_core.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_film_without_opencv(tmp_path: Path) -> None:
    ended = without("cv2", "animate", "frames", "--style", "style.png", "-o", str(tmp_path / "out"))
    assert ended.returncode == 2
    assert ended.stderr.startswith("nst: This Python has no module cv2. Run `python3 install.py`")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["batch", "farm"])
def test_a_farm_without_dask(command: str, tmp_path: Path) -> None:
    picture = str(ROOT / "docs" / "samples" / "coffee.jpg")
    painting = ("--style", picture, "-o", str(tmp_path / "out"), "--scheduler", "tcp://127.0.0.1:9", "--quiet")
    ended = without("distributed", command, *((picture, *painting) if command == "batch" else ()))
    assert ended.returncode == 2
    assert "needs the Python package distributed, which is not installed" in ended.stderr
    assert f"Run `{sys.executable} -m pip install distributed`." in ended.stderr
