"""A user installs, Krita has the plug-in, all checks pass, the user uninstalls, and the home is as before."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict

from tests.installer.test_placement import snapshot

from .conftest import unavailable
from .editor import DRIVER, ROOT, Editor, real_engine


def test_installed_loaded_examined_and_gone(editor: Editor, display: str, tmp_path: Path) -> None:
    if real_engine() is None:
        unavailable("The Python of this test run has no torch, so there is no engine to install.")
    home = tmp_path / "the home"
    for folder in ("data/krita", "config", "cache", "state", "run"):
        (home / folder).mkdir(parents=True, mode=0o700)
    shutil.copytree(DRIVER, home / "data/krita/pykrita")
    (home / "config/kritarc").write_text("[python]\nenable_neural_style_driver=true\n", encoding="utf-8")
    before = snapshot(home)

    said = install_py(home, "--yes", "--host", "krita", "--engine", sys.executable)
    assert "Settings > Dockers > Neural Style" in said
    used = tmp_path / "used"
    shutil.copytree(home, used)
    found = editor.run(used, "nothing", display)
    assert "neural_style_docker" in found["dockers"] and found["actions"] == [True, True]

    findings = install_py(home, "doctor", "--host", "krita").splitlines()
    krita = [line for line in findings if "Krita" in line]
    assert "and enabled" in krita[0] and not [line for line in krita if "FAILED" in line], findings

    install_py(home, "uninstall", "--yes")
    assert snapshot(home) == before


def install_py(home: Path, *arguments: str) -> str:
    """Return the output of ``install.py`` for the user of ``home``."""
    folders: Dict[str, str] = {
        f"XDG_{kind.upper()}_HOME": str(home / kind) for kind in ("data", "config", "cache", "state")
    }
    kept = {name: value for name, value in os.environ.items() if name != "NEURAL_STYLE_HOME"}
    ended = subprocess.run(
        [sys.executable, str(ROOT / "install.py"), *arguments],
        env={**kept, "HOME": str(home), **folders},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout
