"""Stores the progress of a film on the disk, so that it continues after a crash with the same pictures.

Each file is replaced in one step. Each part of the film has a file with the number of finished steps and the trace of
the last one. ``first-N.npz`` has the painting of a frame that is painted again, or that another part starts from. All
pictures are removed when the film is complete.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Optional, Sequence, Set

import numpy as np

from nst_core.bridge import file_errors, files
from nst_core.job.errors import UnreadableImage, UnwritableOutput

from .arrays import Array
from .follow import Trace

#: The name in the notes for the files of painted frames. All other names are settings of the film.
_FILES = "files"


@dataclass(frozen=True)
class FirstPainting:
    """The first painting of a frame (H, W, 4; bytes), and the first frame of its shot in a small size."""

    result: Array
    opening: Array


class Journal:
    """The notes of one film in ``folder``. Methods raise :class:`UnwritableOutput` if writing fails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._description = folder / "film.json"

    @property
    def description(self) -> Optional[Dict[str, Any]]:
        """The settings in the notes. None if there are no notes or they can't be read."""
        return {name: value for name, value in self._noted.items() if name != _FILES} or None

    @property
    def files(self) -> Set[str]:
        """The names of the painted frames of this film and of earlier films in the same folder."""
        return set(self._noted.get(_FILES, ()))

    @property
    def _noted(self) -> Dict[str, Any]:
        try:
            found = json.loads(self._description.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def begin(self, description: Dict[str, Any], frames: Sequence[Path] = ()) -> None:
        """Note a new film with these ``frames``. Remove the notes and the frames of the film before it."""
        names = {_FILES: sorted(self.files.union(path.name for path in frames))}
        try:
            self._folder.mkdir(exist_ok=True)
            self._note(names)  # first, because the rest may be interrupted
            self._remove_pictures()
            for path in frames:
                path.unlink(missing_ok=True)
            self._note({**description, **names})
        except OSError as error:
            raise self._refused(error) from error

    def save(self, part: str, done: int, trace: Trace) -> None:
        """Note that ``done`` steps of ``part`` are finished, and the ``trace`` of the last one."""
        self._write(f"{part}.npz", done=done, **vars(trace))

    def load(self, part: str) -> tuple[int, Optional[Trace]]:
        """Return the number of finished steps of ``part``, and the trace of the last one."""
        found = self._read(f"{part}.npz")
        if found is None:
            return 0, None
        done = int(found.pop("done"))
        return done, Trace(**found)

    def keep(self, frame: int, first: FirstPainting) -> None:
        """Store the first painting of ``frame``."""
        self._write(f"first-{frame}.npz", **vars(first))

    def first(self, frame: int) -> FirstPainting:
        """Return the stored painting of ``frame``. Raises :class:`UnreadableImage` if someone removed it."""
        found = self._read(f"first-{frame}.npz")
        if found is None:
            raise UnreadableImage(f"The notes of the film in {self._folder} are incomplete.", "Add --restart.")
        return FirstPainting(**found)

    def forget(self, frame: int) -> None:
        """Remove the first painting of ``frame``, because its last painting is finished."""
        (self._folder / f"first-{frame}.npz").unlink(missing_ok=True)

    def finish(self) -> None:
        """Note that the film is complete, and remove all pictures."""
        self._note({**self._noted, "complete": True})
        self._remove_pictures()

    def _note(self, notes: Dict[str, Any]) -> None:
        files.replace_text(self._description, json.dumps(notes, indent=1))

    def _remove_pictures(self) -> None:
        for path in self._folder.glob("*.npz"):
            path.unlink()
        for path in self._folder.glob(f"*{files.PART}"):  # a killed process left this file
            path.unlink()

    def _write(self, name: str, **content: Any) -> None:
        try:
            with files.replacing(self._folder / name, private=True) as file:
                np.savez(file, **content)
        except OSError as error:
            raise self._refused(error) from error

    def _read(self, name: str) -> Optional[Dict[str, Array]]:
        try:
            with np.load(self._folder / name, allow_pickle=False) as found:
                return dict(found)
        except FileNotFoundError:
            return None
        except (OSError, EOFError, ValueError, zipfile.BadZipFile) as error:
            raise UnreadableImage(f"The notes of the film in {self._folder} are damaged.", "Add --restart.") from error

    def _refused(self, error: OSError) -> UnwritableOutput:
        problem = f"The notes of the film in {self._folder} can't be written ({file_errors.reason(error)})."
        return UnwritableOutput(problem, file_errors.remedy(error, "Choose another folder."))
