"""Building a release: its tools are installed from the package index into a temporary environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from nst_core.installer.packages import PackageSource
from nst_core.installer.reporting import Reporter
from release import commands
from tests.installer.index import Index
from tests.installer.packages import Packages

_MODULE = """
import sys
from pathlib import Path
import flit_core
Path(sys.argv[2]).write_text(f"{sys.argv[1]} by {sys.executable}", encoding="utf-8")
sys.exit(3)
"""


def silent() -> Reporter:
    return Reporter(lambda event: None)


@pytest.mark.parametrize("work", ["package", "site"])
def test_it_runs_in_an_environment_of_its_own(
    work: str, index: Index, packages: Packages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "release").mkdir()
    (tmp_path / "release" / "__main__.py").write_text(_MODULE, encoding="utf-8")
    monkeypatch.setattr(commands, "CLONE", tmp_path)
    origin = PackageSource(requirements=packages.requirements)
    assert commands.release(work, tmp_path / "told", origin, silent()) == 3, "the exit code of the work"
    did, _, python = (tmp_path / "told").read_text("utf-8").partition(" by ")
    assert did == work
    assert index.requests == ["flit_core-4.2.0-py3-none-any.whl"]
    assert not Path(python).exists(), "the environment is gone"
