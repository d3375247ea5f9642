"""Runs an installation in a new process, which tests kill: ``python -m tests.installer.child REQUIREMENTS WHEELS``.

It uses the real installer with three changes: the packages are small, the check paints no picture, and the empty
environment gets a copy of pip, which takes a tenth of the time.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pip

from nst_core.installer import builds, pythons
from nst_core.installer.environment import EngineSpec, ensure, site_packages
from nst_core.installer.packages import PackageSource
from nst_core.installer.reporting import Reporter, json_lines
from nst_core.job.errors import InstallFailed
from tests.installer.packages import CHECK


def check(python: Path) -> None:
    """Raise if a package is missing or incomplete."""
    ended = subprocess.run([str(python), "-I", "-c", CHECK], capture_output=True, text=True, check=False)
    if ended.returncode:
        raise InstallFailed(f"The engine does not work: {ended.stderr}")


def install(requirements: Path, wheels: str = "") -> Path:
    """Install the engine of this user from the index in the settings of pip, or from the folder ``wheels``."""
    return ensure(EngineSpec(source=PackageSource(wheels, requirements)), check, Reporter(json_lines))


def make_environment(base: str, folder: Path) -> None:
    """Make a virtual environment with a copy of the pip of these tests."""
    subprocess.run([base, "-I", "-m", "venv", "--without-pip", str(folder)], check=True)
    shutil.copytree(Path(pip.__path__[0]), site_packages(folder) / "pip")


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # A shell lets background programs ignore this signal.
    pythons.make_environment = make_environment
    builds.offers_torch = lambda index: False
    builds.detect = lambda: "cpu"
    install(Path(sys.argv[1]), sys.argv[2])
