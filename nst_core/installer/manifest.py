"""The list of all files that the installer placed on this machine: ``uninstall`` removes exactly these.

An entry is written before the thing that it names is made: after a kill the manifest may name something that does not
exist, but everything that exists is named.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Dict, Iterable, List, Optional, Tuple

from ..bridge import json_text, paths
from ..bridge.files import replace_text
from .storage import make_private


@dataclass
class Manifest:
    """Paths, as text.

    ``targets`` are the placed plug-in folders and single files; ``files`` maps each placed file to the SHA-256 of the
    contents that were placed there. ``staging`` maps a target to the names of its successor and its predecessor while
    it is replaced. ``folders`` are those that had to be made around all of it. ``engine_homes`` hold an engine of their
    own for a sandboxed editor. ``edits`` maps an edited file to its contents before (None: there was none) and after.
    ``declined`` are the plug-in folders of editors that the user chose not to install for. ``file`` is where the
    manifest is kept; None: nowhere.
    """

    targets: List[str] = field(default_factory=list)
    files: Dict[str, List[str]] = field(default_factory=dict)
    staging: Dict[str, Tuple[str, str]] = field(default_factory=dict)
    folders: List[str] = field(default_factory=list)
    engine_homes: List[str] = field(default_factory=list)
    edits: Dict[str, List[Optional[str]]] = field(default_factory=dict)
    declined: List[str] = field(default_factory=list)
    file: Optional[Path] = None

    def note_folders(self, wanted: Iterable[Path]) -> None:
        """Remember those of the ``wanted`` folders, and of their parents, that are not there yet."""
        for folder in wanted:
            missing = [str(part) for part in (folder, *folder.parents) if not part.exists()]
            self.folders += [path for path in missing if path not in self.folders]

    def decline(self, declined: Iterable[Path], chosen: Iterable[Path]) -> None:
        """Remember the plug-in folders that the user ``declined``, but not those that have or now get a plug-in."""
        unwanted = {*self.declined, *map(str, declined)} - {*self.targets, *map(str, chosen)}
        self.declined = sorted(unwanted)

    def note_file(self, path: Path, content: bytes) -> None:
        """Remember that ``content`` is placed as ``path``."""
        sums = self.files.setdefault(str(path), [])
        sums[:] = [*(found for found in sums if found != digest(content)), digest(content)]

    def keep_latest(self, targets: Iterable[Path]) -> None:
        """Forget the earlier contents of the files in ``targets``, and the files that are no longer placed."""
        for name in list(self.files):
            path = Path(name)
            if any(target in (path, *path.parents) for target in targets):
                self.files[name] = self.files[name][-1:]
                if not path.exists():
                    del self.files[name]
        self.save()

    def has_placed(self, path: Path) -> bool:
        """Whether the installer placed the file ``path``, and its contents are still the same."""
        known = self.files.get(str(path), [])
        return bool(known) and not path.is_symlink() and path.is_file() and digest(path.read_bytes()) in known

    def save(self) -> None:
        """Write the manifest to its file."""
        if self.file:
            make_private(self.file.parent)
            replace_text(self.file, json.dumps({**asdict(self), "file": None}, indent=1))

    def remove_folders(self) -> None:
        """Remove the folders that were made, deepest first, if they are empty."""
        for folder in sorted(map(Path, self.folders), key=lambda path: len(path.parts), reverse=True):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def digest(content: bytes) -> str:
    """The SHA-256 of ``content``, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def load() -> Manifest:
    """The manifest of this user; an empty one if nothing was installed."""
    try:
        tree = json_text.parse(manifest_file().read_text(encoding="utf-8"))
        return Manifest(**{**tree, "file": manifest_file()})
    except (OSError, ValueError, TypeError):
        return Manifest(file=manifest_file())


def note_own_folders() -> None:
    """Record the installer's own folders before the first of them is made."""
    if manifest_file().exists():
        return
    made = load()
    made.note_folders([paths.data_folder(), paths.cache_folder(), paths.logs_folder(), paths.settings_folder()])
    made.save()


def manifest_file() -> Path:
    """Where the manifest lies."""
    return paths.data_folder() / "placed.json"
