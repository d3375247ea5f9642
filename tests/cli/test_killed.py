"""``nst animate`` is killed at random moments. It continues, and makes the same pictures."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Dict

import pytest
from PIL import Image

pytest.importorskip("cv2")

from tests.benchmarks.motions import sample

ROOT = Path(__file__).parents[2]
_KILLS = 3


def begun(folder: Path, output: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "nst_core.cli", "animate", "frames", "--style", "style.png", "-o", output]
    options = ["--quality", "draft", "--device", "cpu", "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_WAIT_POLICY": "PASSIVE"}
    return subprocess.Popen([*command, *options], cwd=folder, env=environment)


def pictures(folder: Path) -> Dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.png")}


def test_a_film_whose_process_is_killed_continues(tmp_path: Path) -> None:
    (tmp_path / "frames").mkdir()
    for number in range(8):
        part = sample("chelsea", 160)[20:60, 30 + 3 * number : 78 + 3 * number]
        Image.fromarray(part).save(tmp_path / "frames" / f"{number}.png")
    Image.fromarray(sample("great_wave", 64)).save(tmp_path / "style.png")
    assert begun(tmp_path, "whole").wait(600) == 0
    moments, out, killed = random.Random(4), tmp_path / "out", 0
    while killed < _KILLS:
        process, frames = begun(tmp_path, "out"), len(pictures(out)) + 1
        while process.poll() is None and len(pictures(out)) < frames:
            time.sleep(0.02)
        time.sleep(moments.random() / 2)
        process.kill()
        if process.wait() == 0:
            break
        killed += 1
    assert killed
    assert begun(tmp_path, "out").wait(600) == 0
    assert pictures(out) == pictures(tmp_path / "whole")
    assert [path.name for path in (out / ".nst-film").iterdir()] == ["film.json"]
