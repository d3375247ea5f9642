"""Drives that differ from the system's own: of a network, of another system, without links, modes or locks.

Two real drives are mounted: one runs no programs, one follows no links. For locks, modes and open files, the tests
raise the errors of such drives. For Windows' shares, they use its rules for paths.
"""

from __future__ import annotations

import errno
import os
import shlex
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Any, Dict, List

import pytest

from nst_core.bridge import paths
from nst_core.installer import (
    environment,
    hosts,
    manifest,
    placement,
    plugins,
    processes,
    pythons,
    storage,
)
from nst_core.installer.environment import EngineSpec, ensure
from nst_core.installer.hosts import GIMP, Host
from nst_core.installer.packages import PackageSource
from nst_core.installer.reporting import Reporter
from nst_core.job.errors import InstallFailed
from tests.installer.child import check, install, make_environment
from tests.installer.index import Index
from tests.installer.mounts import mounted
from tests.installer.packages import Packages
from tests.installer.test_environment import changed

pytestmark = pytest.mark.skipif(os.name == "nt", reason="mounts and modes of POSIX")


def test_an_engine_that_could_not_start_there_is_not_fetched(
    home: Path, index: Index, packages: Packages, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mounted(home / "drive", "noexec,size=50m") as drive:
        monkeypatch.setenv("NEURAL_STYLE_HOME", str(drive))
        with pytest.raises(InstallFailed, match="runs no programs") as failure:
            install(packages.requirements)
        assert "python3 install.py --prefix DIR" in failure.value.remedy
        assert not storage.new(paths.engine_folder()).exists()
    assert index.requests == []


def test_a_drive_without_links_is_reported_before_anything_is_fetched(
    home: Path, index: Index, packages: Packages, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mounted(home / "drive", "nosymfollow,size=50m") as drive:
        monkeypatch.setenv("NEURAL_STYLE_HOME", str(drive))
        with pytest.raises(InstallFailed, match="Making the environment failed"):
            install(packages.requirements)
    assert index.requests == []


@pytest.mark.parametrize("answer", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL])
def test_a_drive_without_locks_can_be_installed_on(
    tmp_path: Path, answer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(answer, os.strerror(answer))

    monkeypatch.setattr(storage, "lock", refuse)
    shared = tmp_path / "shared"
    shared.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(shared))
    with storage.exclusive(tmp_path / "lock"):
        assert list(shared.iterdir()) == [], "nothing lies where another user could change it"


def test_a_held_lock_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows reports that access is denied. Other systems report that they would have to wait."""
    for answer in (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK):

        def refuse(descriptor: int, answer: int = answer) -> None:
            raise OSError(answer, os.strerror(answer))

        monkeypatch.setattr(storage, "lock", refuse)
        with pytest.raises(InstallFailed, match="Another installation"), storage.exclusive(tmp_path / "lock"):
            pass


def test_plugins_and_nst_on_a_drive_without_modes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On this drive, every file is executable, and modes can't change."""
    drive = home / "drive"
    drive.mkdir()

    def refuse(path: object, *_: Any, **__: Any) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted", str(path))

    monkeypatch.setattr(Path, "chmod", refuse)
    monkeypatch.setattr(shutil, "copymode", refuse)
    monkeypatch.setattr(os, "access", lambda path, mode: True)
    gimp = Host(GIMP, "GIMP 3.0", drive / "plug-ins")
    for _ in range(2):
        placement.place({gimp: ["engine"]}, manifest.load())
    assert plugins.altered(gimp) == []
    engine = drive / "engine"
    for folder in ("bin", "lib/python3.12/site-packages"):
        (engine / folder).mkdir(parents=True)
    environment.connect(engine)


def test_a_program_that_can_not_be_run_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, mode: int) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted", str(path))

    monkeypatch.setattr(Path, "chmod", refuse)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(PermissionError):
        storage.make_executable(tmp_path)


def test_an_engine_whose_files_are_open_stays_until_they_are_not(
    home: Path, packages: Packages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows and its shares do not rename open files. The new engine waits, and is not built again."""
    monkeypatch.setattr(pythons, "make_environment", make_environment)
    engine = paths.engine_folder()
    install(packages.requirements, str(packages.wheels))
    replace = Path.replace

    def refuse(path: Path, target: Path) -> Path:
        if path == engine:
            raise PermissionError(errno.EACCES, "The process cannot access the file", str(path))
        return replace(path, target)

    another = changed(packages, tmp_path)
    with monkeypatch.context() as patch, pytest.raises(PermissionError):
        patch.setattr(Path, "replace", refuse)
        install(another, str(packages.wheels))
    check(paths.engine_python(engine))
    told: List[Dict[str, Any]] = []
    check(ensure(EngineSpec(source=PackageSource(str(packages.wheels), another)), check, Reporter(told.append)))
    texts = [event["text"] for event in told]
    assert not [text for text in texts if text.startswith(("Making", "Installing"))], "it is complete already"
    assert not storage.new(engine).exists() and not storage.old(engine).exists()


def test_names_of_ours_differ_in_more_than_case(tmp_path: Path) -> None:
    """On Windows, macOS and some shares, names that differ only in case are equal."""
    for editor in (hosts.KRITA, hosts.GIMP):
        for target, sources in plugins.targets(editor, tmp_path / editor).items():
            plugins.write(sources, target)
        names = [path.relative_to(tmp_path).as_posix() for path in (tmp_path / editor).rglob("*")]
        assert len({name.lower() for name in names}) == len(names) > 50


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["py", "install.py", "--prefix", r"Z:\größe"], r"py install.py --prefix Z:\größe"),
        (["py", "--prefix", r"\\server\neural style"], r"py --prefix '\\server\neural style'"),
        (["py", r"C:\R&D $x %y% ^`(z)\install.py"], r"py 'C:\R&D $x %y% ^`(z)\install.py'"),
        (["py", r"C:\Anna's\install.py"], r"py 'C:\Anna''s\install.py'"),
        (["py", "C:\\Anna\u2019s\\install.py"], "py 'C:\\Anna\u2019\u2019s\\install.py'"),
        (["py", "@x", "a,b", "#c", "~"], "py '@x' 'a,b' '#c' '~'"),
        ([r"C:\Anna Lee\nst.cmd", "stylize"], r"& 'C:\Anna Lee\nst.cmd' stylize"),
        ([r"C:\Anna\nst.cmd", "stylize"], r"C:\Anna\nst.cmd stylize"),
    ],
)
def test_a_command_to_copy_into_powershell(words: List[str], line: str) -> None:
    assert processes.command_line(words, windows=True) == line


def test_a_command_to_copy_works_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clone = plugins.CLONE
    monkeypatch.chdir(clone)
    assert processes.installer_command("engine") == "python3 install.py engine"
    monkeypatch.chdir(tmp_path)
    assert shlex.split(processes.installer_command("engine")) == ["python3", str(clone / "install.py"), "engine"]


def test_new_folders_are_private_even_on_an_open_drive(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    storage.make_private(tmp_path / "ours")
    assert stat.S_IMODE((tmp_path / "ours").stat().st_mode) == 0o700
