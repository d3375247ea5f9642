"""For each way of installing an editor: its folders and its environment."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Optional

import pytest

from nst_core.installer.hosts import Host, Machine, find


def machine(home: Path, system: str, folders: list[str], environment: Optional[Dict[str, str]] = None) -> Machine:
    """Return a machine with ``folders`` below its home folder, and without programs."""
    for folder in folders:
        (home / folder).mkdir(parents=True, exist_ok=True)
    return Machine(home, environment or {}, system, home / "no programs")


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


#: For each system and way of installing: the programs, and for each editor the folder of plug-ins and the first start.
#: A path that begins with ~ is in the home folder.
NEVER_STARTED = {
    "linux package": (
        ["usr/bin/krita", "usr/bin/gimp-console-3.0", "usr/bin/gimp-console-3", "usr/bin/gimp-console-2.10"],
        {
            "Krita": (".local/share/krita", ""),
            "GIMP 3.0": (".config/GIMP/3.0/plug-ins", "{root}/usr/bin/gimp-console-3.0 --no-interface --quit"),
        },
    ),
    "linux appimage": (
        ["~/Downloads/krita-5.2.9-x86_64.appimage", "~/Applications/GIMP-3.2.0-x86_64.AppImage"],
        {
            "Krita": (".local/share/krita", ""),
            "GIMP 3.2": (
                ".config/GIMP/3.2/plug-ins",
                "{home}/Applications/GIMP-3.2.0-x86_64.AppImage --no-interface --quit",
            ),
        },
    ),
    "linux flatpak": (
        [
            "~/.local/share/flatpak/app/org.kde.krita/current/active/metadata",
            "var/lib/flatpak/app/org.gimp.GIMP/current/active/files/bin/gimp-console-3.2",
        ],
        {
            "Krita (Flatpak)": (".var/app/org.kde.krita/data/krita", ""),
            "GIMP 3.2 (Flatpak)": (
                ".var/app/org.gimp.GIMP/config/GIMP/3.2/plug-ins",
                "flatpak run --command=gimp-console-3 org.gimp.GIMP --no-interface --quit",
            ),
        },
    ),
    "linux snap": (
        ["snap/krita/current/meta/snap.yaml", "snap/gimp/current/usr/bin/gimp-console-3.0"],
        {
            "Krita (Snap)": ("snap/krita/current/.local/share/krita", "snap run --shell krita -c true"),
            "GIMP 3.0 (Snap)": (
                "snap/gimp/current/.config/GIMP/3.0/plug-ins",
                "snap run gimp --no-interface --quit",
            ),
        },
    ),
    "win32 installer": (
        ["Program Files/Krita (x64)/bin/krita.exe", "Program Files/GIMP 3/bin/gimp-console-3.0.exe"],
        {
            "Krita": ("AppData/Roaming/krita", ""),
            "GIMP 3.0": (
                "AppData/Roaming/GIMP/3.0/plug-ins",
                "{root}/Program Files/GIMP 3/bin/gimp-console-3.0.exe --no-interface --quit",
            ),
        },
    ),
    "darwin apps": (
        ["Applications/krita.app/Contents/Info.plist", "Applications/GIMP.app/Contents/MacOS/gimp-console-3.0"],
        {
            "Krita": ("Library/Application Support/krita", ""),
            "GIMP 3.0": (
                "Library/Application Support/GIMP/3.0/plug-ins",
                "{root}/Applications/GIMP.app/Contents/MacOS/gimp-console-3.0 --no-interface --quit",
            ),
        },
    ),
}


@pytest.mark.parametrize("kind", NEVER_STARTED)
def test_editors_that_were_never_started_are_found_by_their_programs(home: Path, tmp_path: Path, kind: str) -> None:
    programs, expected = NEVER_STARTED[kind]
    for name in programs:
        program = home / name[2:] if name.startswith("~") else tmp_path / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.touch(0o755)
    here = Machine(home, {}, kind.split()[0], tmp_path)
    places = {host.name: (host.plugins.relative_to(home).as_posix(), " ".join(host.first_start)) for host in find(here)}
    assert places == {
        name: (folder, start.format(home=home, root=tmp_path)) for name, (folder, start) in expected.items()
    }
    for folder, _ in expected.values():
        (home / folder).mkdir(parents=True)
    assert {host.name: host.first_start for host in find(here)} == dict.fromkeys(expected, ()), "started since"


def test_a_gimp_that_was_updated_and_not_started_since_is_found_beside_the_old_one(home: Path, tmp_path: Path) -> None:
    (home / ".config/GIMP/3.0").mkdir(parents=True)
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/gimp-console-3.2").touch(0o755)
    found = find(Machine(home, {}, "linux", tmp_path))
    assert [(host.name, bool(host.first_start)) for host in found] == [("GIMP 3.0", False), ("GIMP 3.2", True)]


def test_a_file_that_is_not_executable_is_ignored(home: Path) -> None:
    """An AppImage may be downloaded but not started yet."""
    (home / "Downloads").mkdir()
    image = home / "Downloads/GIMP-3.2.0-x86_64.AppImage"
    image.touch(0o644)
    here = Machine(home, {}, "linux", home / "no programs")
    assert find(here) == []
    image.chmod(0o755)
    (home / "Downloads/GIMP-3.x86_64.AppImage").touch(0o755)
    assert [host.name for host in find(here)] == ["GIMP 3.2"]
