"""Which Python the engine is built with, on machines where the Python of the installer is not suitable."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from nst_core.installer import pythons
from nst_core.installer.reporting import Reporter
from nst_core.installer.storage import mark
from nst_core.job.errors import InstallFailed

pytestmark = pytest.mark.skipif(os.name == "nt", reason="programs are stood in for by shell scripts")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH; the installer itself runs in an editor."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(sys, "executable", "/usr/bin/krita")
    return folder


def program(folder: Path, name: str, script: str) -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
    return file


def answering(version: list[int], able: bool = True, wide: bool = True, platform: str = "linux-x86_64") -> str:
    told = f'[{version}, {str(wide).lower()}, {str(able).lower()}, "/the/{version[1]}", "{platform}"]'
    return f"echo '{told}'"


def test_the_python_that_runs_the_installer_is_preferred() -> None:
    assert pythons.find_python() == sys.executable


def test_an_editor_is_not_started_as_a_python(path: Path) -> None:
    program(path, "python3.11", answering([3, 11]))
    assert pythons.find_python() == "/the/11"


def test_the_preferred_version_wins(path: Path) -> None:
    for minor in (10, 14, 12):
        program(path, f"python3.{minor}", answering([3, minor]))
    assert pythons.find_python() == "/the/12"


@pytest.mark.parametrize(
    "script",
    [
        answering([3, 9]),
        answering([3, 15]),
        answering([3, 12], able=False),
        answering([3, 12], wide=False),
        answering([3, 12], platform="mingw_x86_64_ucrt"),
        answering([3, 12], platform="macosx-13-x86_64"),
        "echo not a Python",
        "exit 1",
    ],
)
def test_a_python_that_torch_does_not_support_is_skipped(path: Path, script: str) -> None:
    program(path, "python3.12", script)
    program(path, "python3.10", answering([3, 10]))
    assert pythons.find_python() == "/the/10"


def test_a_python_without_a_version_in_its_name_is_found(path: Path) -> None:
    """As on Windows, where there is no launcher."""
    program(path, "python", answering([3, 12], platform="macosx-11.0-universal2"))
    assert pythons.find_python() == "/the/12"


@pytest.fixture
def of_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12_3.12.2800.0_x64__qbz5n2kfra8p0"
    monkeypatch.setattr(sys, "base_prefix", folder)


def test_a_python_whose_files_editors_can_not_see_is_refused(of_the_store: None) -> None:
    with pytest.raises(InstallFailed, match="Microsoft Store") as failure:
        pythons.find_python()
    assert "python.org" in failure.value.remedy


def test_such_a_python_calls_itself_unable(of_the_store: None, capsys: pytest.CaptureFixture[str]) -> None:
    exec(pythons.QUESTION)
    assert json.loads(capsys.readouterr().out)[2] is False


def test_pythons_of_uv_are_found(path: Path) -> None:
    mine = program(path.parent, "uvs python", answering([3, 13]))
    program(path, "uv", f'[ "$3" = 3.13 ] && echo "{mine}" && exit 0; exit 2')
    assert pythons.find_python() == "/the/13"


def test_without_any_python_the_error_names_one_to_install(path: Path) -> None:
    program(path, "apt-get", "")
    with pytest.raises(InstallFailed, match=r"3\.10 to 3\.14") as failure:
        pythons.find_python()
    assert "sudo apt install python3-venv" in failure.value.remedy


def test_a_sandbox_gets_a_python_of_its_own(path: Path, tmp_path: Path) -> None:
    """uv is asked for it, and it must lie in the folder that the sandbox sees."""
    home = tmp_path / "snap folder"
    target = home / "python/cpython-3.12.9-linux/bin"
    program(path, "mkdir", 'exec /bin/mkdir "$@"')
    brings = f"""
[ "$*" = "python install 3.12 --install-dir {home}/python" ] || exit 3
mkdir -p "{target}"
cat > "{target}/python3.12" <<'SCRIPT'
#!/bin/sh
{answering([3, 12])}
SCRIPT
/bin/chmod +x "{target}/python3.12"
"""
    program(path, "uv", brings.replace("cat >", "/bin/cat >"))
    found = pythons.portable_python(home, Reporter(lambda event: None))
    assert found == str(target / "python3.12")


def test_the_command_in_the_error_fetches_a_broken_python_again(path: Path, tmp_path: Path) -> None:
    """Like uv, this script does not replace a Python that is there, except with the option for it."""
    home = tmp_path / "snap folder"
    target = mark(home / "python") / "cpython-3.12.9-linux/bin"
    target.mkdir(parents=True)
    program(target, "python3.12", "exit 127")
    good = program(tmp_path, "good python", answering([3, 12]))
    again = f"python install 3.12 --install-dir {home}/python --reinstall"
    program(path, "uv", f'[ "$*" = "{again}" ] && /bin/cp "{good}" "{target}/python3.12"; exit 0')
    with pytest.raises(InstallFailed, match=r"no Python 3\.12") as failure:
        pythons.portable_python(home, Reporter(lambda event: None))
    told = re.search("`(.*)`", failure.value.remedy)
    assert told
    subprocess.run(["/bin/sh", "-c", told[1]], check=True)
    assert pythons.portable_python(home, Reporter(lambda event: None)) == str(target / "python3.12")


def test_a_uv_that_fails_is_an_error(path: Path, tmp_path: Path) -> None:
    program(path, "uv", "echo error: no network >&2; exit 2")
    with pytest.raises(InstallFailed, match="no network"):
        pythons.portable_python(tmp_path, Reporter(lambda event: None))
