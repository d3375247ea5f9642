"""Drives that are not like the system's own: of a network, of another system, with parts of what is usual missing.

Mounted for real are one that runs no programs and one that follows no links. Locks, modes and open files are stood in
for by the errors that such drives answer with, and Windows' shares by its rules for paths.
"""

from __future__ import annotations

import errno
import os
import shlex
import shutil
import stat
import sysconfig
import tempfile
from pathlib import Path, PureWindowsPath
from typing import Any, BinaryIO, Dict, List

import pytest

from nst_core.bridge import paths
from nst_core.installer import (
    builds,
    drives,
    environment,
    hosts,
    placement,
    plugins,
    record,
    removing,
    source,
    storage,
    wheels,
)
from nst_core.installer.environment import Wish, ensure
from nst_core.installer.hosts import GIMP, Host
from nst_core.installer.reporting import Reporter
from nst_core.installer.wheels import Source, Wheel
from nst_core.job.errors import InstallFailed
from tests.installer.child import check, install, make_environment
from tests.installer.index import Index
from tests.installer.mounts import mounted
from tests.installer.packages import Packages
from tests.installer.test_environment import changed

pytestmark = pytest.mark.skipif(os.name == "nt", reason="mounts and modes of POSIX")


@pytest.mark.parametrize(("option", "problem"), [("noexec", "lets no programs run"), ("nosymfollow", "knows no links")])
def test_an_engine_that_could_not_start_there_is_not_fetched(
    home: Path, index: Index, packages: Packages, option: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builds, "_offers_torch", lambda index: False)
    with mounted(home / "drive", f"{option},size=50m") as drive:
        monkeypatch.setenv("NEURAL_STYLE_HOME", str(drive))
        with pytest.raises(InstallFailed, match=problem) as failure:
            install(packages.requirements)
        assert "python3 install.py --prefix DIR" in failure.value.remedy
        assert not storage.new(paths.engine_folder()).exists() and not (drive / "data" / "probe").exists()
    assert index.requests == []


