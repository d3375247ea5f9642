"""GIMP with the plug-in: one that is set up once, and copies of it for tests that change its settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.hosts.gimp.editor import Gimp


@pytest.fixture(scope="session")
def template(trixie: Path, tmp_path_factory: pytest.TempPathFactory) -> Gimp:
    """A GIMP that has the plug-in and has been started once; its engine is the stand-in.

    It is that of the Debian folder that ``NEURAL_STYLE_TEST_GIMP`` names, to try another version, or 3.0.
    """
    gimp = Gimp(Path(os.environ.get("NEURAL_STYLE_TEST_GIMP", trixie)), tmp_path_factory.mktemp("gimp") / "home")
    gimp.install()
    return gimp


@pytest.fixture
def gimp(template: Gimp, tmp_path: Path) -> Gimp:
    """A GIMP with a home folder of its own."""
    return template.copy(tmp_path / "home")
