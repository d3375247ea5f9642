"""Installations that are killed, or lose the network, or fill the disk, and the state that they leave."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Callable, Iterator, List, Set

import pytest

from nst_core.bridge import paths
from nst_core.installer import builds, storage
from nst_core.installer.environment import is_current
from tests.installer.child import check, install
from tests.installer.index import Index
from tests.installer.mounts import mounted
from tests.installer.packages import Packages
from tests.installer.test_environment import changed, spec

ROOT = Path(__file__).resolve().parents[2]
KILLS = 50

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and mounts of Linux")


def start(requirements: Path, wheels: str = "") -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.installer.child", str(requirements), wheels],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def kill(child: subprocess.Popen[bytes]) -> None:
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def test_killed_at_random_moments_it_is_never_half_used(packages: Packages, tmp_path: Path) -> None:
    """Of fifty updates, most are killed and some complete.

    The current engine always works, and the next update continues.
    """
    versions = [packages.requirements, changed(packages, tmp_path)]
    chance = random.Random(50)
    engine = paths.engine_folder()
    began = time.monotonic()
    assert start(versions[0], str(packages.wheels)).wait() == 0
    whole = time.monotonic() - began
    completed = kills = 0
    while kills < KILLS:
        child = start(versions[(completed + 1) % 2], str(packages.wheels))
        try:
            child.wait(chance.uniform(0, whole))
            completed += 1
        except subprocess.TimeoutExpired:
            kill(child)
            kills += 1
        storage.restore(engine)
        check(paths.engine_python(engine))
    install(versions[1], str(packages.wheels))
    check(paths.engine_python(engine))
    assert not storage.new(engine).exists() and not storage.old(engine).exists()


def test_killed_downloads_are_continued_not_repeated(index: Index, packages: Packages) -> None:
    """A completely downloaded package is not downloaded again."""
    index.rate = 500_000
    for kills in range(2):
        child = start(packages.requirements)
        eventually(partial(have_arrived, packages, kills + 1), "a package arrives")
        kill(child)
        before, begun = arrived(packages), len(index.requests)
        child = start(packages.requirements)
        eventually(partial(was_asked, index, begun), "it goes on")
        kill(child)
        assert not before & set(index.requests[begun:])
    index.rate = 0
    check(install(packages.requirements))


def arrived(packages: Packages) -> Set[str]:
    """Return the complete wheels in the folder of downloads."""
    wheels = (paths.cache_folder() / "packages").glob("*.whl")
    return {wheel.name for wheel in wheels if wheel.stat().st_size == (packages.wheels / wheel.name).stat().st_size}


def have_arrived(packages: Packages, count: int) -> bool:
    """Return True if this many packages are downloaded."""
    return len(arrived(packages)) >= count


def was_asked(index: Index, before: int) -> bool:
    """Return True if there are more requests than ``before``."""
    return len(index.requests) > before


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_no_pip_outlives_an_installer_that_is_ended_alone(
    index: Index, packages: Packages, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: int
) -> None:
    """Its child processes go on, like on Windows. The next installation removes the temporary files of pip."""
    monkeypatch.setenv("PIP_DEFAULT_TIMEOUT", "60")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    index.fault = "stall"
    child = start(packages.requirements)
    try:
        eventually(lambda: bool(index.requests), "pip fetches")
        assert running(home)
        os.kill(child.pid, how)
        child.wait()
        eventually(lambda: not running(home), "pip has ended")
    finally:
        for pid in running(home):
            os.kill(pid, signal.SIGKILL)
    assert list(tmp_path.iterdir()) == []
    assert (storage.new(paths.engine_folder()) / "tmp").exists() == (how == signal.SIGKILL)
    index.fault = ""
    check(install(packages.requirements))
    assert not (paths.engine_folder() / "tmp").exists()


def eventually(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 55  # shorter than pip would wait for the index
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def running(folder: Path) -> List[int]:
    """Return the processes whose command has a path in ``folder``."""
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # the process has just ended
            if os.fsencode(folder) in command.read_bytes():
                found.append(int(command.parent.name))
    return found


def test_the_network_vanishes_and_comes_back(index: Index, packages: Packages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builds, "offers_torch", lambda index: False)
    index.fault = "truncate"
    child = start(packages.requirements)
    eventually(lambda: bool(index.truncated), "half a file was served")
    index.fault = ""
    child.wait(120)  # some versions of pip download the rest themselves
    check(install(packages.requirements))


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    """A file system with room for the old environment, but not for a new one."""
    with mounted(home / "small disk", "size=80m") as folder:
        yield folder


def test_a_full_disk_leaves_the_engine_as_it_was(
    small_disk: Path, packages: Packages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURAL_STYLE_HOME", str(small_disk))
    engine = paths.engine_folder()
    install(packages.requirements, str(packages.wheels))
    another = changed(packages, tmp_path)
    ballast = small_disk / "ballast"
    outcomes: List[str] = []
    for room in (0, 2_000_000, 8_000_000, 16_000_000):
        _fill(ballast, small_disk, room)
        child = start(another, str(packages.wheels))
        outcomes.append("failed" if child.wait(120) else "done")
        storage.restore(engine)
        check(paths.engine_python(engine))
    assert outcomes[0] == "failed"
    ballast.unlink()
    check(install(another, str(packages.wheels)))
    assert not is_current(engine, spec(packages))


def _fill(ballast: Path, disk: Path, room: int) -> None:
    """Fill the disk until ``room`` bytes are free."""
    ballast.unlink(missing_ok=True)
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(free - room, 1))
