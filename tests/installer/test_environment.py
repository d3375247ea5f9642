"""The engine's environment: built by the real pip from a local index, damaged, interrupted, updated, repaired."""

from __future__ import annotations

import csv
import errno
import json
import os
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any, Dict, List

import pytest

from nst_core.bridge import paths
from nst_core.installer import builds, environment, inventory, removing, source, storage
from nst_core.installer.environment import EngineSpec, add_tests, ensure, is_current
from nst_core.installer.packages import PackageSource
from nst_core.installer.reporting import Reporter
from nst_core.job.errors import InstallFailed
from tests.installer.child import check, install, make_environment
from tests.installer.index import Index
from tests.installer.packages import Packages


@pytest.fixture(autouse=True)
def no_other_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """pytorch.org does not answer."""
    monkeypatch.setattr(builds, "offers_torch", lambda index: False)


@pytest.fixture(scope="module")
def complete(packages: Packages, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder of ours with a complete environment, to be copied."""
    folder = tmp_path_factory.mktemp("complete")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURAL_STYLE_HOME", str(folder))
        patch.setenv("HOME", str(folder))
        install(packages.requirements, str(packages.wheels))
    return folder


@pytest.fixture(autouse=True)
def quick(complete: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty environments are made in a tenth of the time; the complete one was made as always."""
    monkeypatch.setattr(environment, "make_environment", make_environment)


@pytest.fixture
def installed(complete: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a complete environment of this test's own."""
    copy = home / "ours"
    shutil.copytree(complete, copy, symlinks=True)
    monkeypatch.setenv("NEURAL_STYLE_HOME", str(copy))
    return paths.engine_folder()


def silent() -> Reporter:
    return Reporter(lambda event: None)


def spec(packages: Packages) -> EngineSpec:
    return EngineSpec(source=PackageSource(str(packages.wheels), packages.requirements))


def test_an_index_is_all_that_is_needed(index: Index, packages: Packages) -> None:
    python = install(packages.requirements)
    check(python)
    assert python == paths.engine_python(paths.engine_folder())
    fetched = [name for name in index.requests if not name.startswith("pip-")]
    assert sorted(fetched) == sorted(set(fetched)), "nothing is fetched twice"

    index.requests.clear()
    install(packages.requirements)
    assert index.requests == [], "an installation that is complete asks for nothing"

    add_tests(EngineSpec(source=PackageSource("", packages.requirements)), silent())
    added = {name.split("-")[0] for name in index.requests}
    assert added == {"pytest", "flit_core", "torchvision"}

    (paths.engine_folder() / "complete.json").unlink()
    index.requests.clear()
    install(packages.requirements)
    assert [name for name in index.requests if not name.startswith("pip-")] == [], "a repair downloads nothing"


def test_uninstalling_removes_downloads_and_keeps_a_wheel_of_the_user(index: Index, packages: Packages) -> None:
    install(packages.requirements)
    wheels = paths.cache_folder() / "packages"
    mine = wheels / "mine-1.0-py3-none-any.whl"
    mine.write_bytes(b"mine")
    assert len(list(wheels.glob("*.whl"))) == 6
    assert removing.uninstall(False, silent()) == [wheels]
    assert list(wheels.iterdir()) == [mine] and not paths.data_folder().exists()


def test_a_folder_of_wheels_that_the_user_made_is_not_used(index: Index, packages: Packages) -> None:
    wheels = paths.cache_folder() / "packages"
    shutil.copytree(packages.wheels, wheels)
    before = sorted(wheels.iterdir())
    with pytest.raises(InstallFailed, match="was not made by this installer"):
        install(packages.requirements)
    removing.uninstall(False, silent())
    assert sorted(wheels.iterdir()) == before and index.requests == []


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
    assert is_current(installed, spec(packages), silent())


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
    assert not is_current(installed, spec(packages), silent())


def test_a_repair_needs_no_network(index: Index, packages: Packages) -> None:
    install(packages.requirements)
    index.stop()
    harm_file(paths.engine_folder())
    check(install(packages.requirements))


def test_a_damaged_download_is_fetched_again(index: Index, packages: Packages) -> None:
    install(packages.requirements)
    wheel = next((paths.cache_folder() / "packages").glob("torch-*.whl"))
    wheel.write_bytes(wheel.read_bytes()[:-100] + bytes(100))
    index.requests.clear()
    (paths.engine_folder() / "complete.json").unlink()
    check(install(packages.requirements))
    assert index.requests == [wheel.name]


def test_damage_is_repaired(installed: Path, packages: Packages) -> None:
    harm_file(installed)
    check(install(packages.requirements, str(packages.wheels)))


def test_other_requirements_mean_an_update(installed: Path, packages: Packages, tmp_path: Path) -> None:
    assert not is_current(installed, EngineSpec(source=PackageSource("", changed(packages, tmp_path))), silent())


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

    origin = PackageSource(str(packages.wheels), changed(packages, tmp_path))
    with pytest.raises(InstallFailed, match="does not paint"):
        ensure(EngineSpec(source=origin), fail, silent())
    assert json.loads((installed / "complete.json").read_text(encoding="utf-8")) == before
    check(paths.engine_python(installed))


def test_a_swap_that_was_cut_off_is_undone(installed: Path, packages: Packages) -> None:
    installed.rename(storage.old(installed))
    check(install(packages.requirements, str(packages.wheels)))
    assert not storage.old(installed).exists()


def test_new_code_is_used_at_once(installed: Path, packages: Packages, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = installed.parent / "clone" / "nst_core"
    shutil.copytree(source.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "__init__.py").write_text("__version__ = '9'\n", encoding="utf-8")
    monkeypatch.setattr(source, "PACKAGE", copy)
    monkeypatch.setattr(source.digest, "__defaults__", (copy,))
    python = install(packages.requirements, str(packages.wheels))
    told = subprocess.check_output([str(python), "-I", "-c", "import nst_core; print(nst_core.__version__)"], text=True)
    assert told.strip() == "9"


def test_a_second_installer_at_the_same_time_is_refused(packages: Packages) -> None:
    with storage.exclusive(paths.data_folder() / "install.lock"), pytest.raises(InstallFailed, match="Another"):
        install(packages.requirements, str(packages.wheels))


def progress_of(events: List[Dict[str, Any]], stage: str) -> List[Dict[str, Any]]:
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


def recorded(engine: Path) -> int:
    """Bytes of all installed files, as the packages' own records say."""
    sizes = {}
    for record in engine.glob("lib/python3*/site-packages/*.dist-info/RECORD"):
        for name, _, size in csv.reader(record.read_text(encoding="utf-8").splitlines()):
            sizes[name] = int(size or 0) if not name.endswith(".pyc") else 0
    return sum(sizes.values())


def test_progress_is_reported_by_package_and_by_the_files_of_the_real_work(
    index: Index, packages: Packages, installed: Path
) -> None:
    events: List[Dict[str, Any]] = []
    reporter = Reporter(events.append, show_every=0, beat=0.01)
    ensure(spec(packages), check, reporter, thorough=True)
    files = len(json.loads((installed / "complete.json").read_text(encoding="utf-8"))["files"])
    assert_goes_on_to_its_end(progress_of(events, "Looking for the installed files"), files)
    assert_goes_on_to_its_end(progress_of(events, "Verifying the installed files"), recorded(installed))

    harm_file(installed)
    entries = len(storage.entries(installed))
    events.clear()
    index.rate = 1_000_000
    ensure(EngineSpec(source=PackageSource("", packages.requirements)), check, reporter)
    for stage in ("Downloading 4 packages", "Installing 4 packages"):
        found = progress_of(events, stage)
        assert_goes_on_to_its_end(found, 4)
        assert {event["unit"] for event in found} == {"packages"} and {event["seconds_left"] for event in found} == {
            None
        }
    # A busy machine may see an installation only at its beginning and its end; each download is a run of its own.
    assert len({event["done"] for event in progress_of(events, "Downloading 4 packages")}) > 2, "it moves by package"
    assert any(event["text"].startswith("torch (") for event in progress_of(events, "Downloading 4 packages"))
    removed = progress_of(events, "Removing the engine before this one")
    assert_goes_on_to_its_end(removed, entries - 2)  # all but complete.json and the mark
    assert {event["unit"] for event in removed} == {"files"}
    for stage in ("Making an environment", "Checking the engine"):
        alive = [event["seconds"] for event in events if event["text"].startswith(stage) and "seconds" in event]
        assert alive, f"nothing shows that it goes on: {stage}"


def test_an_old_engine_that_is_still_in_use_does_not_spoil_the_update(
    installed: Path, packages: Packages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On NFS, a file that is open gets another name when it is removed."""
    unlink = Path.unlink

    def keep(path: Path) -> None:
        if "engine.old" in path.parts and path.parent.name == "torch":
            path.rename(path.with_name(".nfs0001"))
        else:
            unlink(path)

    events: List[Dict[str, Any]] = []
    another = EngineSpec(source=PackageSource(str(packages.wheels), changed(packages, tmp_path)))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", keep)
        for _ in range(2):
            check(ensure(another, check, Reporter(events.append)))
    assert any("the next installation tries again" in event["text"] for event in events)
    assert any("Directory not empty" in event["text"] for event in events), "the reason is reported"
    check(ensure(another, check, silent()))
    assert not storage.old(installed).exists(), "the next run removes it"


@pytest.mark.parametrize("count", [1, 20, 200])
def test_an_engine_whose_removal_was_cut_off_is_not_continued(installed: Path, packages: Packages, count: int) -> None:
    staging = storage.new(installed)
    installed.rename(staging)
    left = iter(range(count))
    with pytest.raises(StopIteration):
        removing.discard(staging, Reporter(lambda event: print(next(left)), show_every=0), "Removing")
    assert staging.exists()
    check(ensure(spec(packages), check, silent()))
    assert inventory.altered(installed, silent()) == []


def test_a_file_that_its_disk_can_not_read_is_damaged(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blob = next(installed.glob("**/torch/blob"))
    real = Path.open

    def open_file(path: Path, *arguments: Any, **options: Any) -> Any:
        if path == blob:
            raise OSError(errno.EIO, "Input/output error", str(path))
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", open_file)
    assert inventory.altered(installed, silent()) == [blob]


LONG = "/".join(letter * 48 for letter in "abcd")


@pytest.mark.parametrize("odd", ['sp ace/it\'s "quoted"/$(touch x); & *', "Größe/画/\u0301é", LONG, "link"])
def test_odd_folders(packages: Packages, home: Path, odd: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if odd == "link":
        (tmp_path / "real").mkdir()
        (home / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    monkeypatch.setenv("NEURAL_STYLE_HOME", str(home / odd))
    python = install(packages.requirements, str(packages.wheels))
    assert python.is_relative_to(home / odd)
    check(python)
    assert is_current(paths.engine_folder(), spec(packages), silent())
    assert inventory.altered(paths.engine_folder(), silent()) == []


@pytest.mark.parametrize("fault", ["stall", "truncate", "corrupt", "vanish", "gone"])
def test_an_update_without_its_downloads(
    installed: Path, index: Index, packages: Packages, tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine in use stays as it was, and the next run completes the update."""
    monkeypatch.setenv("PIP_DEFAULT_TIMEOUT", "1")
    another = changed(packages, tmp_path)
    index.fault, index.rate = fault, 300_000 if fault == "gone" else 0
    if fault == "gone":
        threading.Timer(1, index.stop).start()
    with pytest.raises(InstallFailed):
        install(another)
    check(paths.engine_python(installed))
    assert is_current(installed, spec(packages), silent())
    with Index(packages.wheels) as back:
        monkeypatch.setenv("PIP_INDEX_URL", f"{back.url}/simple")
        check(install(another))
    assert not is_current(installed, spec(packages), silent())
