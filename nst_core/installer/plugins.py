"""The plug-ins as they are placed: an adapter, and beside it all of this package, so that each stands alone.

With the whole package and ``install.py`` inside, a plug-in that came as a zip can install the engine by itself.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Dict, List, Optional, Sequence

from ..job.errors import InstallFailed
from .hosts import GIMP, KRITA, Host
from .source import PACKAGE, copy, files_of
from .storage import make_executable

NAME = "neural_style"
CLONE = PACKAGE.parent
_ADAPTERS = {KRITA: "krita_plugin", GIMP: "gimp_plugin"}
#: Files of the adapter that Krita looks for elsewhere than in the plug-in: the folder below its resource folder.
_KRITA_FILES = {f"{NAME}.desktop": "pykrita", f"{NAME}.action": "actions"}


def write(editor: str, folder: Path, command: Optional[Sequence[str]] = None) -> None:
    """Write the plug-in for ``editor`` to the new folder ``folder``; ``command`` starts its engine (None: found).

    Raises InstallFailed where this is not a clone with the adapters.
    """
    for name, source in _contents(editor).items():
        copy(source, folder / name)
    if command:
        (folder / "nst_core" / "engine.json").write_text(json.dumps({"command": list(command)}), encoding="utf-8")
    if editor == GIMP:
        make_executable(folder / f"{NAME}.py", 0o755)


def write_file(editor: str, name: str, target: Path) -> None:
    """Write a file that lies outside of the plug-in's folder, as ``targets`` names them. Raises like :func:`write`."""
    copy(_adapter(editor) / name, target)


def altered(host: Host) -> List[Path]:
    """The placed files of ``host`` that are missing, or other than in this clone. Raises like :func:`write`."""
    folder = folder_of(host)
    wanted = {folder / name: source for name, source in _contents(host.editor).items()}
    for target, name in targets(host.editor, host.plugins).items():
        if name:
            wanted[target] = _adapter(host.editor) / name
    return [path for path, source in wanted.items() if not path.is_file() or path.read_bytes() != source.read_bytes()]


def targets(editor: str, plugins: Path) -> Dict[Path, str]:
    """The targets below the folder ``plugins`` of an editor: the plug-in's folder (""), then single files by name."""
    if editor == GIMP:
        return {plugins / NAME: ""}
    files = {plugins / place / name: name for name, place in _KRITA_FILES.items()}
    return {plugins / "pykrita" / NAME: "", **files}


def folder_of(host: Host) -> Path:
    """The plug-in's folder in ``host``."""
    return next(iter(targets(host.editor, host.plugins)))


def is_plugin(folder: Path) -> bool:
    """Whether ``folder`` holds the plug-in, as this installer places it and Krita's importer does."""
    return not folder.is_symlink() and (folder / "nst_core" / "__init__.py").is_file()


def _contents(editor: str) -> Dict[str, Path]:
    """Where each file of the plug-in's folder is copied from, by its path in the folder."""
    adapter = _adapter(editor)
    own = {
        _place(editor, path.relative_to(adapter)): path for path in files_of(adapter) if path.name not in _KRITA_FILES
    }
    package = {path.relative_to(CLONE).as_posix(): path for path in files_of(PACKAGE)}
    return {**own, **package, "install.py": CLONE / "install.py"}


def _place(editor: str, file: Path) -> str:
    """Where ``file`` of the adapter lies in the plug-in: GIMP starts a file, which has the adapter beside it."""
    is_within_package = editor == GIMP and file.name != f"{NAME}.py"
    return (Path(_ADAPTERS[GIMP], file) if is_within_package else file).as_posix()


def _adapter(editor: str) -> Path:
    adapter = CLONE / _ADAPTERS[editor]
    if not adapter.is_dir():
        raise InstallFailed(f"There is no {adapter.name} in {CLONE}.", "Run install.py of a clone of the project.")
    return adapter
