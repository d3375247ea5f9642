"""The files of a release: Krita's importer and pip install them, they unpack, and a second build has the same bytes."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from nst_core import __version__
from release import packaging

ROOT = Path(__file__).resolve().parents[2]
IMPORTER = Path("/usr/share/krita/pykrita/plugin_importer/plugin_importer.py")
FOLDER = f"neural-style-{__version__}"
#: The files in each bundle that a user's commands need.
BUNDLED = ("install.py", "nst_core/engine/stylize.py", "krita_plugin/docker.py", "gimp_plugin/plug_in.py", "LICENSE")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a release from this clone, and return its folder."""
    pytest.importorskip("flit_core")
    folder = tmp_path_factory.mktemp("dist")
    packaging.package(folder)
    return folder


@pytest.fixture(scope="module")
def zips(release: Path) -> list[Path]:
    return [release / f"neural-style-{editor}.zip" for editor in ("krita", "gimp")]


def test_a_release_is_complete(release: Path) -> None:
    zips = {f"neural-style-{name}.zip" for name in ("krita", "gimp", "windows", "macos", "linux")}
    package = {f"neural_style_layers-{__version__}{end}" for end in (".tar.gz", "-py3-none-any.whl")}
    assert {path.name for path in release.iterdir()} == zips | package | {"neural-style.cdx.json", "SHA256SUMS"}


def test_each_file_has_its_checksum(release: Path) -> None:
    lines = (release / "SHA256SUMS").read_text("utf-8").splitlines()
    sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in release.iterdir()}
    del sums["SHA256SUMS"]
    assert {name: digest for digest, name in (line.split("  ") for line in lines)} == sums


