"""Each command line for ``install.py`` in the documentation, in the order of its use: install, use, remove.

The user answers yes to every question. These tests replace some parts:

- The packages are small, and the engine only claims to paint.
- ``demo``, ``test`` and ``bench`` run in the Python of these tests, with the real engine. ``demo`` gets small pictures.
  ``test`` collects its tests without running them, and provides no editors. ``bench`` only prints its options.
- ``package`` and ``site`` really build, in the Python of these tests.
- Windows' ``py`` is a script that runs this Python. ``sudo`` is a script that does not change the user. ``uv`` is a
  script that provides this Python. ``apt`` is the real program in its simulation.
- ``.ci/run`` starts a ``python3`` that only prints its arguments.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, List

import pytest
from PIL import Image

from nst_core.bridge import paths
from nst_core.installer import installing, main, pythons
from nst_core.installer import packages as packaging
from nst_core.job.errors import InstallFailed
from release import commands as developers
from tests.documented import ROOT, commands
from tests.installer.child import check
from tests.installer.packages import Packages
from tests.installer.test_commands import machine, run

__all__ = ["machine"]

_DEVELOPING = (["demo"], ["test"], ["bench"])
_RELEASING = {"package": "dist/SHA256SUMS", "site": "site/index.html"}
_PYTHON = f"""#!/bin/sh
case "$*" in
*tests.hosts.provision) exit 0 ;;
*tests.benchmarks) set -- "$@" --help ;;
esac
[ "$1" = -I ] && shift
PYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} "$@"
"""


@pytest.fixture
def developing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Provide an engine, small pictures, and a pytest that only collects, for ``demo`` and ``test``."""
    python = tmp_path / "python"
    python.write_text(_PYTHON, encoding="utf-8")
    python.chmod(0o700)
    monkeypatch.setattr(installing, "install", lambda *_: None)
    monkeypatch.setattr(paths, "engine_python", lambda _: python)
    monkeypatch.setattr(developers, "add_tests", lambda *_: None)
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only -q tests/installer/test_kritarc.py")
    monkeypatch.setattr(developers, "CLONE", tmp_path)
    for picture in ("docs/samples/chelsea.jpg", "nst_core/studio/paintings/road_to_tarascon.jpg"):
        (tmp_path / picture).parent.mkdir(parents=True)
        Image.radial_gradient("L").resize((48, 40)).convert("RGB").save(tmp_path / picture)


