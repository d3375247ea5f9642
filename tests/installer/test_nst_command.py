"""The ``nst`` in the environment starts the environment's Python, even after the environment was moved."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nst_core.installer import environment


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_nst_runs_from_a_renamed_environment_and_through_a_link(tmp_path: Path) -> None:
    engine = tmp_path / "the engine"
    packages = engine / "lib" / f"python3.{sys.version_info[1]}" / "site-packages"
    packages.mkdir(parents=True)
    (engine / "bin").mkdir()
    environment.connect(engine)
    moved = engine.rename(tmp_path / "renamed's engine")
    (moved / "bin" / "python").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (moved / "bin" / "python").chmod(0o700)
    (tmp_path / "nst").symlink_to(moved / "bin" / "nst")
    ended = subprocess.run([tmp_path / "nst", "stylize", "a b.png"], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines() == ["-I", "-m", "nst_core.cli", "stylize", "a b.png"]
