"""The plug-ins as they are placed: an adapter, and beside it all of this package, so that each stands alone.

With the whole package and ``install.py`` inside, a plug-in that came as a zip can install the engine by itself. An
engine holds packages of others only: this package is placed beside it in the same way, for its workers and for ``nst``.
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
#: Files of the adapter that Krita looks for elsewhere than in the plug-in: the folder below its resource folder.
_KRITA_FILES = {f"{NAME}.desktop": "pykrita", f"{NAME}.action": "actions"}
# engine.json is the pointer of one placed copy; macOS leaves .DS_Store in each folder that is looked at.
_NOT_CODE = ("engine.json", "__pycache__", ".mypy_cache", ".ruff_cache", ".DS_Store")


def targets(editor: str, plugins: Path) -> Dict[Path, Dict[str, Path]]:
    """The folders and files to be placed below the folder ``plugins`` of an editor, each with the sources of its files.

    A source is found by the path in its target, which is ``.`` for a target that is a file itself. Raises InstallFailed
    where this is not a clone with the adapters.
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
    if editor == GIMP:  # It starts a file, which has the adapter beside it.
        start = f"{NAME}.py"
        return {folder: {start: own.pop(start), **{f"{adapter.name}/{name}": own[name] for name in own}, **package}}
    files = {plugins / place / name: {".": own.pop(name)} for name, place in _KRITA_FILES.items()}
    return {folder: {**own, **package}, **files}


def write(sources: Mapping[str, Path], target: Path) -> None:
    """Copy ``sources``, as :func:`targets` names them, to the new ``target``."""
    for name, source in sources.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target / name)
        if name == f"{NAME}.py":
            make_executable(target / name, 0o755)


def altered(host: Host) -> List[Path]:
    """The placed files of ``host`` that are missing, or other than in this clone. Raises like :func:`targets`."""
    placed = targets(host.editor, host.plugins).items()
    wanted = {target / name: source for target, sources in placed for name, source in sources.items()}
    return [path for path, source in wanted.items() if not path.is_file() or path.read_bytes() != source.read_bytes()]


def folder_of(host: Host) -> Path:
    """The plug-in's folder in ``host``."""
    return host.plugins / _FOLDERS[host.editor]


def beside(engine: Path) -> Host:
    """The place for the code that the environment ``engine`` runs, as one of those that plug-ins are placed in."""
    return Host(ENGINE, "nst", engine.parent)


def is_plugin(folder: Path) -> bool:
    """Whether ``folder`` holds the plug-in, as this installer places it and Krita's importer does."""
    return not folder.is_symlink() and (folder / "nst_core" / "__init__.py").is_file()


def files_of(folder: Path) -> Iterator[Path]:
    """The files of code below ``folder``, in order."""
    for path in sorted(folder.iterdir()):
        if path.name in _NOT_CODE:
            continue
        if path.is_dir():
            yield from files_of(path)
        elif path.suffix != ".pyc":
            yield path
