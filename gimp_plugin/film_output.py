"""The output of an animation: layers of a new image, as with GIMP's own animation filters, or files in a folder."""

from __future__ import annotations

import contextlib
import shutil
from bisect import bisect
from pathlib import Path
from typing import List, Protocol, Sequence

from gi.repository import Gimp, Gio

from nst_core.bridge import file_errors
from nst_core.bridge.language import tr
from nst_core.job.errors import InvalidJob, UnwritableOutput
from nst_core.studio.animation import FramePainted

from . import drawable
from .result import write


class Output(Protocol):
    """An output, which takes painted frames in any order."""

    def take(self, painted: FramePainted) -> None:
        """Add a painted frame."""

    def discard(self) -> None:
        """Remove all frames that were taken."""

    def finish(self, shown: bool) -> None:
        """Complete the output after the last frame. Show it in GIMP if ``shown`` is true and GIMP can show it."""


class NewImage:
    """A new image with the size, precision and colors of ``like``. Its layers have these ``names``.

    It is not shown until :meth:`finish`.
    """

    def __init__(self, like: Gimp.Image, names: Sequence[str]) -> None:
        self._names = names
        self._taken: List[int] = []
        size = like.get_width(), like.get_height()
        self.image = Gimp.Image.new_with_precision(*size, Gimp.ImageBaseType.RGB, like.get_precision())
        self.image.undo_disable()
        if like.get_base_type() != Gimp.ImageBaseType.GRAY:
            self.image.set_color_profile(like.get_effective_color_profile())
        self.image.set_resolution(*like.get_resolution()[1:])

    def take(self, painted: FramePainted) -> None:
        """Add a layer for each position of the frame. Later frames lie above earlier ones."""
        pixels = drawable.read_file(Gio.File.new_for_path(str(painted.file)))
        for number in painted.numbers:
            size = pixels.width, pixels.height
            kind = Gimp.ImageType.RGBA_IMAGE
            layer = Gimp.Layer.new(self.image, self._names[number], *size, kind, 100.0, Gimp.LayerMode.NORMAL)
            place = bisect(self._taken, number)
            self.image.insert_layer(layer, None, len(self._taken) - place)
            self._taken.insert(place, number)
            write(layer, pixels)

    def discard(self) -> None:
        """Remove the image."""
        self.image.delete()

    def finish(self, shown: bool) -> None:
        """Show the image in a window if ``shown`` is true and it has a frame."""
        self.image.undo_enable()
        if shown and self._taken:
            Gimp.Display.new(self.image)
        elif not self._taken:
            self.discard()


class Folder:
    """PNG files with these ``names`` in ``folder``. Raises :class:`InvalidJob` if one of the files exists already."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self._files = [folder / f"{name}.png" for name in names]
        self._taken: List[Path] = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for file in self._files:
                _require_new(file)
        except OSError as error:
            raise _unwritable(folder, error) from error

    def take(self, painted: FramePainted) -> None:
        """Save a file for each position of the frame. An error leaves no incomplete file."""
        for file in (self._files[number] for number in painted.numbers):
            unfinished = file.with_name(f".{file.name}.part")
            try:
                _require_new(file)  # Another program may have made it since then, or a frame with almost the same name.
                shutil.copyfile(painted.file, unfinished)
                unfinished.rename(file)
            except OSError as error:
                with contextlib.suppress(OSError):
                    unfinished.unlink()
                raise _unwritable(file, error) from error
            self._taken.append(file)

    def discard(self) -> None:
        """Remove the files."""
        for file in self._taken:
            file.unlink(missing_ok=True)

    def finish(self, shown: bool) -> None:
        """Do nothing, because each file is already complete."""


def _require_new(file: Path) -> None:
    if file.exists():
        problem = tr("{name} exists already in the output folder.").format(name=file.name)
        raise InvalidJob(problem, tr("Choose an empty folder."))


def _unwritable(path: Path, error: OSError) -> UnwritableOutput:
    problem = tr("{name} can't be saved: {reason}.").format(name=path.name, reason=file_errors.reason(error))
    return UnwritableOutput(problem, file_errors.remedy(error, tr("Choose another folder.")))
