"""Sends the pictures of a job: in the messages of Dask, or as files in a folder that all machines share.

A job has the same form as when an editor sends it to the engine. So it is checked when it arrives.
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

#: The beginning of the name of a run's folder. A run without a new picture for this number of seconds has ended.
_FOLDER, _OUTDATED_SECONDS = ".nst-farm-", 2 * 24 * 3600


@dataclass(frozen=True)
class Payload:
    """The data of a job or of its result: ``fields`` for JSON, and the bytes of pictures in ``data`` or in ``file``."""

    fields: Dict[str, Any]
    shapes: List[Dict[str, Any]]
    data: List[bytes]
    file: Optional[Path] = None

    def pictures(self) -> List[PixelBuffer]:
        """Return the pictures. Raises :class:`UnreadableImage` if the file can't be read here."""
        shapes = [PixelShape(**shape) for shape in self.shapes]
        data = self.data if self.file is None else _read(self.file)
        return [PixelBuffer(s.width, s.height, s.format, part) for s, part in zip(shapes, data)]


@dataclass(frozen=True)
class PixelShape:
    """The size and the format of a picture."""

    width: int
    height: int
    format: str


class Sender:
    """Packs the pictures of one run. With a ``shared`` folder, they become files in a new folder there.

    It also removes the folders of killed runs.
    """

    def __init__(self, shared: Optional[Path]) -> None:
        self._folder = None if shared is None else shared.absolute() / f"{_FOLDER}{secrets.token_hex(8)}"
        if self._folder is not None:
            try:
                self._folder.mkdir()
            except OSError as error:
                raise _refused(self._folder.parent, error) from error
            _remove_old(self._folder.parent)

    def pack(self, fields: Dict[str, Any], pictures: Sequence[PixelBuffer]) -> Payload:
        """Pack ``fields`` and ``pictures``. Raises :class:`UnwritableOutput` if the shared folder can't be written."""
        return pack(fields, pictures, self._folder)

    def remove(self, payload: Payload) -> None:
        """Remove the file of a ``payload`` that is no longer needed."""
        if payload.file is not None:
            payload.file.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove the folder of this run."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def pack(fields: Dict[str, Any], pictures: Sequence[PixelBuffer], folder: Optional[Path]) -> Payload:
    """Pack ``fields`` and ``pictures``: into a file in ``folder``, or without a folder for the network."""
    shapes = [{name: shape_to_wire(picture)[name] for name in ("width", "height", "format")} for picture in pictures]
    data = [bytes(picture.data) for picture in pictures]
    if folder is None:
        return Payload(fields, shapes, data)
    file = folder / secrets.token_hex(8)
    try:
        with files.replacing(file, private=True) as stream:
            stream.write(json.dumps([len(part) for part in data]).encode("ascii") + b"\n")
            for part in data:
                stream.write(part)
    except OSError as error:
        raise _refused(folder, error) from error
    return Payload(fields, shapes, [], file)


def _remove_old(shared: Path) -> None:
    for folder in shared.glob(f"{_FOLDER}*"):
        with contextlib.suppress(FileNotFoundError):  # another machine may remove it at the same time
            if time.time() - folder.stat().st_mtime > _OUTDATED_SECONDS:
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
