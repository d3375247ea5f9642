"""Paints a job in this process, and writes the file of its result."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, List

from nst_core.job.errors import EngineFailed
from nst_core.job.events import Notice, Progress, Result
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import StyleJob

from . import output
from .images import Picture
from .masks import Surroundings
from .running import InProcess


def no_picture() -> EngineFailed:
    """Return the error for an engine that ended without a result."""
    return EngineFailed("The engine ended without a picture.", "Try again; `nst doctor` checks the engine.")


def painted(job: StyleJob, notice: Callable[[str], None], progress: Callable[[float], None]) -> PixelBuffer:
    """Paint ``job`` in this process, and return its result. ``progress`` gets the finished share (0..1)."""
    for event in InProcess().events(job):
        if isinstance(event, Result):
            return event.pixels
        if isinstance(event, Notice):
            notice(event.text)
        elif isinstance(event, Progress):
            progress(event.fraction)
    raise no_picture()


class ResultFile:
    """Writes the painting of one ``content``, together with the parts of the content that were not painted."""

    def __init__(self, content: Picture, job: StyleJob) -> None:
        self._transparent = content.transparent
        self._surroundings = Surroundings(content, job.selection, covers=job.settings.mode == "texture")

    def write(self, path: Path, pixels: PixelBuffer) -> List[str]:
        """Write ``pixels`` to ``path`` in one step, and return notices. Raises :class:`UnwritableOutput`."""
        image = self._surroundings.around(output.image_of(pixels))
        # A texture is transparent between the regions of its styles, even where the content is opaque.
        transparent = self._transparent or image.getchannel("A").getextrema()[0] < 255  # type: ignore[operator]
        return output.write(path, image, transparent)
