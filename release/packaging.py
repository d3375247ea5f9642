"""``install.py package``: builds all files of a release. The same tree gives the same bytes on every machine.

A release has these files: a zip for Krita's importer of plug-ins, a zip for GIMP's folder of plug-ins, a bundle for
each system with everything for ``install.py``, the Python package (``distribution``), a bill of materials
(``materials``), and the SHA-256 of each file. The names of the zips have no version, so that a page can link to the
newest ones.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from pathlib import Path
from typing import Dict, List

from nst_core import __version__
from nst_core.installer import plugins
from nst_core.installer.hosts import GIMP, KRITA
from nst_core.installer.plugins import files_of

from . import distribution, materials

ROOT = Path(__file__).resolve().parents[1]
#: The file that a user starts, for each system.
LAUNCHERS = {"windows": "install.bat", "macos": "install.command", "linux": "install.sh"}
#: The folders and files that a user needs for an installation.
_FOLDERS = ("nst_core", "krita_plugin", "gimp_plugin")
_FILES = ("install.py", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE")
#: The pictures for ``demo``. Only a clone and the source package have them and the developers' commands.
_SAMPLES = ("docs/samples/SOURCES.md", "docs/samples/chelsea.jpg", "docs/samples/great_wave.jpg")
_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest date in a zip
_NAME = "neural-style"


def package(folder: Path) -> List[Path]:
    """Make ``folder``, write all files of the release to it, and return their paths."""
    installed = {name: ROOT / name for name in [*_FILES, *(name for room in _FOLDERS for name in _in_room(room))]}
    source = {**installed, **{name: ROOT / name for name in [*_SAMPLES, *_in_room("release")]}}
    folder.mkdir(parents=True, exist_ok=True)
    files = [plugin(editor, folder) for editor in (KRITA, GIMP)]
    files += [_bundle(system, installed, folder) for system in LAUNCHERS]
    files += distribution.build(source, folder)
    bill = folder / f"{_NAME}.cdx.json"
    bill.write_bytes(materials.bill().encode())
    return [*files, bill, _checksums(folder, [*files, bill])]


def _in_room(room: str) -> List[str]:
    return [path.relative_to(ROOT).as_posix() for path in files_of(ROOT / room)]


def plugin(editor: str, folder: Path) -> Path:
    """Write the plug-in of ``editor`` as a zip to ``folder``, and return its path."""
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch)
        for target, sources in plugins.targets(editor, tree).items():
            plugins.write(sources, tree / target.name)
        files = {path.relative_to(tree).as_posix(): path for path in tree.rglob("*") if path.is_file()}
        return _zip(files, folder / f"{_NAME}-{editor}.zip")


def _bundle(system: str, installed: Dict[str, Path], folder: Path) -> Path:
    launcher = LAUNCHERS[system]
    files = {**installed, launcher: ROOT / "release" / "launchers" / launcher}
    return _zip(
        {f"{_NAME}-{__version__}/{name}": path for name, path in files.items()}, folder / f"{_NAME}-{system}.zip"
    )


def _zip(files: Dict[str, Path], target: Path) -> Path:
    # Folders are also entries, because Krita's importer finds the module by the entry of its folder.
    folders = {f"{parent.as_posix()}/" for name in files for parent in Path(name).parents[:-1]}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted({*files, *folders}):
            _add(archive, name, b"" if name in folders else files[name].read_bytes())
    return target


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add an entry that depends only on its name and contents, not on the umask, the system or the clock."""
    entry = zipfile.ZipInfo(name, _DATE)
    entry.create_system = 3  # Unix; its modes come next
    mode = 0o40755 if name.endswith("/") else 0o100755 if content.startswith(b"#!") else 0o100644
    entry.external_attr = mode << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _checksums(folder: Path, files: List[Path]) -> Path:
    """Write the SHA-256 of each file, in the form that ``sha256sum --check`` reads."""
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    sums = folder / "SHA256SUMS"
    sums.write_bytes("".join(lines).encode())
    return sums
