"""An installation as a process of its own, to be killed: ``python -m tests.installer.child REQUIREMENTS WHEELS``.

Everything is the installer's own but the packages, which are small, and the picture that is painted to check them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from nst_core.bridge.errors import InstallFailed
from nst_core.installer.environment import Wish, ensure
from nst_core.installer.reporting import Reporter, json_lines
from nst_core.installer.wheels import Source
from tests.installer.packages import CHECK


def check(python: Path) -> None:
    """Raise unless every package is there, whole."""
    ended = subprocess.run([str(python), "-I", "-c", CHECK], capture_output=True, text=True, check=False)
    if ended.returncode:
        raise InstallFailed(f"The engine does not work: {ended.stderr}")


def install(requirements: Path, wheels: str = "") -> Path:
    """Install the engine of this user from the index that pip is set to, or from the folder ``wheels``."""
    return ensure(Wish(source=Source(wheels, requirements)), check, Reporter(json_lines))


if __name__ == "__main__":
    install(Path(sys.argv[1]), sys.argv[2])
