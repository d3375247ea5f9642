"""Editors in the folders and environments of each way of installing them."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Optional

from nst_core.installer.hosts import Host, Machine, find


def machine(home: Path, system: str, folders: list[str], environment: Optional[Dict[str, str]] = None) -> Machine:
    """A machine with ``folders`` below its home folder."""
    for folder in folders:
        (home / folder).mkdir(parents=True, exist_ok=True)
    return Machine(home, environment or {}, system)


def described(hosts: List[Host], home: Path) -> Dict[str, str]:
    return {host.name: host.plugins.relative_to(home).as_posix() for host in hosts}


def test_a_machine_without_editors(home: Path) -> None:
    for system in ("linux", "win32", "darwin"):
        assert find(machine(home, system, [])) == []


def test_linux_packages_and_several_gimps(home: Path) -> None:
    folders = [".local/share/krita", ".config/GIMP/3.0", ".config/GIMP/3.2", ".config/GIMP/2.10"]
    found = find(machine(home, "linux", folders))
    assert described(found, home) == {
        "Krita": ".local/share/krita",
        "GIMP 3.0": ".config/GIMP/3.0/plug-ins",
        "GIMP 3.2": ".config/GIMP/3.2/plug-ins",
    }
    assert found[0].settings == home / ".config/kritarc" and not found[0].sandbox


def test_linux_folders_that_the_environment_names(home: Path) -> None:
    environment = {"XDG_DATA_HOME": str(home / "data"), "XDG_CONFIG_HOME": str(home / "config")}
    found = find(machine(home, "linux", ["data/krita", "config/GIMP/3.0"], environment))
    assert described(found, home) == {"Krita": "data/krita", "GIMP 3.0": "config/GIMP/3.0/plug-ins"}
    assert found[0].settings == home / "config/kritarc"


def test_relative_folders_in_the_environment_are_ignored(home: Path) -> None:
    found = find(machine(home, "linux", [".local/share/krita"], {"XDG_DATA_HOME": "data"}))
    assert described(found, home) == {"Krita": ".local/share/krita"}


def test_flatpak(home: Path) -> None:
    folders = [".var/app/org.kde.krita/data/krita", ".var/app/org.gimp.GIMP/config/GIMP/3.0"]
    krita, gimp = find(machine(home, "linux", folders))
    assert krita.plugins == home / ".var/app/org.kde.krita/data/krita"
    assert krita.settings == home / ".var/app/org.kde.krita/config/kritarc"
    assert gimp.plugins == home / ".var/app/org.gimp.GIMP/config/GIMP/3.0/plug-ins"
    assert krita.sandbox == gimp.sandbox == "flatpak"
    assert krita.engine_home is None, "a Flatpak sees the home folder"


def test_snap(home: Path) -> None:
    folders = ["snap/krita/123/.local/share/krita", "snap/gimp/current/.config/GIMP/3.0"]
    here = machine(home, "linux", folders)
    (home / "snap/krita/current").symlink_to("123")
    krita, gimp = find(here)
    assert krita.plugins == home / "snap/krita/current/.local/share/krita"
    assert krita.settings == home / "snap/krita/current/.config/kritarc"
    assert gimp.plugins == home / "snap/gimp/current/.config/GIMP/3.0/plug-ins"
    assert krita.engine_home == home / "snap/krita/common/neural-style", "a snap can't see hidden folders"
    assert gimp.engine_home == home / "snap/gimp/common/neural-style"


def test_all_of_one_linux_machine_side_by_side(home: Path) -> None:
    folders = [
        ".local/share/krita",
        ".var/app/org.kde.krita/data/krita",
        "snap/krita/current/.local/share/krita",
        ".config/GIMP/3.0",
    ]
    names = [host.name for host in find(machine(home, "linux", folders))]
    assert names == ["Krita", "Krita (Flatpak)", "Krita (Snap)", "GIMP 3.0"]


def test_windows(home: Path) -> None:
    environment = {"APPDATA": str(home / "AppData/Roaming"), "LOCALAPPDATA": str(home / "AppData/Local")}
    store = "AppData/Local/Packages/49800Krita_RWP2ZHCXYEX3C"
    store_gimp = "AppData/Local/Packages/GIMP.43237F745C622_hscswgmrqyzxg/LocalCache/Roaming/GIMP/3.0"
    folders = ["AppData/Roaming/krita", "AppData/Roaming/GIMP/3.0", f"{store}/LocalCache/Roaming/krita", store_gimp]
    found = find(machine(home, "win32", folders, environment))
    assert described(found, home) == {
        "Krita": "AppData/Roaming/krita",
        "Krita (Microsoft Store)": f"{store}/LocalCache/Roaming/krita",
        "GIMP 3.0": "AppData/Roaming/GIMP/3.0/plug-ins",
        "GIMP 3.0 (Microsoft Store)": f"{store_gimp}/plug-ins",
    }
    settings = {host.name: host.settings for host in found}
    assert settings["Krita"] == home / "AppData/Local/kritarc"
    assert settings["Krita (Microsoft Store)"] == home / store / "LocalCache/Local/kritarc"


def test_macos(home: Path) -> None:
    folders = ["Library/Application Support/krita", "Library/Application Support/GIMP/3.0"]
    found = find(machine(home, "darwin", folders))
    assert described(found, home) == {
        "Krita": "Library/Application Support/krita",
        "GIMP 3.0": "Library/Application Support/GIMP/3.0/plug-ins",
    }
    assert found[0].settings == home / "Library/Preferences/kritarc"
