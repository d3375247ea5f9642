"""An installation as a process of its own, to be killed: ``python -m tests.installer.child REQUIREMENTS WHEELS``.

Everything is the installer's own but the packages, which are small, the picture that is painted to check them, and
the making of the empty environment, into which pip is copied: that takes a tenth of the time.
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
    """Raise unless every package is there, whole."""
    ended = subprocess.run([str(python), "-I", "-c", CHECK], capture_output=True, text=True, check=False)
    if ended.returncode:
        raise InstallFailed(f"The engine does not work: {ended.stderr}")


def install(requirements: Path, wheels: str = "") -> Path:
    """Install the engine of this user from the index that pip is set to, or from the folder ``wheels``."""
    return ensure(EngineSpec(source=PackageSource(wheels, requirements)), check, Reporter(json_lines))


def make_environment(base: str, folder: Path) -> None:
    """A virtual environment with a copy of the pip that runs these tests."""
    subprocess.run([base, "-I", "-m", "venv", "--without-pip", str(folder)], check=True)
    shutil.copytree(Path(pip.__path__[0]), site_packages(folder) / "pip")


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # A shell lets programs in its background ignore it.
    pythons.make_environment = make_environment
    builds.offers_torch = lambda index: False
    builds.detect = lambda: "cpu"
    install(Path(sys.argv[1]), sys.argv[2])
