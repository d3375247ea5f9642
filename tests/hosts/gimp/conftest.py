"""GIMP with the plug-in. It is set up once, and tests that change its settings get a copy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Iterator

import pytest

from tests.hosts import provision, stand_in
from tests.hosts.conftest import folder
from tests.hosts.gimp.dialogs import CONTENT, Open, remember
from tests.hosts.gimp.editor import SAMPLES, Gimp, Window

FOLDERS = {"3.0": provision.TRIXIE, "newest": provision.FORKY}

#: The GIMP of most tests. ``NEURAL_STYLE_TEST_GIMP`` names another one, to run all tests in it.
USUAL = os.environ.get("NEURAL_STYLE_TEST_GIMP", "3.0")

#: The marker of tests of the main steps, which also run in Debian's newest GIMP.
each_gimp = pytest.mark.parametrize("template", dict.fromkeys([USUAL, "newest"]), indirect=True)

#: The marker of tests that need a newer GIMP.
newest_gimp = pytest.mark.parametrize("template", ["newest"], indirect=True)


@pytest.fixture(scope="session", params=[USUAL])
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Gimp:
    """Return a GIMP with the plug-in and a stand-in for the engine. It was started once."""
    gimp = Gimp(folder(FOLDERS[request.param]), tmp_path_factory.mktemp("gimp") / "home")
    gimp.install()
    return gimp


@pytest.fixture
def gimp(template: Gimp, tmp_path: Path) -> Gimp:
    """Return a GIMP with its own home folder."""
    return template.copy(tmp_path / "home")


@pytest.fixture
def open_gimp(gimp: Gimp, display: str) -> Iterator[Open]:
    """Start GIMP with pictures. The dialog was last used with ``seed``, other settings, and as many ``styles``."""
    windows = []

    def start(*images: Path, seed: int = stand_in.ECHO, styles: int = 1, **settings: object) -> Window:
        remember(gimp, seed, styles, **settings)
        windows.append(gimp.open(display, *(images or (SAMPLES / CONTENT,))))
        return windows[-1]

    yield start
    for window in windows:
        window.close()
