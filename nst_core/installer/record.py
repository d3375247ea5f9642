"""What was made on this machine, so that all of it, and nothing else, can be taken away again.

It is written before the things that it names are made: after a kill it may name what does not exist, never the reverse.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Dict, Iterable, List, Optional

from ..bridge import paths
from .storage import make_private, write_atomically


@dataclass
class Record:
    """Paths, as text. ``targets`` are placed files and folders, ``folders`` those that had to be made around them,
    ``engine_homes`` hold an engine of their own for a sandboxed editor. ``edits`` maps a file that was changed to its
    contents before (None: there was none) and after. ``file`` is where it is kept; None: nowhere.
    """

    targets: List[str] = field(default_factory=list)
    folders: List[str] = field(default_factory=list)
    engine_homes: List[str] = field(default_factory=list)
    edits: Dict[str, List[Optional[str]]] = field(default_factory=dict)
    file: Optional[Path] = None

    def note_folders(self, wanted: Iterable[Path]) -> None:
        """Remember those of the ``wanted`` folders, and of the folders around them, that are not there yet."""
        for folder in wanted:
            missing = [str(part) for part in (folder, *folder.parents) if not part.exists()]
            self.folders += [path for path in missing if path not in self.folders]

    def save(self) -> None:
        """Write the record to its file."""
        if self.file:
            make_private(self.file.parent)
            write_atomically(self.file, json.dumps({**asdict(self), "file": None}, indent=1))

    def remove_folders(self) -> None:
        """Remove the folders that were made, deepest first, where nobody else put something into them."""
        for folder in sorted(map(Path, self.folders), key=lambda path: len(path.parts), reverse=True):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def load() -> Record:
    """The record of this user; an empty one if nothing was installed."""
    try:
        told = json.loads(record_file().read_text(encoding="utf-8"))
        return Record(**{**told, "file": record_file()})
    except (OSError, ValueError, TypeError):
        return Record(file=record_file())


def note_own_folders() -> None:
    """Record our own folders before the first of them is made."""
    if record_file().exists():
        return
    record = load()
    record.note_folders([paths.data_folder(), paths.cache_folder(), paths.logs_folder(), paths.settings_folder()])
    record.save()


def record_file() -> Path:
    """Where the record lies."""
    return paths.data_folder() / "placed.json"
