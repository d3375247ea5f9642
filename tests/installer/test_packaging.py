"""The zips: taken by Krita's own importer, unpacked for GIMP, each able to install the engine by itself."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from nst_core.installer import packaging

IMPORTER = Path("/usr/share/krita/pykrita/plugin_importer/plugin_importer.py")


@pytest.fixture(scope="module")
def zips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return packaging.package(tmp_path_factory.mktemp("dist"))


def test_both_hold_folders_and_all_files(zips: list[Path]) -> None:
    for path in zips:
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            names = archive.namelist()
        folders = {f"{Path(name).parent.as_posix()}/" for name in names} - {"./"}
        assert folders <= set(names), "each folder has an entry of its own"
        for name in ("install.py", "nst_core/bridge/client.py", "nst_core/engine/stylize.py"):
            assert f"neural_style/{name}" in names
        assert not [name for name in names if "__pycache__" in name or name.endswith("engine.json")]


def test_the_same_tree_gives_the_same_zip(zips: list[Path], tmp_path: Path) -> None:
    again = packaging.package(tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in zips]


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
