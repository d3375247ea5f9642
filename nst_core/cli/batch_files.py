"""Two files that a batch writes beside its pictures: the table of outcomes, and the notes about painted pictures."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Dict, Iterable, List

from nst_core.bridge import file_errors, files
from nst_core.job.errors import InvalidJob, UnwritableOutput

from .describe import other_settings

#: The name of the file with the notes, in the output folder.
_NOTES = ".nst-batch.json"


#: The possible outcomes for a picture. ``kept``: an earlier run painted it.
STATES = ("painted", "kept", "failed")


@dataclass
class TableRow:
    """A row of the table: the outcome for one picture. ``state`` is one of :data:`STATES`."""

    content: str
    styles: str
    output: str
    state: str = ""
    seconds: float = 0.0
    problem: str = ""
    remedy: str = ""


_COLUMNS = [column.name for column in fields(TableRow)]


class Table:
    """The table in the file ``path``, as CSV or JSON."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._is_csv = path.suffix.lower() == ".csv"

    def check(self) -> None:
        """Raise :class:`UnwritableOutput` if the path has a file that is not the table of a batch."""
        if self.path.exists() and not self._is_ours():
            problem = f"{self.path} exists already and is not a table of nst."
            raise UnwritableOutput(problem, "Choose another file with --table.")

    def write(self, rows: List[TableRow]) -> None:
        """Write the table with these ``rows``. Raises :class:`UnwritableOutput`."""
        lines = [asdict(row) for row in rows]
        if not self._is_csv:
            _write(self.path, json.dumps(lines, indent=1))
            return
        text = io.StringIO()
        writer = csv.DictWriter(text, _COLUMNS)
        writer.writeheader()
        writer.writerows(lines)
        _write(self.path, text.getvalue())

    def _is_ours(self) -> bool:
        try:
            if self._is_csv:
                with self.path.open(encoding="utf-8", newline="") as file:
                    return next(csv.reader(file), []) == _COLUMNS
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError, csv.Error):
            return False
        return isinstance(found, list) and bool(found) and all(isinstance(r, dict) and [*r] == _COLUMNS for r in found)


class Notes:
    """The notes in ``folder``: the names of the pictures that a batch painted there, and their settings."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._path = folder, folder / _NOTES
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            found = {}
        self._painted: Dict[str, Any] = found if isinstance(found, dict) else {}

    def has(self, name: str) -> bool:
        """Return True if a batch painted the picture ``name``."""
        return name in self._painted

    def is_same(self, name: str, description: Dict[str, Any]) -> bool:
        """Return True if a batch painted the picture ``name`` as described."""
        return bool(self._painted.get(name) == description)

    def check(self, name: str, description: Dict[str, Any]) -> None:
        """Raise :class:`InvalidJob` if the picture ``name`` was painted with other settings."""
        before = self._painted.get(name)
        difference = other_settings(before, description) if before else ""
        if difference:
            raise InvalidJob(
                f"{self._folder / name} was painted with {difference}.",
                "Choose another output, or add --restart to paint it again.",
            )

    def outdate(self, names: Iterable[str]) -> None:
        """Note that the pictures ``names`` must be painted again. Names that no batch painted are ignored."""
        self._painted.update({name: {} for name in names if name in self._painted})
        self._write()

    def add(self, name: str, description: Dict[str, Any]) -> None:
        """Note that a batch painted the picture ``name`` as described."""
        self._painted[name] = description
        self._write()

    def _write(self) -> None:
        _write(self._path, json.dumps(self._painted, indent=1))


def _write(path: Path, text: str) -> None:
    try:
        files.replace_text(path, text)
    except OSError as error:
        remedy = file_errors.remedy(error, "Choose another place.")
        raise UnwritableOutput(f"{path} can't be written ({file_errors.reason(error)}).", remedy) from error