@pytest.mark.parametrize("line", [line for line in commands("python3 install.py") if line in _RELEASING])
def test_a_release(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("mkdocs")
    monkeypatch.setattr(pythons, "make_environment", lambda *_: None)
    monkeypatch.setattr(packaging, "provide", lambda *_: None)
    monkeypatch.setattr(paths, "engine_python", lambda _: Path(sys.executable))
    monkeypatch.chdir(tmp_path)
    assert run(capsys, *shlex.split(line))[0] == 0
    assert (tmp_path / _RELEASING[line]).is_file()


posix = pytest.mark.skipif(os.name == "nt", reason="programs are stood in for by shell scripts")


@posix
@pytest.mark.parametrize("line", [line for line in commands("python3 install.py") if line.split()[:1] in _DEVELOPING])
def test_a_clones_commands(
    developing: None, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(capsys, *shlex.split(line))[0] == 0
    assert (tmp_path / "demo.png").exists() == (line == "demo")


def test_a_users_commands(
    machine: Path,
    packages: Packages,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(main, "agreed", lambda *_: True)
    monkeypatch.setenv("NEURAL_STYLE_HOME", "")
    monkeypatch.chdir(tmp_path)
    own = machine / "my-venv" / "bin"
    monkeypatch.setattr(installing, "check_engine", lambda python: None if python.parent == own else check(python))
    own.mkdir(parents=True)
    (own / "python").symlink_to(sys.executable)
    disk = str(shutil.copytree(packages.wheels, tmp_path / "big disk"))
    places = {"~/my-venv": str(own.parent), "/big/disk": disk, "DIR": disk}
    lines = [
        line
        for line in commands("python3 install.py")
        if line.split()[:1] not in _DEVELOPING and line not in _RELEASING
    ]
    assert len(lines) > 8
    for line in sorted(lines, key=_when):
        words: List[str] = [places.get(word, word) for word in shlex.split(line)]
        code, printed = run(capsys, *words)
        assert code == 0, (line, printed)
        monkeypatch.setenv("NEURAL_STYLE_HOME", "")
    assert not (machine / ".local/share/neural-style").exists(), "the last one takes everything away"


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder with scripts that replace other programs."""
    folder = tmp_path / "tools"
    folder.mkdir()
    return folder


def stand_in(tools: Path, name: str, script: str) -> None:
    program = tools / name
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o700)


def in_shell(line: str, tools: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run ``line`` in the clone, as a reader types it."""
    environment: Dict[str, str] = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", **variables}
    return subprocess.run(line, shell=True, cwd=ROOT, env=environment, input="", capture_output=True, text=True)


@posix
@pytest.mark.parametrize("arguments", commands("py install.py"))
def test_by_the_launcher_of_windows(tools: Path, arguments: str) -> None:
    """It runs until its question, because there is no terminal for an answer."""
    stand_in(tools, "py", f'exec {shlex.quote(sys.executable)} "$@"')
    ended = in_shell(f"py install.py {arguments}", tools)
    assert "Engine:" in ended.stdout and "no terminal to ask at" in ended.stderr


@posix
@pytest.mark.parametrize("arguments", commands("sudo apt"))
def test_the_packages_for_debian(tools: Path, tmp_path: Path, arguments: str) -> None:
    if not shutil.which("apt"):
        pytest.skip("this is no Debian")
    stand_in(tools, "sudo", 'exec "$@"')
    simulating = tmp_path / "apt.conf"
    simulating.write_text('APT::Get::Simulate "true";\n', encoding="utf-8")
    ended = in_shell(f"sudo apt {arguments}", tools, APT_CONFIG=str(simulating))
    assert ended.returncode == 0, ended.stderr
    assert "python3-venv" in ended.stdout


@posix
@pytest.mark.parametrize("arguments", commands("pip"))
def test_how_pip_is_set(tools: Path, arguments: str) -> None:
    stand_in(tools, "pip", f'exec {shlex.quote(sys.executable)} -m pip "$@"')
    ended = in_shell(f"pip {arguments}", tools, PIP_INDEX_URL="http://127.0.0.1/mirror")
    assert ended.returncode == 0 and "http://127.0.0.1/mirror" in ended.stdout


@posix
@pytest.mark.parametrize("arguments", commands("uv"))
def test_a_python_by_uv_is_found_then(tools: Path, arguments: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(
        tools,
        "uv",
        f"""case "$1 $2" in
"python install") echo "$3" > {tools}/version ;;
"python find") [ "$(cat {tools}/version)" = 3.12 ] && echo {shlex.quote(sys.executable)} ;;
esac""",
    )
    (tools / "version").write_text("none", encoding="utf-8")
    monkeypatch.setattr(sys, "executable", "/usr/bin/krita")
    monkeypatch.setattr(shutil, "which", lambda name, **_: str(tools / "uv") if name == "uv" else None)
    with pytest.raises(InstallFailed):
        pythons.find_python()
    assert in_shell(f"uv {arguments}", tools).returncode == 0
    assert Path(pythons.find_python()).resolve() == Path(os.readlink("/proc/self/exe"))


@posix
@pytest.mark.parametrize("arguments", commands(".ci/run"))
def test_before_a_change_is_merged(tools: Path, arguments: str) -> None:
    stand_in(tools, "python3", 'echo "CI=$CI $*"')
    assert in_shell(f".ci/run {arguments}", tools).stdout.strip() == "CI=true install.py test"


def _when(line: str) -> int:
    """Return the place of a line in the order: installing, then other commands, then uninstalling."""
    later = {"doctor": 1, "uninstall": 2}
    return max((later.get(word, 0) for word in line.split()), default=0)
