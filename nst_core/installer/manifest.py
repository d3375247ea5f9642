"""The list of all files that the installer placed on this machine. ``uninstall`` removes exactly these.

An entry is written before its file is made. So after a kill, the manifest may name a file that does not exist, but it
never misses a file that exists.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Dict, Iterable, List, Optional

from ..bridge import json_text, paths
from ..bridge.files import replace_text
from .storage import make_private, sum_of


@dataclass
class Manifest:
    """The paths of everything that the installer made or changed, as text.

    ``targets`` are the placed plug-in folders and single files. ``files`` maps each placed file to the SHA-256 of all
    contents that any version placed there. ``replacing`` are the targets that get new contents now. ``folders`` are the
    new folders that contain all this. ``edits`` are the configuration files with our line. ``file`` is the file of the
    manifest itself; None: it is not saved.
    """

    targets: List[str] = field(default_factory=list)
    files: Dict[str, List[str]] = field(default_factory=dict)
    replacing: List[str] = field(default_factory=list)
    folders: List[str] = field(default_factory=list)
    edits: List[str] = field(default_factory=list)
    file: Optional[Path] = None

    def note_targets(self, targets: Iterable[Path]) -> None:
        """Note ``targets``, and the folders that must be made for them, and save the manifest."""
        wanted = [*targets]
        self.note_folders(target.parent for target in wanted)
        self.targets += [str(target) for target in wanted if str(target) not in self.targets]
        self.save()

    def note_folders(self, wanted: Iterable[Path]) -> None:
        """Note the ``wanted`` folders, and their parents, that do not exist yet."""
        for folder in wanted:
            missing = [str(part) for part in (folder, *folder.parents) if not part.exists()]
            self.folders += [path for path in missing if path not in self.folders]

    def note_file(self, path: Path, source: Path) -> None:
        """Note that the contents of ``source`` are placed as ``path``."""
        sums = self.files.setdefault(str(path), [])
        sums += {sum_of(source)} - {*sums}

    def has_placed(self, path: Path, now: Path) -> bool:
        """Return True if the installer placed a file as ``path`` with the contents of the file ``now``."""
        known = self.files.get(str(path), [])
        return bool(known) and not now.is_symlink() and now.is_file() and sum_of(now) in known

    def save(self) -> None:
        """Write the manifest to its file."""
        if self.file:
            make_private(self.file.parent)
            replace_text(self.file, json.dumps({**asdict(self), "file": None}, indent=1))

    def remove_folders(self) -> None:
        """Remove the noted folders that are empty, the deepest first."""
        for folder in sorted(map(Path, self.folders), key=lambda path: len(path.parts), reverse=True):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def load() -> Manifest:
    """Return the manifest of this user. It is empty if nothing was installed."""
    try:
        tree = json_text.parse(manifest_file().read_text(encoding="utf-8"))
        names = {one.name for one in fields(Manifest)} - {"file"}  # Another version may have more names.
        return Manifest(**{name: tree[name] for name in names & tree.keys()}, file=manifest_file())
    except (OSError, ValueError, AttributeError):
        return Manifest(file=manifest_file())


def note_own_folders() -> None:
    """Note the installer's own folders before the first of them is made."""
    if manifest_file().exists():
        return
    made = load()
    made.note_folders([paths.data_folder(), paths.cache_folder(), paths.logs_folder(), paths.settings_folder()])
    made.save()


def manifest_file() -> Path:
    """Return the path of the manifest."""
    return paths.data_folder() / "placed.json"
