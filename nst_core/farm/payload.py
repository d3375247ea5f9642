"""How the pictures of a job travel: with the messages of Dask, or as files in a folder that all machines share.

A job travels in the form that editors send to the engine, so it is checked when it arrives.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

from nst_core.bridge import file_errors, files
from nst_core.bridge.framing import shape_to_wire
from nst_core.job.errors import UnreadableImage, UnwritableOutput
from nst_core.job.pixels import PixelBuffer

#: How the folder of a run begins, and the seconds without a new picture after which its run has surely ended.
_FOLDER, _ENDED = ".nst-farm-", 2 * 24 * 3600


@dataclass(frozen=True)
class Luggage:
    """``fields`` for JSON, and the bytes of pictures: in ``data``, or in ``file`` if they travel by a folder."""

    fields: Dict[str, Any]
    shapes: List[Dict[str, Any]]
    data: List[bytes]
    file: Optional[Path] = None

    def pictures(self) -> List[PixelBuffer]:
        """The pictures. Raises :class:`UnreadableImage` if they did not arrive."""
        shapes = [PixelShape(**shape) for shape in self.shapes]
        data = self.data if self.file is None else _read(self.file)
        return [PixelBuffer(s.width, s.height, s.format, part) for s, part in zip(shapes, data)]


@dataclass(frozen=True)
class PixelShape:
    """The size and the format of a picture."""

    width: int
    height: int
    format: str


class Porter:
    """Packs pictures for one run. With a ``shared`` folder they travel through a new folder in it.

    Folders of runs that were killed are removed.
    """

    def __init__(self, shared: Optional[Path]) -> None:
        self._folder = None if shared is None else shared.absolute() / f"{_FOLDER}{secrets.token_hex(8)}"
        if self._folder is not None:
            try:
                self._folder.mkdir()
            except OSError as error:
                raise _refused(self._folder.parent, error) from error
            _remove_old(self._folder.parent)

    def packed(self, fields: Dict[str, Any], pictures: Sequence[PixelBuffer]) -> Luggage:
        """``fields`` and ``pictures``. Raises :class:`UnwritableOutput` if the shared folder refuses."""
        return packed(fields, pictures, self._folder)

    def remove(self, luggage: Luggage) -> None:
        """``luggage`` is not needed any more."""
        if luggage.file is not None:
            luggage.file.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove everything that is still in the shared folder."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def packed(fields: Dict[str, Any], pictures: Sequence[PixelBuffer], folder: Optional[Path]) -> Luggage:
    """``fields`` and ``pictures`` to be sent through ``folder``, or over the network."""
    shapes = [{name: shape_to_wire(picture)[name] for name in ("width", "height", "format")} for picture in pictures]
    data = [bytes(picture.data) for picture in pictures]
    if folder is None:
        return Luggage(fields, shapes, data)
    file = folder / secrets.token_hex(8)
    try:
        with files.replacing(file, private=True) as stream:
            stream.write(json.dumps([len(part) for part in data]).encode("ascii") + b"\n")
            for part in data:
                stream.write(part)
    except OSError as error:
        raise _refused(folder, error) from error
    return Luggage(fields, shapes, [], file)


def _remove_old(shared: Path) -> None:
    for folder in shared.glob(f"{_FOLDER}*"):
        with contextlib.suppress(FileNotFoundError):  # another machine removes it, too
            if time.time() - folder.stat().st_mtime > _ENDED:
                shutil.rmtree(folder, ignore_errors=True)


def _read(path: Path) -> List[bytes]:
    try:
        with path.open("rb") as stream:
            return [stream.read(length) for length in json.loads(stream.readline())]
    except (OSError, ValueError) as error:
        raise UnreadableImage(
            f"The shared file {path} can't be read here.", "All machines must have the folder under the same name."
        ) from error


def _refused(folder: Path, error: OSError) -> UnwritableOutput:
    problem = f"The shared folder {folder} can't be written ({file_errors.reason(error)})."
    return UnwritableOutput(problem, file_errors.remedy(error, "Choose another one."))
