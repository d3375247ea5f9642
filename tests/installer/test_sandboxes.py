"""Editors in sandboxes: where their engine goes, what is kept from them, and what leaks out of an AppImage."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

from nst_core.installer import environment, installing, record
from nst_core.installer.environment import Wish
from nst_core.installer.hosts import GIMP, KRITA, Host
from nst_core.installer.processes import clean_environment
from nst_core.installer.reporting import Reporter


@pytest.fixture
def wishes(monkeypatch: pytest.MonkeyPatch) -> List[Wish]:
    """Every engine that is wished for; none is built."""
    made: List[Wish] = []

    def ensure(wish: Wish, check: object, reporter: Reporter, thorough: bool, undo: object) -> Path:
        made.append(wish)
        return wish.engine / "bin/python"

    monkeypatch.setattr(installing, "ensure", ensure)
    return made


def install(hosts: List[Host]) -> None:
    installing.install(hosts, Wish(), "", Reporter(lambda event: None))


def pointer(folder: Path) -> List[str]:
    command: List[str] = json.loads((folder / "neural_style/nst_core/engine.json").read_text(encoding="utf-8"))[
        "command"
    ]
    return command


def test_a_flatpak_shares_an_engine_that_brings_its_python(home: Path, wishes: List[Wish]) -> None:
    flatpak = Host(
        GIMP, "GIMP 3.0 (Flatpak)", home / ".var/app/org.gimp.GIMP/config/GIMP/3.0/plug-ins", None, "flatpak"
    )
    package = Host(GIMP, "GIMP 3.0", home / ".config/GIMP/3.0/plug-ins")
    install([flatpak, package])
    assert [(wish.portable, wish.engine) for wish in wishes] == [(True, home / ".local/share/neural-style/engine")]
    assert pointer(flatpak.plugins) == pointer(package.plugins)


def test_a_snap_has_an_engine_in_its_own_folder(home: Path, wishes: List[Wish]) -> None:
    own = home / "snap/krita/common/neural-style"
    settings = home / "snap/krita/current/.config/kritarc"
    snap = Host(KRITA, "Krita (Snap)", home / "snap/krita/current/.local/share/krita", settings, "snap", own)
    package = Host(GIMP, "GIMP 3.0", home / ".config/GIMP/3.0/plug-ins")
    install([snap, package])
    assert [(wish.portable, wish.engine.parent) for wish in wishes] == [
        (True, own),
        (False, home / ".local/share/neural-style"),
    ]
    assert Path(pointer(snap.plugins / "pykrita")[0]).is_relative_to(own), "a snap sees no hidden folder of the home"
    assert record.load().engine_homes == [str(own)]


def test_an_engine_on_the_systems_python_will_not_do_for_a_sandbox(home: Path) -> None:
    engine = home / "engine"
    engine.mkdir()
    marker = {"requirements": environment._requirements(Wish().source), "version": [], "files": {}, "build": "cpu"}
    (engine / "complete.json").write_text(json.dumps({**marker, "asked": "auto", "portable": False}), encoding="utf-8")
    assert environment.is_current(engine, Wish(engine=engine))
    assert not environment.is_current(engine, Wish(engine=engine, portable=True))


LEAKS = {
    "appimage": {
        "LD_LIBRARY_PATH": "/tmp/.mount_krita/usr/lib",
        "PYTHONHOME": "/tmp/.mount_krita/usr",
        "PYTHONPATH": "/tmp/.mount_krita/usr/lib/krita-python-libs",
        "APPDIR": "/tmp/.mount_krita",
    },
    "flatpak": {
        "PYTHONPATH": "/app/lib/krita-python-libs",
        "LD_LIBRARY_PATH": "/app/lib",
        "FLATPAK_ID": "org.kde.krita",
    },
    "snap": {"PYTHONHOME": "/snap/krita/1/usr", "LD_LIBRARY_PATH": "/snap/krita/1/lib", "SNAP": "/snap/krita/1"},
    "terminal": {"VIRTUAL_ENV": "/elsewhere", "PIP_TARGET": "/elsewhere", "PIP_USER": "1", "PYTHONSTARTUP": "/x"},
}


@pytest.mark.parametrize("kind", LEAKS)
def test_what_a_sandbox_sets_does_not_reach_our_programs(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LEAKS[kind].items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    clean = clean_environment()
    assert "PIP_INDEX_URL" in clean, "where the user gets packages from is the user's to say"
    for name in (
        "LD_LIBRARY_PATH",
        "PYTHONHOME",
        "PYTHONPATH",
        "VIRTUAL_ENV",
        "PIP_TARGET",
        "PIP_USER",
        "PYTHONSTARTUP",
    ):
        assert name not in clean
    told = subprocess.run([sys.executable, "-c", "import encodings; print('ok')"], env=clean, capture_output=True)
    assert told.stdout.strip() == b"ok"
