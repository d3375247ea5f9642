"""Each line for ``install.py`` in the documentation, run in the order of a life: installed, used, taken away.

The user says yes to every question. Stood in for: the packages are small, and an engine that would paint only says so;
``demo``, ``test`` and ``bench`` run in the Python of these tests, which has the real engine. ``demo`` gets
small pictures; ``test`` finds its tests without running them once more, and provides no editors; ``bench`` only tells
its options.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import List

import pytest
from PIL import Image

from nst_core.installer import develop, installing, main
from tests.documented import ROOT, commands
from tests.installer.packages import Packages
from tests.installer.test_commands import machine, run

__all__ = ["machine"]

_DEVELOPING = (["demo"], ["test"], ["bench"])
_PYTHON = f"""#!/bin/sh
case "$*" in
*tests.hosts.provision) exit 0 ;;
*tests.benchmarks) set -- "$@" --help ;;
esac
[ "$1" = -I ] && shift
PYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} "$@"
"""


@pytest.fixture
def developing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ``demo`` and ``test`` need: an engine, small pictures, and pytest told to look only."""
    python = tmp_path / "python"
    python.write_text(_PYTHON, encoding="utf-8")
    python.chmod(0o700)
    monkeypatch.setattr(main, "ensure", lambda *_, **__: python)
    monkeypatch.setattr(main, "add_tests", lambda *_: None)
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only -q tests/installer/test_kritarc.py")
    monkeypatch.setattr(develop, "CLONE", tmp_path)
    samples = tmp_path / "docs" / "samples"
    samples.mkdir(parents=True)
    for name in ("chelsea.jpg", "great_wave.jpg"):
        Image.radial_gradient("L").resize((48, 40)).convert("RGB").save(samples / name)


@pytest.mark.skipif(os.name == "nt", reason="programs are stood in for by shell scripts")
@pytest.mark.parametrize("line", [line for line in commands("python3 install.py") if line.split()[:1] in _DEVELOPING])
def test_a_clones_commands(
    developing: None, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(capsys, *shlex.split(line))[0] == 0
    assert (tmp_path / "demo.png").exists() == (line == "demo")


def test_a_users_commands(
    machine: Path,
    packages: Packages,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(installing, "agreed", lambda *_: True)
    monkeypatch.setenv("NEURAL_STYLE_HOME", "")
    monkeypatch.chdir(tmp_path)
    own = machine / "my-venv" / "bin"
    own.mkdir(parents=True)
    (own / "python").symlink_to(sys.executable)
    places = {"~/my-venv": str(own.parent), "/big/disk": str(tmp_path / "big disk"), "DIR": str(packages.wheels)}
    lines = [line for line in commands("python3 install.py") if line.split()[:1] not in _DEVELOPING]
    assert len(lines) > 8
    for line in sorted(lines, key=_when):
        words: List[str] = [places.get(word, word) for word in shlex.split(line)]
        code, told = run(capsys, *words)
        assert code == 0, (line, told)
        monkeypatch.setenv("NEURAL_STYLE_HOME", "")
    assert not (machine / ".local/share/neural-style").exists(), "the last one takes everything away"


def _when(line: str) -> int:
    """Installed first, in whichever way; then what needs that; uninstalled last."""
    later = {"package": 1, "doctor": 1, "uninstall": 2}
    return max((later.get(word, 0) for word in line.split()), default=0)
