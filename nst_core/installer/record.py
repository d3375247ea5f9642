"""What was made on this machine, so that all of it, and nothing else, can be taken away again.

It is written before the things that it names are made: after a kill it may name what does not exist, never the reverse.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Dict, Iterable, List, Optional

from ..bridge import paths
from .storage import make_private, remove, write_atomically


@dataclass
class Record:
    """Paths, as text. ``targets`` are placed files and folders, ``folders`` those that had to be made around them,
    ``engine_homes`` hold an engine of their own for a sandboxed editor. ``edits`` maps a file that was changed to its
    contents before (None: there was none) and after.
    """

    targets: List[str] = field(default_factory=list)
    folders: List[str] = field(default_factory=list)
    engine_homes: List[str] = field(default_factory=list)
    edits: Dict[str, List[Optional[str]]] = field(default_factory=dict)

    def note_folders(self, wanted: Iterable[Path]) -> None:
        """Remember those of the ``wanted`` folders, and of the folders around them, that are not there yet."""
        for folder in wanted:
            missing = [str(part) for part in (folder, *folder.parents) if not part.exists()]
            self.folders += [path for path in missing if path not in self.folders]

    def save(self) -> None:
        """Write the record to the data folder."""
        make_private(record_file().parent)
        write_atomically(record_file(), json.dumps(asdict(self), indent=1))

    def remove_folders(self) -> None:
        """Remove the folders that were made, deepest first, where nobody else put something into them."""
        for folder in sorted(map(Path, self.folders), key=lambda path: len(path.parts), reverse=True):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def load() -> Record:
    """The record of this user; an empty one if nothing was installed."""
    try:
        return Record(**json.loads(record_file().read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Record()


def note_own_folders() -> None:
    """Record our own folders before the first of them is made."""
    if record_file().exists():
        return
    record = Record()
    record.note_folders([paths.data_folder(), paths.cache_folder(), paths.logs_folder(), paths.settings_folder()])
    record.save()


def record_file() -> Path:
    """Where the record lies."""
    return paths.data_folder() / "placed.json"


def forget() -> None:
    """Remove the record."""
    remove(record_file())
