"""Every Krita and GIMP 3 of the user, and the folders in which each looks for plug-ins.

An editor is found by the folder that it keeps for the user, or by its program where it was never started. Folders as
the editors' own manuals and packages set them:

========================  ==========================================  =======================================
installed as              Krita's resources; kritarc                  GIMP's folder, for each 3.x
========================  ==========================================  =======================================
package, AppImage         $XDG_DATA_HOME/krita; $XDG_CONFIG_HOME      $XDG_CONFIG_HOME/GIMP/3.x
Flatpak                   ~/.var/app/org.kde.krita/data/krita;        ~/.var/app/org.gimp.GIMP/config/GIMP/3.x
                          .../config
Snap                      ~/snap/krita/current/.local/share/krita;    ~/snap/gimp/current/.config/GIMP/3.x
                          .../.config
Windows                   %APPDATA%/krita; %LOCALAPPDATA%             %APPDATA%/GIMP/3.x
Microsoft Store           %LOCALAPPDATA%/Packages/*Krita*/LocalCache  %LOCALAPPDATA%/Packages/*GIMP*/LocalCache
                          /Roaming/krita; .../Local                   /Roaming/GIMP/3.x
macOS                     ~/Library/Application Support/krita;        ~/Library/Application Support/GIMP/3.x
                          ~/Library/Preferences
========================  ==========================================  =======================================
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Callable, Iterable, Iterator, List, Mapping, Optional, Set

KRITA, GIMP = "krita", "gimp"


@dataclass(frozen=True)
class Host:
    """One editor: ``plugins`` is the folder that holds its plug-ins, for Krita its resource folder.

    ``settings`` is Krita's configuration file. ``sandbox`` is ``flatpak`` or ``snap`` where the editor can't start
    programs of the system; ``engine_home`` is where such an editor's engine must be, if not at the common place.
    """

    editor: str
    name: str
    plugins: Path
    settings: Optional[Path] = None
    sandbox: str = ""
    engine_home: Optional[Path] = None


@dataclass(frozen=True)
class Machine:
    """Where this machine keeps its folders and programs. Tests describe other machines by it."""

    home: Path = field(default_factory=Path.home)
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    system: str = sys.platform
    root: Path = field(default_factory=lambda: system_root(os.environ, Path.home()))
    program: Callable[[str], Optional[str]] = shutil.which

    def folder(self, variable: str, default: str) -> Path:
        """The absolute folder that an environment variable names, or ``default`` below the home folder."""
        named = Path(self.environment.get(variable, ""))
        return named if named.is_absolute() else self.home / default


def system_root(environment: Mapping[str, str], home: PurePath) -> Path:
    """Where the system's own folders begin. A Windows user's home folder may lie on another drive, or on a server."""
    drive = environment.get("SystemDrive", "")
    return Path(f"{drive}\\" if drive else home.anchor)


def find(machine: Optional[Machine] = None) -> List[Host]:
    """The editors of this user, Krita before GIMP; the same folders are listed once."""
    machine = machine or Machine()
    if machine.system == "win32":
        found = _windows(machine)
    elif machine.system == "darwin":
        found = _macos(machine)
    else:
        found = _linux(machine)
    by_folder = {host.plugins: host for host in found}
    return sorted(by_folder.values(), key=lambda host: (host.editor != KRITA, host.name))


def _linux(machine: Machine) -> Iterator[Host]:
    home, config = machine.home, machine.folder("XDG_CONFIG_HOME", ".config")
    krita = machine.folder("XDG_DATA_HOME", ".local/share") / "krita"
    if krita.is_dir() or machine.program("krita") or _app_images(machine, "krita"):
        yield Host(KRITA, "Krita", krita, config / "kritarc")
    yield from _gimps(config / "GIMP", "GIMP", versions=_unstarted_gimps(machine))
    yield from _flatpaks(machine)
    yield from _snaps(home)


def _flatpaks(machine: Machine) -> Iterator[Host]:
    home = machine.home
    krita = home / ".var/app/org.kde.krita"
    stores = (machine.root / "var/lib/flatpak/app", machine.folder("XDG_DATA_HOME", ".local/share") / "flatpak/app")
    if krita.is_dir() or any((store / krita.name).is_dir() for store in stores):
        yield Host(KRITA, "Krita (Flatpak)", krita / "data/krita", krita / "config/kritarc", "flatpak")
    gimp = home / ".var/app/org.gimp.GIMP"
    versions = _versions(store / gimp.name / "current/active/files" for store in stores)
    yield from _gimps(gimp / "config/GIMP", "GIMP (Flatpak)", sandbox="flatpak", versions=versions)


def _snaps(home: Path) -> Iterator[Host]:
    # A snap may run programs in its own folder, and sees no hidden folder of the home folder.
    krita, gimp = home / "snap/krita", home / "snap/gimp"
    if (krita / "current").is_dir():
        current = krita / "current"
        resources = current / ".local/share/krita"
        yield Host(
            KRITA, "Krita (Snap)", resources, current / ".config/kritarc", "snap", krita / "common" / "neural-style"
        )
    yield from _gimps(gimp / "current/.config/GIMP", "GIMP (Snap)", "snap", gimp / "common" / "neural-style")


def _windows(machine: Machine) -> Iterator[Host]:
    roaming = machine.folder("APPDATA", "AppData/Roaming")
    local = machine.folder("LOCALAPPDATA", "AppData/Local")
    installed = machine.root / "Program Files/Krita (x64)"
    if (roaming / "krita").is_dir() or installed.is_dir():
        yield Host(KRITA, "Krita", roaming / "krita", local / "kritarc")
    programs = [machine.root / "Program Files/GIMP 3", local / "Programs/GIMP 3"]
    yield from _gimps(roaming / "GIMP", "GIMP", versions=_versions(programs))
    for package in sorted(local.glob("Packages/*Krita*")):
        cache = package / "LocalCache"
        yield Host(KRITA, "Krita (Microsoft Store)", cache / "Roaming/krita", cache / "Local/kritarc")
    for package in sorted(local.glob("Packages/*GIMP*")):
        yield from _gimps(package / "LocalCache/Roaming/GIMP", "GIMP (Microsoft Store)")


def _macos(machine: Machine) -> Iterator[Host]:
    library = machine.home / "Library"
    support = library / "Application Support"
    apps = [machine.root / "Applications", machine.home / "Applications"]
    if (support / "krita").is_dir() or any((folder / "krita.app").is_dir() for folder in apps):
        yield Host(KRITA, "Krita", support / "krita", library / "Preferences/kritarc")
    resources = [app / "Contents/Resources" for folder in apps for app in folder.glob("GIMP*.app")]
    yield from _gimps(support / "GIMP", "GIMP", versions=_versions(resources))


def _gimps(
    folder: Path, name: str, sandbox: str = "", engine_home: Optional[Path] = None, versions: Iterable[str] = ()
) -> Iterator[Host]:
    started = [path.name for path in folder.glob("3.*") if path.is_dir()]
    for version in sorted({*started, *versions}):
        label = name.replace("GIMP", f"GIMP {version}")
        yield Host(GIMP, label, folder / version / "plug-ins", None, sandbox, engine_home)


def _versions(installed: Iterable[Path]) -> Set[str]:
    """Versions (3.x) of the GIMPs whose programs lie in the folders ``installed``, by their own library folders."""
    return {path.name for folder in installed for path in folder.glob("lib/gimp/3.*")}


def _unstarted_gimps(machine: Machine) -> Set[str]:
    """Versions (3.x) of GIMP that are installed, whether or not they made their folder yet."""
    programs = {version for version in ("3.0", "3.2", "3.4") if machine.program(f"gimp-{version}")}
    images = [re.search(r"-(3\.\d+)", image.name) for image in _app_images(machine, "gimp")]
    return programs | {match[1] for match in images if match}


def _app_images(machine: Machine, editor: str) -> List[Path]:
    places = [machine.home, *(machine.home / name for name in ("Applications", "Downloads", "Desktop", "bin"))]
    images = [path for place in places for path in place.glob("*") if path.suffix.lower() == ".appimage"]
    return [image for image in images if editor in image.name.lower()]