@pytest.mark.parametrize("answer", [errno.ENOSYS, errno.EPERM, errno.EOPNOTSUPP])
def test_a_drive_without_links_is_told(tmp_path: Path, answer: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(link: Path, target: str) -> None:
        raise OSError(answer, os.strerror(answer), str(link))

    monkeypatch.setattr(Path, "symlink_to", refuse)
    with pytest.raises(InstallFailed, match="knows no links"):
        drives.require(tmp_path)
    with pytest.raises(InstallFailed, match="knows no links"):
        ensure(Wish(portable=True, engine=tmp_path / "engine"), check, Reporter(lambda event: None))
    assert [path.name for path in tmp_path.iterdir()] == ["install.lock"], "not even uv is fetched"


def test_a_folder_whose_names_are_too_long_for_windows_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch = Path.touch

    def as_windows(path: Path) -> None:
        if len(str(path)) > 259:
            raise FileNotFoundError(errno.ENOENT, "The system cannot find the path specified", str(path))
        touch(path)

    monkeypatch.setattr(Path, "touch", as_windows)
    drives.require(tmp_path)
    with pytest.raises(InstallFailed, match="Windows allows no names as long") as failure:
        drives.require(tmp_path / ("long " * 20))
    assert "--prefix" in failure.value.remedy


def test_torchs_files_lie_no_deeper_than_what_is_tried() -> None:
    """The deepest one of the engine that runs this."""
    packages = Path(sysconfig.get_path("purelib"))
    depth = max(len(f"engine.new/Lib/site-packages/{name}") for name in names(packages, "torch"))
    assert 100 < depth <= len("/".join(("probe", *drives._DEEPEST)))


def names(packages: Path, package: str) -> List[str]:
    """The files that ``package`` has in ``packages``, with their folders."""
    return [path.relative_to(packages).as_posix() for path in (packages / package).rglob("*")]


def test_what_a_killed_probe_left_is_no_fault_of_the_drive(tmp_path: Path) -> None:
    (tmp_path / "probe").mkdir()
    for name in ("sh", "program"):
        (tmp_path / "probe" / name).symlink_to("/nonexistent")
    drives.require(tmp_path)
    assert not list(tmp_path.iterdir())


def no_locks(monkeypatch: pytest.MonkeyPatch, drive: Path, answer: int) -> None:
    """Let locks fail on ``drive``, and there alone."""
    take, real = storage._take, storage._lock

    def lock(descriptor: int) -> None:
        if Path(os.readlink(f"/proc/self/fd/{descriptor}")).is_relative_to(drive):
            raise OSError(answer, os.strerror(answer))
        real(descriptor)

    def watched(file: BinaryIO) -> bool:
        taken = take(file)
        assert taken != Path(str(file.name)).is_relative_to(drive)
        return taken

    monkeypatch.setattr(storage, "_lock", lock)
    monkeypatch.setattr(storage, "_take", watched)


@pytest.mark.parametrize("answer", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL])
def test_without_locks_there_installers_of_one_machine_still_wait_for_each_other(
    tmp_path: Path, answer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = tmp_path / "drive"
    (tmp_path / "run").mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    no_locks(monkeypatch, drive, answer)
    with storage.exclusive(drive / "lock"):
        with pytest.raises(InstallFailed, match="Another installation"), storage.exclusive(drive / "lock"):
            pass
        with storage.exclusive(drive / "another lock"):
            pass
    with storage.exclusive(drive / "lock"):
        pass


@pytest.mark.parametrize("others", ["write", "own", "link"])
def test_a_substitute_for_a_lock_is_the_users_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, others: str
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    drive, folder = tmp_path / "drive", storage.substitutes()
    no_locks(monkeypatch, drive, errno.ENOLCK)
    with storage.exclusive(drive / "lock"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700 and len(list(folder.iterdir())) == 1
    if others == "write":
        folder.chmod(0o770)
    elif others == "own":
        monkeypatch.setattr(os, "getuid", lambda: 12345)
    else:
        folder.rename(tmp_path / "elsewhere")
        folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InstallFailed, match="Others can write"), storage.exclusive(drive / "lock"):
        pass


def test_nothing_is_left_of_a_substitute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    no_locks(monkeypatch, paths.data_folder(), errno.ENOLCK)
    record.note_own_folders()
    removing.uninstall(False, Reporter(lambda event: None))
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_is_held_is_told_from_one_that_can_not_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows says that access is denied, where others say that they would have to wait."""
    for answer in (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK):

        def refuse(descriptor: int, answer: int = answer) -> None:
            raise OSError(answer, os.strerror(answer))

        monkeypatch.setattr(storage, "_lock", refuse)
        with pytest.raises(InstallFailed, match="Another installation"), storage.exclusive(tmp_path / "lock"):
            pass


def test_plugins_and_nst_on_a_drive_without_modes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything may be run there, and nothing may be changed about that."""
    drive = home / "drive"
    drive.mkdir()

    def refuse(path: object, *_: Any, **__: Any) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted", str(path))

    monkeypatch.setattr(Path, "chmod", refuse)
    monkeypatch.setattr(shutil, "copymode", refuse)
    monkeypatch.setattr(os, "access", lambda path, mode: True)
    gimp = Host(GIMP, "GIMP 3.0", drive / "plug-ins")
    for _ in range(2):
        placement.place({gimp: ["engine"]}, record.load())
    assert plugins.altered(gimp) == []
    engine = drive / "engine"
    for folder in ("bin", "lib/python3.12/site-packages"):
        (engine / folder).mkdir(parents=True)
    for _ in range(2):
        source.refresh(engine)
    assert source.runs_this_code(engine)


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
    """Windows and its shares don't rename what is open. The new engine waits, and is not built again."""
    monkeypatch.setattr(environment, "make_environment", make_environment)
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
    check(ensure(Wish(source=Source(str(packages.wheels), another)), check, Reporter(told.append)))
    texts = [event["text"] for event in told]
    assert "Continuing the installation that was interrupted." in texts and "Installing 0 packages" in texts


def test_names_of_ours_differ_in_more_than_case() -> None:
    """Windows, macOS and some shares take names for equal that differ in case alone."""
    for editor in (hosts.KRITA, hosts.GIMP):
        names = list(plugins._contents(editor))
        assert len({name.lower() for name in names}) == len(names) > 50


@pytest.mark.filterwarnings("ignore:.*nturl2path:DeprecationWarning")
@pytest.mark.parametrize(
    ("url", "file"),
    [
        (
            "file://server/share/my%20wheels/torch-1-py3-none-any.whl",
            r"\\server\share\my wheels\torch-1-py3-none-any.whl",
        ),
        ("file:///Z:/wheels/torch-1-py3-none-any.whl", r"Z:\wheels\torch-1-py3-none-any.whl"),
    ],
)
def test_wheels_on_windows_shares_and_mapped_drives(url: str, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import nturl2path

    monkeypatch.setattr(wheels, "url2pathname", nturl2path.url2pathname)
    monkeypatch.setattr(wheels, "Path", PureWindowsPath)
    assert str(Wheel("torch", url, "").file) == file


def test_a_wheel_on_this_machine_has_no_server(tmp_path: Path) -> None:
    wheel = tmp_path / "my wheels" / "torch-1-py3-none-any.whl"
    assert Wheel("torch", wheel.as_uri(), "").file == wheel


@pytest.mark.parametrize("home", [r"C:\Users\anna", r"H:\\", r"\\\\server\users\anna"])
def test_windows_programs_are_not_sought_on_the_share_of_the_home_folder(home: str) -> None:
    root = hosts.system_root({"SystemDrive": "C:"}, PureWindowsPath(home))
    assert PureWindowsPath(str(root)) == PureWindowsPath("C:/")


def test_elsewhere_the_system_begins_where_the_home_folder_does(home: Path) -> None:
    assert hosts.system_root({}, home) == Path("/")


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
    assert source.command_line(words, windows=True) == line


def test_a_command_to_copy_works_where_it_was_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clone = source.PACKAGE.parent
    monkeypatch.chdir(clone)
    assert source.installer_command("engine") == "python3 install.py engine"
    monkeypatch.chdir(tmp_path)
    assert shlex.split(source.installer_command("engine")) == ["python3", str(clone / "install.py"), "engine"]


def test_what_is_made_is_private_even_where_the_drive_begins_open(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    drives.require(tmp_path / "ours")
    assert stat.S_IMODE((tmp_path / "ours").stat().st_mode) == 0o700
