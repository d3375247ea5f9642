"""The frames to animate, their settings, and the place of the output."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, Optional

from gi.repository import Gimp, Gio

from nst_core.bridge.language import tr
from nst_core.job.errors import InvalidJob
from nst_core.job.request import StyleJob

from . import arguments
from .film_output import Folder, NewImage, Output
from .frames import FolderFrames, Frames, LayerFrames, jobs
from .painting import Painting


class FilmOrder:
    """The order to animate the folder that ``config`` names, or else the layers of the image of ``painting``.

    Raises named errors if the animation is not possible.
    """

    def __init__(self, painting: Painting, config: Gimp.ProcedureConfig) -> None:
        folder = _path(config.get_property(arguments.FRAMES))
        self._painting = painting
        self._frames: Frames
        self.output: Output
        if folder is None:
            self._frames = LayerFrames(painting.image, painting)
            self.output = NewImage(painting.image, self._frames.names)
            return
        self._frames = FolderFrames(folder)
        output = _path(config.get_property(arguments.OUTPUT))
        if output is None:
            raise InvalidJob(tr("No output folder is chosen."), tr("Choose a folder for the painted frames."))
        self.output = Folder(output, self._frames.names)

    @property
    def jobs(self) -> Iterator[StyleJob]:
        """The requests for the frames."""
        return jobs(self._frames, self._painting)


def _path(file: Optional[Gio.File]) -> Optional[Path]:
    name = None if file is None else file.get_path()
    return Path(name) if name else None
