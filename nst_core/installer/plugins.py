"""The files of a placed plug-in: an adapter and a copy of this whole package. So each plug-in is independent.

Because it contains the package and ``install.py``, a plug-in from a zip can install the engine itself. An engine has
only packages of other projects. This package is placed beside it in the same way, for its workers and for ``nst``.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Dict, Iterator, List, Mapping

from ..job.errors import InstallFailed
from .hosts import ENGINE, GIMP, KRITA, Host
from .storage import make_executable

NAME, CODE = "neural_style", "code"
PACKAGE = Path(__file__).resolve().parent.parent
CLONE = PACKAGE.parent
_FOLDERS = {KRITA: f"pykrita/{NAME}", GIMP: NAME, ENGINE: CODE}
_ADAPTERS = {KRITA: "krita_plugin", GIMP: "gimp_plugin"}
#: Files of the adapter that Krita does not read from the plug-in, with their folder in the resource folder.
_KRITA_FILES = {f"{NAME}.desktop": "pykrita", f"{NAME}.action": "actions"}
# engine.json has the engine's command of one placed copy. macOS writes .DS_Store into each folder that a user opens.
_NOT_CODE = ("engine.json", "__pycache__", ".mypy_cache", ".ruff_cache", ".DS_Store")


def targets(editor: str, plugins: Path) -> Dict[Path, Dict[str, Path]]:
    """Return the folders and files to place below an editor's folder ``plugins``, each with the sources of its files.

    The key of a source is its path in the target, or ``.`` if the target is a file. Raises InstallFailed if this is not
    a clone with the adapters.
    """
    package = {path.relative_to(CLONE).as_posix(): path for path in files_of(PACKAGE)}
    folder = plugins / _FOLDERS[editor]
    if editor == ENGINE:
        return {folder: package}
    package["install.py"] = CLONE / "install.py"
    adapter = CLONE / _ADAPTERS[editor]
    if not adapter.is_dir():
        raise InstallFailed(f"There is no {adapter.name} in {CLONE}.", "Run install.py of a clone of the project.")
    own = {path.relative_to(adapter).as_posix(): path for path in files_of(adapter)}
    if editor == GIMP:  # GIMP starts a file. The adapter is beside this file.
        start = f"{NAME}.py"
        return {folder: {start: own.pop(start), **{f"{adapter.name}/{name}": own[name] for name in own}, **package}}
    files = {plugins / place / name: {".": own.pop(name)} for name, place in _KRITA_FILES.items()}
    return {folder: {**own, **package}, **files}


def write(sources: Mapping[str, Path], target: Path) -> None:
    """Copy ``sources``, in the form of :func:`targets`, to the new ``target``."""
    for name, source in sources.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target / name)
        if name == f"{NAME}.py":
            make_executable(target / name, 0o755)


def altered(host: Host) -> List[Path]:
    """Return the placed files of ``host`` that are missing or differ from this clone. Raises like :func:`targets`."""
    placed = targets(host.editor, host.plugins).items()
    wanted = {target / name: source for target, sources in placed for name, source in sources.items()}
    return [path for path, source in wanted.items() if not path.is_file() or path.read_bytes() != source.read_bytes()]


def folder_of(host: Host) -> Path:
    """Return the plug-in's folder in ``host``."""
    return host.plugins / _FOLDERS[host.editor]


def beside(engine: Path) -> Host:
    """Return the place for the code of the environment ``engine``. It is handled like an editor."""
    return Host(ENGINE, "nst", engine.parent)


def is_plugin(folder: Path) -> bool:
    """Return True if ``folder`` has the plug-in, from this installer or from Krita's importer."""
    return not folder.is_symlink() and (folder / "nst_core" / "__init__.py").is_file()


def files_of(folder: Path) -> Iterator[Path]:
    """Yield the files of code below ``folder``, in order."""
    for path in sorted(folder.iterdir()):
        if path.name in _NOT_CODE:
            continue
        if path.is_dir():
            yield from files_of(path)
        elif path.suffix != ".pyc":
            yield path
