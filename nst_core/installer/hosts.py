"""Every Krita and GIMP 3 of the user, and the folders in which each looks for plug-ins.

The folders are those of the editors' own manuals and packages. An editor is found by the folder that it makes for the
user when it is first started, or by its program. Krita takes a plug-in that is there before its first start. GIMP does
not make its other folders then, nor take over the settings of an older version: so it is started first, without a
window.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, Iterator, List, Mapping, Optional, Tuple

KRITA, GIMP = "krita", "gimp"
#: The code that its workers and ``nst`` run is placed beside an engine, like a plug-in.
ENGINE = "engine"
#: The folder that the patterns of programs begin in, unless it is ``~``, the home folder.
ROOT = Path(Path.home().anchor)
#: The programs of each way of installing.
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
#: How GIMP is started in a sandbox; elsewhere by its program. And how the folders of a Snap are made.
_SANDBOXED = {
    "flatpak": ("flatpak", "run", "--command=gimp-console-3", "org.gimp.GIMP"),
    "snap": ("snap", "run", "gimp"),
}
_SNAP_OF_KRITA = ("snap", "run", "--shell", "krita", "-c", "true")


@dataclass(frozen=True)
class Host:
    """One editor: ``plugins`` is the folder that holds its plug-ins, for Krita its resource folder.

    ``settings`` is Krita's configuration file. ``sandbox`` is ``flatpak`` or ``snap`` where the editor can't start
    programs of the system; ``engine_home`` is where such an editor's engine must be, if not at the common place.
    ``first_start`` is the command by which an editor that was never started makes its folders, and ends.
    """

    editor: str
    name: str
    plugins: Path
    settings: Optional[Path] = None
    sandbox: str = ""
    engine_home: Optional[Path] = None
    first_start: Tuple[str, ...] = ()

    def engine(self, common: Path) -> Path:
        """The folder of the engine that this editor uses: ``common``, or one of its own."""
        return self.engine_home / "engine" if self.engine_home else common


@dataclass(frozen=True)
class Machine:
    """Where this machine keeps its folders. Tests describe other machines by it."""

    home: Path = field(default_factory=Path.home)
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    system: str = sys.platform
    root: Path = field(default_factory=lambda: ROOT)

    def folder(self, variable: str, default: str) -> Path:
        """The absolute folder that an environment variable names, or ``default`` below the home folder."""
        named = Path(self.environment.get(variable, ""))
        return named if named.is_absolute() else self.home / default

    def programs(self, way: str, editor: str) -> List[Path]:
        """The programs of an editor that was installed in this way; a file that can't be run is none."""
        patterns = [pattern for one, of, pattern in _PROGRAMS if (one, of) == (way, editor)]
        found = (self.home.glob(it[2:]) if it.startswith("~") else self.root.glob(it) for it in patterns)
        return [path for paths in found for path in sorted(paths) if os.access(path, os.X_OK)]


@dataclass(frozen=True)
class _Layout:
    """One way of installing: Krita's resources and configuration, and GIMP's folder.

    ``snaps`` is the folder of Snaps: one may run programs in its own folder, and sees no hidden folder of the home.
    """

    way: str
    label: str
    krita: Path
    kritarc: Path
    gimp: Path
    snaps: Optional[Path] = None

    def hosts(self, machine: Machine) -> Iterator[Host]:
        """The editors that were installed in this way."""

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
            for version in re.findall(r"3\.\d+", program.name)[:1]:  # a name without one says nothing
                starts[version] = (*command, "--no-interface", "--quit")
        starts.update((folder.name, ()) for folder in self.gimp.glob("3.*") if folder.is_dir())
        for version, start in starts.items():
            yield host(GIMP, f"GIMP {version}", self.gimp / version / "plug-ins", None, start)


def find(machine: Optional[Machine] = None) -> List[Host]:
    """The editors of this user, Krita before GIMP; the same folders are listed once."""
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