def test_plugins_hold_folders_and_all_files(zips: list[Path]) -> None:
    for path in zips:
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            names = archive.namelist()
        folders = {f"{Path(name).parent.as_posix()}/" for name in names} - {"./"}
        assert folders <= set(names), "each folder has an entry of its own"
        for name in ("install.py", "nst_core/bridge/client.py", "nst_core/engine/stylize.py"):
            assert f"neural_style/{name}" in names
        assert not [name for name in names if "__pycache__" in name or name.endswith("engine.json")]


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX, and a folder that Windows would not unpack")
def test_another_user_elsewhere_builds_the_same_bytes(release: Path, tmp_path: Path) -> None:
    """The second build uses the source package, which also proves that it is complete. Modes and times differ."""
    with tarfile.open(next(release.glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path / "Ada's release")
    (clone,) = (tmp_path / "Ada's release").iterdir()
    for path in sorted(clone.rglob("*"), reverse=True):
        path.chmod(0o700 if path.is_dir() else 0o640)
        os.utime(path, (1_700_000_000, 1_700_000_000))
    again = tmp_path / "again"
    variables = {**os.environ, "TZ": "Asia/Kathmandu", "SOURCE_DATE_EPOCH": "1700000000"}
    script = "import os, runpy; os.umask(0o077); runpy.run_module('release', run_name='__main__')"
    subprocess.run([sys.executable, "-c", script, "package", str(again)], cwd=clone, env=variables, check=True)
    built = {path.name: path.read_bytes() for path in again.iterdir()}
    assert built == {path.name: path.read_bytes() for path in release.iterdir()}


@pytest.mark.parametrize("system", packaging.LAUNCHERS)
def test_a_bundle_holds_a_launcher_and_all_that_it_needs(release: Path, system: str) -> None:
    with zipfile.ZipFile(release / f"neural-style-{system}.zip") as archive:
        names = archive.namelist()
        launcher = archive.read(f"{FOLDER}/{packaging.LAUNCHERS[system]}")
    assert {f"{FOLDER}/{name}" for name in BUNDLED} <= set(names)
    assert {Path(name).parts[0] for name in names} == {FOLDER}, "it unpacks into one folder"
    assert (b"\r\n" in launcher) == (system == "windows")


@pytest.mark.skipif(os.name == "nt", reason="scripts of POSIX")
@pytest.mark.parametrize("system", ["linux", "macos"])
def test_a_launcher_starts_the_installer_from_anywhere(release: Path, system: str, tmp_path: Path, home: Path) -> None:
    unzip = shutil.which("unzip")
    if unzip is None:
        pytest.skip("this machine has no unzip, which keeps modes")
    subprocess.run([unzip, "-q", str(release / f"neural-style-{system}.zip")], cwd=tmp_path, check=True)
    launcher = tmp_path / FOLDER / packaging.LAUNCHERS[system]
    ended = subprocess.run([str(launcher), "--dry-run"], cwd="/", input="", capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "Engine:" in ended.stdout and "--dry-run" in ended.stdout


@pytest.mark.skipif(os.name == "nt", reason="scripts of POSIX")
@pytest.mark.parametrize("launcher", ["install.sh", "install.command"])
def test_without_python_a_launcher_names_the_remedy(launcher: str, tmp_path: Path) -> None:
    script = ROOT / "release" / "launchers" / launcher
    (tmp_path / "dirname").symlink_to(shutil.which("dirname") or "")
    ended = subprocess.run(
        ["/bin/sh", str(script)], env={"PATH": str(tmp_path)}, input="", capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1 and "needs Python" in ended.stdout


@pytest.mark.skipif(os.name != "nt", reason="a script of Windows")
def test_the_launcher_of_windows_starts_the_installer(release: Path, tmp_path: Path, home: Path) -> None:
    with zipfile.ZipFile(release / "neural-style-windows.zip") as archive:
        archive.extractall(tmp_path)
    ended = subprocess.run(
        [str(tmp_path / FOLDER / "install.bat"), "--dry-run"], input="\n", capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0 and "Engine:" in ended.stdout


def test_the_wheel_holds_everything_that_the_package_has(release: Path) -> None:
    with zipfile.ZipFile(next(release.glob("*.whl"))) as archive:
        names = set(archive.namelist())
    files = [path for path in (ROOT / "nst_core").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert {path.relative_to(ROOT).as_posix() for path in files} - {"nst_core/engine.json"} <= names
    assert any(name.endswith("paintings/great_wave.jpg") for name in names)


@pytest.mark.parametrize("end", ["*.whl", "*.tar.gz"])
def test_pip_gives_the_command_nst(release: Path, tmp_path: Path, end: str) -> None:
    """The package is installed into a new environment.

    Only its requirements come from the environment of these tests.
    """
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    programs = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    site = next((tmp_path / "venv").rglob("site-packages"))
    shared = [path for path in map(Path, sys.path) if path.name == "site-packages"]
    (site / "shared.pth").write_text("".join(f"{path}\n" for path in shared), encoding="utf-8")
    install = ["install", "--no-deps", "--no-index", "--no-build-isolation", str(next(release.glob(end)))]
    subprocess.run([str(programs / "python"), "-m", "pip", *install], check=True, capture_output=True)
    told = subprocess.check_output([str(programs / "nst"), "--version"], cwd=tmp_path, text=True)
    assert told == f"nst {__version__}\n"
    script = "from nst_core.studio.bundled import PAINTINGS; print(PAINTINGS[0].path)"
    found = Path(subprocess.check_output([str(programs / "python"), "-c", script], cwd=tmp_path, text=True).strip())
    assert found.is_relative_to(site) and found.is_file()


def test_the_bill_names_every_pinned_package_of_the_engine(release: Path) -> None:
    bill = json.loads((release / "neural-style.cdx.json").read_text("utf-8"))
    lists = set((ROOT / "nst_core/installer/requirements").glob("*.txt"))
    pinned = re.findall(r"^([\w-]+)==([^ ]+)", "\n".join(path.read_text("utf-8") for path in lists), re.MULTILINE)
    assert sorted((component["name"], component["version"]) for component in bill["components"]) == sorted(pinned)
    assert len({component["bom-ref"] for component in bill["components"]}) == len(pinned) > 40
    assert bill["metadata"]["component"]["version"] == __version__
    triton = next(component for component in bill["components"] if component["name"] == "triton")
    assert "sys_platform == 'linux'" in triton["properties"][0]["value"]


def test_kritas_own_importer_takes_it(zips: list[Path], tmp_path: Path) -> None:
    importer = _importer()
    plugin = importer.PluginImporter(str(zips[0]), str(tmp_path), lambda info: True)
    assert [found["name"] for found in plugin.import_all()] == ["neural_style"]
    for name in ("pykrita/neural_style.desktop", "pykrita/neural_style/__init__.py", "actions/neural_style.action"):
        assert (tmp_path / name).is_file()


def _importer() -> ModuleType:
    if not IMPORTER.exists():
        reason = "Krita's plug-in importer is not on this machine."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    spec = importlib.util.spec_from_file_location("plugin_importer", IMPORTER)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("which", [0, 1], ids=["krita", "gimp"])
def test_unpacked_it_can_install_the_engine(zips: list[Path], tmp_path: Path, which: int) -> None:
    with zipfile.ZipFile(zips[which]) as archive:
        archive.extractall(tmp_path)
    script = "from nst_core.bridge import installation; import json; print(json.dumps(installation.install_command()))"
    told = subprocess.check_output([sys.executable, "-c", script], cwd=tmp_path / "neural_style", text=True)
    *_, installer, command, option, value = json.loads(told)
    assert Path(installer).samefile(tmp_path / "neural_style/install.py")
    assert [command, option, value] == ["engine", "--progress", "json"]
    help_text = subprocess.run([sys.executable, installer, "engine", "--help"], capture_output=True, check=True)
    assert b"--progress" in help_text.stdout


@pytest.mark.skipif(os.name == "nt", reason="a mode of POSIX")
def test_gimps_entry_is_executable(zips: list[Path]) -> None:
    with zipfile.ZipFile(zips[1]) as archive:
        mode = archive.getinfo("neural_style/neural_style.py").external_attr >> 16
    assert mode & 0o111 == 0o111
