"""The choice of the engine's Python on machines where the installer's own Python is not suitable."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path
from typing import Any, Dict

import pytest

from nst_core.installer import pythons
from nst_core.installer.reporting import Reporter
from nst_core.installer.storage import mark
from nst_core.job.errors import InstallFailed

pytestmark = pytest.mark.skipif(os.name == "nt", reason="programs are stood in for by shell scripts")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in PATH. The Python that runs the installer is not suitable."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(sys, "executable", "/nonexistent/python3")
    return folder


def program(folder: Path, name: str, script: str) -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
    return file


def answering(python: Path) -> str:
    """Make the file ``python``, and return a script that reports it as the suitable Python."""
    python.parent.mkdir(parents=True, exist_ok=True)
    python.touch()
    return f'echo "{python}"'


def test_the_python_that_runs_the_installer_is_preferred() -> None:
    assert pythons.find_python() == sys.executable


def test_the_preferred_version_wins(path: Path, tmp_path: Path) -> None:
    for minor in (10, 14, 12):
        program(path, f"python3.{minor}", answering(tmp_path / str(minor)))
    assert pythons.find_python() == str(tmp_path / "12")


@pytest.mark.parametrize("script", ["echo", "echo not a Python", "exit 1"])
def test_a_python_that_does_not_suit_is_skipped(path: Path, tmp_path: Path, script: str) -> None:
    program(path, "python3.12", script)
    program(path, "python3.10", answering(tmp_path / "10"))
    assert pythons.find_python() == str(tmp_path / "10")


SUITABLE = {"version": (3, 12, 9), "maxsize": 2**63 - 1, "system": "linux-x86_64"}


@pytest.mark.parametrize(
    ("change", "suits"),
    [
        ({}, True),
        ({"version": (3, 10, 0)}, True),
        ({"version": (3, 14, 7)}, True),
        ({"version": (3, 9, 20)}, False),
        ({"version": (3, 15, 0)}, False),
        ({"maxsize": 2**31 - 1}, False),
        ({"system": "mingw_x86_64_ucrt"}, False),
        ({"system": "macosx-13-x86_64"}, False),
        ({"system": "macosx-11.0-universal2"}, True),
        ({"base_prefix": r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12_x64"}, False),
    ],
)
def test_a_python_judges_itself(
    change: Dict[str, Any], suits: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = {"base_prefix": "/usr", **SUITABLE, **change}
    monkeypatch.setattr(sys, "version_info", answers["version"])
    monkeypatch.setattr(sys, "maxsize", answers["maxsize"])
    monkeypatch.setattr(sys, "base_prefix", answers["base_prefix"])
    monkeypatch.setattr(sysconfig, "get_platform", lambda: answers["system"])
    exec(pythons.QUESTION)
    assert capsys.readouterr().out.strip() == (sys.executable if suits else "")


def test_a_python_without_a_version_in_its_name_is_found(path: Path, tmp_path: Path) -> None:
    """A Windows without the launcher gives this error."""
    program(path, "python", answering(tmp_path / "12"))
    assert pythons.find_python() == str(tmp_path / "12")


@pytest.fixture
def of_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12_3.12.2800.0_x64__qbz5n2kfra8p0"
    monkeypatch.setattr(sys, "base_prefix", folder)


def test_a_python_whose_files_editors_can_not_see_is_refused(of_the_store: None) -> None:
    with pytest.raises(InstallFailed, match="Microsoft Store") as failure:
        pythons.find_python()
    assert "python.org" in failure.value.remedy


def test_pythons_of_uv_are_found(path: Path, tmp_path: Path) -> None:
    mine = program(path.parent, "uvs python", answering(tmp_path / "13"))
    program(path, "uv", f'[ "$3" = ">=3.10,<3.15" ] && echo "{mine}" && exit 0; exit 2')
    assert pythons.find_python() == str(tmp_path / "13")


def test_without_any_python_the_error_names_one_to_install(path: Path) -> None:
    with pytest.raises(InstallFailed, match=r"3\.10 to 3\.14") as failure:
        pythons.find_python()
    assert "sudo apt install python3-venv" in failure.value.remedy


def test_a_sandbox_gets_a_python_of_its_own(path: Path, tmp_path: Path) -> None:
    """uv installs it once, in the folder that the sandbox sees. A broken one is replaced."""
    home = tmp_path / "snap folder"
    target = mark(home / "python") / "cpython-3.12.9-linux/bin"
    target.mkdir(parents=True)
    broken = program(target, "python3.12", "exit 127")
    good = program(tmp_path, "good python", answering(broken))
    brings = f"""
[ "$*" = "python install 3.12 --reinstall --install-dir {home}/python" ] || exit 3
/bin/cp "{good}" "{broken}"
"""
    uv = program(path, "uv", brings)
    assert pythons.portable_python(home, Reporter(lambda event: None)) == str(broken)
    uv.unlink()
    assert pythons.portable_python(home, Reporter(lambda event: None)) == str(broken), "it is there already"


def test_a_uv_that_brings_nothing_is_an_error(path: Path, tmp_path: Path) -> None:
    program(path, "uv", "exit 0")
    with pytest.raises(InstallFailed, match=r"no Python 3\.12 that works"):
        pythons.portable_python(tmp_path, Reporter(lambda event: None))


def test_a_uv_that_fails_is_an_error(path: Path, tmp_path: Path) -> None:
    program(path, "uv", "echo error: no network >&2; exit 2")
    with pytest.raises(InstallFailed, match="no network"):
        pythons.portable_python(tmp_path, Reporter(lambda event: None))
