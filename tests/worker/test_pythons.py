"""The client in every Python that an editor may contain, if this machine has it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Optional

import pytest

from tests.worker.conversation import LIMIT

ROUND_TRIP = Path(__file__).with_name("round_trip.py")


def find_python(version: str) -> Optional[str]:
    """Return an interpreter of ``version`` from PATH or from pyenv."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    installed = sorted(root.glob(f"versions/{version}.*/bin/python"))
    return str(installed[-1]) if installed else shutil.which(f"python{version}")


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"])
def test_a_round_trip(version: str, tmp_path: Path) -> None:
    python = find_python(version)
    if python is None:
        pytest.skip(f"There is no Python {version} here.")
    arguments = [python, "-I", "-W", "error", "-X", "dev", str(ROUND_TRIP), str(tmp_path), sys.executable]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert (done.stdout, done.stderr) == (f"{version}: all well\n", "")
