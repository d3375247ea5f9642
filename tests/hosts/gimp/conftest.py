"""GIMP with the plug-in: one that is set up once, and copies of it for tests that change its settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hosts.gimp.editor import Gimp


@pytest.fixture(scope="session")
def template(trixie: Path, tmp_path_factory: pytest.TempPathFactory) -> Gimp:
    """A GIMP that has the plug-in and has been started once; its engine is the stand-in."""
    gimp = Gimp(trixie, tmp_path_factory.mktemp("gimp") / "home")
    gimp.install()
    return gimp


@pytest.fixture
def gimp(template: Gimp, tmp_path: Path) -> Gimp:
    """A GIMP with a home folder of its own."""
    return template.copy(tmp_path / "home")
