"""Gives every test its own user and a package index on this machine. The index can fail on request."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from nst_core.installer import hosts
from tests.installer.index import Index
from tests.installer.packages import Packages


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder with odd characters in its name. The real one is hidden."""
    folder = tmp_path_factory.mktemp("Ünser 'Heim' $HOME")
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    monkeypatch.setattr(hosts, "ROOT", folder)  # Hides the editors of this machine.
    for name in ("NEURAL_STYLE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    """Small packages with the names of the real ones, and the requirements that pin them."""
    return Packages(tmp_path_factory.mktemp("packages"))


@pytest.fixture
def index(packages: Packages, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """A package index on this machine that serves ``packages``. The settings of pip name it."""
    with Index(packages.wheels) as index:
        for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
        monkeypatch.setenv("PIP_INDEX_URL", f"{index.url}/simple")
        monkeypatch.setenv("PIP_RETRIES", "0")
        monkeypatch.setenv("PIP_DEFAULT_TIMEOUT", "5")
        yield index
