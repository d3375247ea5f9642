"""GIMP with the plug-in: one that is set up once, and copies of it for tests that change its settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.hosts import provision
from tests.hosts.conftest import folder
from tests.hosts.gimp.editor import Gimp

FOLDERS = {"3.0": provision.TRIXIE, "newest": provision.FORKY}

#: The GIMP of most tests; ``NEURAL_STYLE_TEST_GIMP`` names another one, to try all tests in it.
USUAL = os.environ.get("NEURAL_STYLE_TEST_GIMP", "3.0")

#: For the main steps, which the newest GIMP that Debian has takes as well.
each_gimp = pytest.mark.parametrize("template", dict.fromkeys([USUAL, "newest"]), indirect=True)

#: For what no older GIMP has.
newest_gimp = pytest.mark.parametrize("template", ["newest"], indirect=True)


@pytest.fixture(scope="session", params=[USUAL])
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Gimp:
    """A GIMP that has the plug-in and has been started once; its engine is the stand-in."""
    gimp = Gimp(folder(FOLDERS[request.param]), tmp_path_factory.mktemp("gimp") / "home")
    gimp.install()
    return gimp


@pytest.fixture
def gimp(template: Gimp, tmp_path: Path) -> Gimp:
    """A GIMP with a home folder of its own."""
    return template.copy(tmp_path / "home")
