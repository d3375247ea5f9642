"""Each real Krita of this machine, with its own home folder and its own screen."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Iterator

import pytest

from .editor import STAND_IN, Editor, real_engine
from .screen import screen


def unavailable(reason: str) -> None:
    """Skip the test with the reason. Fail if the machine must have everything."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    if shutil.which("Xvfb") is None:
        unavailable("Xvfb is not installed: python -m tests.hosts.provision")
    with screen() as name:
        yield name


#: The Kritas of most tests. ``NEURAL_STYLE_TEST_KRITA`` names another one, to run all tests in it.
USUAL = os.environ.get("NEURAL_STYLE_TEST_KRITA", "5.1 5.2").split()

#: The marker of tests of the main steps, which also run in Debian's newest Krita.
each_krita = pytest.mark.parametrize("editor", dict.fromkeys([*USUAL, "newest"]), indirect=True)


@pytest.fixture(scope="session", params=USUAL)
def editor(request: pytest.FixtureRequest) -> Editor:
    found = Editor.find(request.param)
    if found is None:
        unavailable(f"The Krita {request.param} is not on this machine: python -m tests.hosts.provision")
    assert found is not None
    return found


@pytest.fixture(scope="session")
def first_home(editor: Editor, display: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home folder in which Krita has started once, so that the slow first start is done."""
    home = tmp_path_factory.mktemp(f"krita-{editor.version}") / "home"
    editor.install(home, STAND_IN)
    assert editor.run(home, "nothing", display)["krita"].startswith(editor.version)
    return home


@pytest.fixture
def home(first_home: Path, tmp_path: Path) -> Path:
    """Return a copy of that home for one test, with the stand-in for an engine."""
    copy = tmp_path / "home"
    shutil.copytree(first_home, copy, symlinks=True)
    return copy


@pytest.fixture
def real_home(home: Path) -> Path:
    """Return a home in which the plug-in starts the real engine."""
    command = real_engine()
    if command is None:
        unavailable("The Python of this test run has no torch, so there is no real engine to start.")
    assert command is not None
    placed = home / "data/krita/pykrita/neural_style/nst_core/engine.json"
    assert "stand_in" in placed.read_text(encoding="utf-8")
    placed.write_text(json.dumps({"command": list(command)}), encoding="utf-8")
    return home
