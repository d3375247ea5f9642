"""Editors in sandboxes and AppImages: the folder of their engine, and the variables that the engine must not get."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, Tuple

import pytest

from nst_core.installer import environment, hosts, installing, manifest, plugins
from nst_core.installer.environment import EngineSpec
from nst_core.installer.hosts import GIMP, KRITA, Host, Machine
from nst_core.installer.processes import clean_environment
from nst_core.installer.reporting import Reporter


@pytest.fixture
def specs(monkeypatch: pytest.MonkeyPatch) -> List[EngineSpec]:
    """Record the specification of every wanted engine, and build nothing."""
    made: List[EngineSpec] = []

    def ensure(spec: EngineSpec, check: object, reporter: Reporter) -> Path:
        made.append(spec)
        return spec.engine / "bin/python"

    monkeypatch.setattr(installing, "ensure", ensure)
    return made


def install(found: List[Host]) -> None:
    installing.install(found, EngineSpec(), None, Reporter(lambda event: None))


def pointer(folder: Path) -> List[str]:
    command: List[str] = json.loads((folder / "neural_style/nst_core/engine.json").read_text(encoding="utf-8"))[
        "command"
    ]
    return command


def test_a_flatpak_shares_an_engine_that_brings_its_python(home: Path, specs: List[EngineSpec]) -> None:
    flatpak = Host(
        GIMP, "GIMP 3.0 (Flatpak)", home / ".var/app/org.gimp.GIMP/config/GIMP/3.0/plug-ins", None, "flatpak"
    )
    package = Host(GIMP, "GIMP 3.0", home / ".config/GIMP/3.0/plug-ins")
    install([flatpak, package])
    assert [(spec.portable, spec.engine) for spec in specs] == [(True, home / ".local/share/neural-style/engine")]
    assert pointer(flatpak.plugins) == pointer(package.plugins)


def test_a_snap_has_an_engine_in_its_own_folder(home: Path, specs: List[EngineSpec]) -> None:
    own = home / "snap/krita/common/neural-style"
    settings = home / "snap/krita/current/.config/kritarc"
    snap = Host(KRITA, "Krita (Snap)", home / "snap/krita/current/.local/share/krita", settings, "snap", own)
    package = Host(GIMP, "GIMP 3.0", home / ".config/GIMP/3.0/plug-ins")
    install([snap, package])
    assert [(spec.portable, spec.engine.parent) for spec in specs] == [
        (True, own),
        (False, home / ".local/share/neural-style"),
    ]
    assert Path(pointer(snap.plugins / "pykrita")[0]).is_relative_to(own), "a snap sees no hidden folder of the home"
    assert str(own / "code") in manifest.load().targets, "it has its own code, and uninstall finds it"


def test_an_engine_on_the_systems_python_will_not_do_for_a_sandbox(home: Path) -> None:
    engine = home / "engine"
    engine.mkdir()
    marker = {
        "packages": environment.requirements_of(EngineSpec().source),
        "version": [],
        "files": {},
        "build": "cpu",
    }
    (engine / "complete.json").write_text(json.dumps({**marker, "asked": "auto", "portable": False}), encoding="utf-8")
    assert environment.is_current(engine, EngineSpec(engine=engine))
    assert not environment.is_current(engine, EngineSpec(engine=engine, portable=True))


# For each way of installing: the variables of the editor and its plug-ins, and the user's folders.
KINDS: Dict[str, Tuple[str, List[str], Dict[str, str]]] = {
    "package": ("linux", [".local/share/krita", ".config/GIMP/3.0"], {"PYTHONSTARTUP": "/x"}),
    "appimage": (
        "linux",
        [".local/share/krita", ".config/GIMP/3.2"],
        {
            "LD_LIBRARY_PATH": "/tmp/.mount_krita/usr/lib",
            "PYTHONHOME": "/tmp/.mount_krita/usr",
            "PYTHONPATH": "/tmp/.mount_krita/usr/lib/krita-python-libs",
            "QT_PLUGIN_PATH": "/tmp/.mount_krita/usr/plugins",
            "APPDIR": "/tmp/.mount_krita",
        },
    ),
    "flatpak": (
        "linux",
        [".var/app/org.kde.krita/data/krita", ".var/app/org.gimp.GIMP/config/GIMP/3.0"],
        {
            "XDG_DATA_HOME": "{home}/.var/app/org.kde.krita/data",
            "XDG_CONFIG_HOME": "{home}/.var/app/org.kde.krita/config",
            "PYTHONPATH": "/app/lib/krita-python-libs",
            "LD_LIBRARY_PATH": "/app/lib",
            "FLATPAK_ID": "org.kde.krita",
        },
    ),
    "snap": (
        "linux",
        ["snap/krita/current/.local/share/krita", "snap/gimp/current/.config/GIMP/3.0"],
        {
            "HOME": "{home}/snap/krita/current",
            "PYTHONHOME": "/snap/krita/1/usr",
            "LD_LIBRARY_PATH": "/snap/krita/1/lib",
            "SNAP": "/snap/krita/1",
            "SNAP_NAME": "krita",
            "SNAP_USER_COMMON": "{home}/snap/krita/common",
        },
    ),
    "windows": (
        "win32",
        ["AppData/Roaming/krita", "AppData/Roaming/GIMP/3.0"],
        {"PYTHONHOME": r"C:\Program Files\Krita (x64)\python", "QT_PLUGIN_PATH": r"C:\Program Files\Krita (x64)"},
    ),
    "store": (
        "win32",
        [
            "AppData/Local/Packages/1Krita_x/LocalCache/Roaming/krita",
            "AppData/Local/Packages/GIMP.1_x/LocalCache/Roaming/GIMP/3.0",
        ],
        {"PYTHONHOME": r"C:\Program Files\WindowsApps\Krita\python"},
    ),
    "macos": (
        "darwin",
        ["Library/Application Support/krita", "Library/Application Support/GIMP/3.0"],
        {
            "PYTHONPATH": "/Applications/krita.app/Contents/Frameworks/Python.framework",
            "DYLD_LIBRARY_PATH": "/Applications/krita.app/Contents/Frameworks",
        },
    ),
}

# Like the plug-in: it reads the engine's command with its own copy of the bridge, and starts it from the editor.
PLUGIN = """
import json, os, sys
from nst_core.bridge import paths, process
os.environ.update(json.loads(sys.argv[1]))
engine = process.ChildProcess(paths.engine_command())
sys.stdout.buffer.write(engine.stdout.read())
"""


@pytest.mark.skipif(os.name == "nt", reason="the engine is stood in for by a shell script")
@pytest.mark.parametrize("kind", KINDS)
def test_a_placed_plugin_starts_its_engine_in_each_editor_s_environment(
    kind: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plug-in is found, placed, and run like in the editor. The engine is a script that prints its environment."""
    system, folders, variables = KINDS[kind]
    for folder in folders:
        (home / folder).mkdir(parents=True)
    found = hosts.find(Machine(home, {}, system))
    assert [host.editor for host in found] == [KRITA, GIMP]
    monkeypatch.setattr(installing, "ensure", reporting_engine)
    install(found)
    told = {name: value.format(home=home) for name, value in variables.items()}
    for host in found:
        child = [sys.executable, "-c", PLUGIN, json.dumps(told)]
        seen = subprocess.check_output(child, cwd=plugins.folder_of(host), text=True)
        assert "the engine runs" in seen
        assert not [name for name in told if name.startswith(("PYTHON", "LD_", "DYLD_", "QT_")) and f"{name}=" in seen]
        if host.sandbox == "snap":
            hidden = [part for part in Path(pointer(folder_around(host))[0]).relative_to(home).parts if part[0] == "."]
            assert not hidden, "a snap can't see it"


def folder_around(host: Host) -> Path:
    return plugins.folder_of(host).parent


def reporting_engine(spec: EngineSpec, *_: object, **__: object) -> Path:
    python = spec.engine / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text("#!/bin/sh\necho the engine runs\nenv\n", encoding="utf-8")
    python.chmod(0o700)
    return python


@pytest.mark.parametrize("kind", KINDS)
def test_variables_of_an_editor_do_not_reach_the_installer(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """*Install engine* runs in the editor's environment, but pip and venv must not run in it."""
    for name, value in {**KINDS[kind][2], "VIRTUAL_ENV": "/elsewhere"}.items():
        monkeypatch.setenv(name, value)
    clean = clean_environment()
    ours = {"PYTHONNOUSERSITE", "PYTHONUTF8"}
    leaked = ("PYTHON", "LD_", "DYLD_", "QT_", "VIRTUAL_ENV")
    assert {name for name in clean if name.startswith(leaked)} == ours
    told = subprocess.run([sys.executable, "-c", "import encodings; print('ok')"], env=clean, capture_output=True)
    assert told.stdout.strip() == b"ok"
