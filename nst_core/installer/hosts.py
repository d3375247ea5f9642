"""Finds every Krita and GIMP 3 of the user, and the folders for their plug-ins.

The editors' manuals and packages describe these folders. The installer finds an editor by its program, or by the folder
that the editor makes at its first start. Krita accepts a plug-in that was placed before its first start. If
GIMP finds its folder for plug-ins at its first start, it does not make its other folders, and does not copy the
settings of an older version. So GIMP is started once before, without a window.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, Iterator, List, Mapping, Optional, Tuple

KRITA, GIMP = "krita", "gimp"
#: The code for workers and ``nst`` is placed beside an engine in the same way as a plug-in in an editor.
ENGINE = "engine"
#: The patterns of programs start from this folder, or from the home folder if they begin with ``~``.
ROOT = Path(Path.home().anchor)
#: The programs of each editor, for each way of installing it.
_PROGRAMS = (
    ("package", KRITA, "usr/bin/krita"),
    ("package", KRITA, "~/Applications/[Kk]rita*.[Aa]pp[Ii]mage"),
    ("package", KRITA, "~/Downloads/[Kk]rita*.[Aa]pp[Ii]mage"),
    ("package", GIMP, "usr/bin/gimp-console-3.*"),
    ("package", GIMP, "~/Applications/GIMP-3.*.AppImage"),
    ("package", GIMP, "~/Downloads/GIMP-3.*.AppImage"),
    ("flatpak", KRITA, "var/lib/flatpak/app/org.kde.krita/current"),
    ("flatpak", KRITA, "~/.local/share/flatpak/app/org.kde.krita/current"),
    ("flatpak", GIMP, "var/lib/flatpak/app/org.gimp.GIMP/current/active/files/bin/gimp-console-3.*"),
    ("flatpak", GIMP, "~/.local/share/flatpak/app/org.gimp.GIMP/current/active/files/bin/gimp-console-3.*"),
    ("snap", KRITA, "snap/krita/current"),
    ("snap", GIMP, "snap/gimp/current/usr/bin/gimp-console-3.*"),
    ("windows", KRITA, "Program Files/Krita (x64)/bin/krita.exe"),
    ("windows", GIMP, "Program Files/GIMP 3/bin/gimp-console-3.*.exe"),
    ("windows", GIMP, "~/AppData/Local/Programs/GIMP 3/bin/gimp-console-3.*.exe"),
    ("macos", KRITA, "Applications/krita.app"),
    ("macos", GIMP, "Applications/GIMP*.app/Contents/MacOS/gimp-console-3.*"),
)
#: The commands that start GIMP in a sandbox, and the command that makes the folders of Krita's Snap.
_SANDBOXED = {
    "flatpak": ("flatpak", "run", "--command=gimp-console-3", "org.gimp.GIMP"),
    "snap": ("snap", "run", "gimp"),
}
_SNAP_OF_KRITA = ("snap", "run", "--shell", "krita", "-c", "true")


@dataclass(frozen=True)
class Host:
    """One editor. ``plugins`` is the folder for its plug-ins; for Krita it is the resource folder.

    ``settings`` is Krita's configuration file. ``sandbox`` is ``flatpak`` or ``snap`` if the editor can't start
    programs of the system. ``engine_home`` is the folder for the engine of such an editor, if it can't use the common
    one. ``first_start`` is a command for an editor that was never started: the editor makes its folders, and ends.
    """

    editor: str
    name: str
    plugins: Path
    settings: Optional[Path] = None
    sandbox: str = ""
    engine_home: Optional[Path] = None
    first_start: Tuple[str, ...] = ()

    def engine(self, common: Path) -> Path:
        """Return the folder of this editor's engine: its own, or ``common``."""
        return self.engine_home / "engine" if self.engine_home else common


@dataclass(frozen=True)
class Machine:
    """The system and the folders of a machine. Tests describe other machines by it."""

    home: Path = field(default_factory=Path.home)
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    system: str = sys.platform
    root: Path = field(default_factory=lambda: ROOT)

    def folder(self, variable: str, default: str) -> Path:
        """Return the absolute folder that an environment variable names, or ``default`` below the home folder."""
        named = Path(self.environment.get(variable, ""))
        return named if named.is_absolute() else self.home / default

    def programs(self, way: str, editor: str) -> List[Path]:
        """Return the executable files of an editor that was installed in this ``way``."""
        patterns = [pattern for one, of, pattern in _PROGRAMS if (one, of) == (way, editor)]
        found = (self.home.glob(it[2:]) if it.startswith("~") else self.root.glob(it) for it in patterns)
        return [path for paths in found for path in sorted(paths) if os.access(path, os.X_OK)]


