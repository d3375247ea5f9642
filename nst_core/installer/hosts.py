"""Every Krita and GIMP 3 of the user, and the folders in which each looks for plug-ins.

An editor is found by the folder that it makes for the user when it is first started. The folders are those of the
editors' own manuals and packages. An AppImage uses those of a package.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator, List, Mapping, Optional

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

    def engine(self, common: Path) -> Path:
        """The folder of the engine that this editor uses: ``common``, or one of its own."""
        return self.engine_home / "engine" if self.engine_home else common


@dataclass(frozen=True)
class Machine:
    """Where this machine keeps its folders. Tests describe other machines by it."""

    home: Path = field(default_factory=Path.home)
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    system: str = sys.platform

    def folder(self, variable: str, default: str) -> Path:
        """The absolute folder that an environment variable names, or ``default`` below the home folder."""
        named = Path(self.environment.get(variable, ""))
        return named if named.is_absolute() else self.home / default


@dataclass(frozen=True)
class _Layout:
    """One way of installing: Krita's resources and configuration, and GIMP's folder.

    ``snaps`` is the folder of Snaps: one may run programs in its own folder, and sees no hidden folder of the home.
    """

    label: str
    krita: Path
    kritarc: Path
    gimp: Path
    sandbox: str = ""
    snaps: Optional[Path] = None

    def hosts(self) -> Iterator[Host]:
        """The editors that were installed in this way."""

        def host(editor: str, name: str, plugins: Path, settings: Optional[Path] = None) -> Host:
            engine_home = self.snaps and self.snaps / editor / "common" / "neural-style"
            return Host(editor, name + self.label, plugins, settings, self.sandbox, engine_home)

        if self.krita.is_dir():
            yield host(KRITA, "Krita", self.krita, self.kritarc)
        for folder in sorted(path for path in self.gimp.glob("3.*") if path.is_dir()):
            yield host(GIMP, f"GIMP {folder.name}", folder / "plug-ins")


def find(machine: Optional[Machine] = None) -> List[Host]:
    """The editors of this user, Krita before GIMP; the same folders are listed once."""
    machine = machine or Machine()
    layouts = {"win32": _windows, "darwin": _macos}.get(machine.system, _linux)(machine)
    by_folder = {host.plugins: host for layout in layouts for host in layout.hosts()}
    return sorted(by_folder.values(), key=lambda host: (host.editor != KRITA, host.name))


def _linux(machine: Machine) -> Iterator[_Layout]:
    config, data = machine.folder("XDG_CONFIG_HOME", ".config"), machine.folder("XDG_DATA_HOME", ".local/share")
    yield _Layout("", data / "krita", config / "kritarc", config / "GIMP")
    krita, gimp = machine.home / ".var/app/org.kde.krita", machine.home / ".var/app/org.gimp.GIMP"
    yield _Layout(" (Flatpak)", krita / "data/krita", krita / "config/kritarc", gimp / "config/GIMP", "flatpak")
    krita, gimp = machine.home / "snap/krita/current", machine.home / "snap/gimp/current"
    resources, settings = krita / ".local/share/krita", krita / ".config/kritarc"
    yield _Layout(" (Snap)", resources, settings, gimp / ".config/GIMP", "snap", machine.home / "snap")


def _windows(machine: Machine) -> Iterator[_Layout]:
    roaming, local = machine.folder("APPDATA", "AppData/Roaming"), machine.folder("LOCALAPPDATA", "AppData/Local")
    yield _Layout("", roaming / "krita", local / "kritarc", roaming / "GIMP")
    for package in sorted([*local.glob("Packages/*Krita*"), *local.glob("Packages/*GIMP*")]):
        roaming, kritarc = package / "LocalCache/Roaming", package / "LocalCache/Local/kritarc"
        yield _Layout(" (Microsoft Store)", roaming / "krita", kritarc, roaming / "GIMP")


def _macos(machine: Machine) -> Iterator[_Layout]:
    library = machine.home / "Library"
    support = library / "Application Support"
    yield _Layout("", support / "krita", library / "Preferences/kritarc", support / "GIMP")