@dataclass(frozen=True)
class _Layout:
    """The folders of one way of installing: Krita's resources and configuration, and GIMP's folder.

    ``snaps`` is the folder of Snaps. A Snap can run programs only in its own folder, and can't read hidden folders.
    """

    way: str
    label: str
    krita: Path
    kritarc: Path
    gimp: Path
    snaps: Optional[Path] = None

    def hosts(self, machine: Machine) -> Iterator[Host]:
        """Yield the editors that were installed in this way."""

        def host(editor: str, name: str, plugins: Path, settings: Optional[Path], start: Tuple[str, ...] = ()) -> Host:
            sandbox = self.way if self.way in _SANDBOXED else ""
            engine_home = self.snaps and self.snaps / editor / "common" / "neural-style"
            return Host(editor, name + self.label, plugins, settings, sandbox, engine_home, start)

        if self.krita.is_dir() or machine.programs(self.way, KRITA):
            has_no_folder = bool(self.snaps) and not self.krita.is_dir()
            yield host(KRITA, "Krita", self.krita, self.kritarc, _SNAP_OF_KRITA if has_no_folder else ())
        starts: Dict[str, Tuple[str, ...]] = {}
        for program in machine.programs(self.way, GIMP):
            command = _SANDBOXED.get(self.way, (str(program),))
            for version in re.findall(r"3\.\d+", program.name)[:1]:  # other names have no version
                starts[version] = (*command, "--no-interface", "--quit")
        starts.update((folder.name, ()) for folder in self.gimp.glob("3.*") if folder.is_dir())
        for version, start in starts.items():
            yield host(GIMP, f"GIMP {version}", self.gimp / version / "plug-ins", None, start)


def find(machine: Optional[Machine] = None) -> List[Host]:
    """Return the editors of this user, Krita before GIMP. Editors with the same folders are listed once."""
    machine = machine or Machine()
    layouts = {"win32": _windows, "darwin": _macos}.get(machine.system, _linux)(machine)
    by_folder = {host.plugins: host for layout in layouts for host in layout.hosts(machine)}
    return sorted(by_folder.values(), key=lambda host: (host.editor != KRITA, host.name))


def _linux(machine: Machine) -> Iterator[_Layout]:
    config, data = machine.folder("XDG_CONFIG_HOME", ".config"), machine.folder("XDG_DATA_HOME", ".local/share")
    yield _Layout("package", "", data / "krita", config / "kritarc", config / "GIMP")
    krita, gimp = machine.home / ".var/app/org.kde.krita", machine.home / ".var/app/org.gimp.GIMP"
    yield _Layout("flatpak", " (Flatpak)", krita / "data/krita", krita / "config/kritarc", gimp / "config/GIMP")
    snaps = machine.home / "snap"
    krita, gimp = snaps / "krita/current", snaps / "gimp/current"
    resources, settings = krita / ".local/share/krita", krita / ".config/kritarc"
    yield _Layout("snap", " (Snap)", resources, settings, gimp / ".config/GIMP", snaps)


def _windows(machine: Machine) -> Iterator[_Layout]:
    roaming, local = machine.folder("APPDATA", "AppData/Roaming"), machine.folder("LOCALAPPDATA", "AppData/Local")
    yield _Layout("windows", "", roaming / "krita", local / "kritarc", roaming / "GIMP")
    for package in sorted([*local.glob("Packages/*Krita*"), *local.glob("Packages/*GIMP*")]):
        roaming, kritarc = package / "LocalCache/Roaming", package / "LocalCache/Local/kritarc"
        yield _Layout("store", " (Microsoft Store)", roaming / "krita", kritarc, roaming / "GIMP")


def _macos(machine: Machine) -> Iterator[_Layout]:
    library = machine.home / "Library"
    support = library / "Application Support"
    yield _Layout("macos", "", support / "krita", library / "Preferences/kritarc", support / "GIMP")
