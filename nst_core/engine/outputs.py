"""The events of a job that contain its pictures and facts: its start, its previews, and its result."""

from __future__ import annotations

import time
from collections.abc import Iterator

from nst_core.job.errors import OutOfMemory
from nst_core.job.events import Preview, Result, Started
from nst_core.job.request import StyleJob

from .budget import lack_of_memory_named
from .clock import Clock
from .finishing import finished
from .preparation import Preparation
from .scene import Scene
from .starts import CurrentPicture
from .tensors import buffer_from_picture, mask_from_buffer, picture_from_buffer

#: The shortest time in seconds between two previews. Five previews per second are enough for the user.
_PREVIEW_INTERVAL = 0.2


def started(prepared: Preparation, clock: Clock) -> Started:
    """Return the event for the start of a job."""
    octaves, finest = prepared.octaves, prepared.octaves[-1]
    sizes = tuple((octave.width, octave.height) for octave in octaves)
    tile = prepared.plan.side_on(finest.height, finest.width)
    return Started(str(prepared.device), sizes, prepared.plan.memory(octaves), clock.estimate(), tile)


def result(
    prepared: Preparation, painting: CurrentPicture, complete: bool, seconds: float, pixel_format: str
) -> Result:
    """Return the current picture in the content's size. Its alpha is multiplied by the selection."""
    scene, settings = prepared.scene, prepared.settings
    if settings.strength == 0:
        pixels = buffer_from_picture(scene.content, scene.coverage(), pixel_format)
    else:
        pixels = finished(prepared, painting, scene, pixel_format)
    return Result(pixels, complete, seconds, str(prepared.device), settings.seed)


def unpainted(job: StyleJob, seconds: float) -> Result:
    """Return the result of a job that was stopped before the first step: the content.

    Its alpha is multiplied by the selection.
    """
    if job.selection is None and job.content.format == job.result_format:
        return Result(job.content, False, seconds, "cpu", job.settings.seed)
    rgb, alpha = picture_from_buffer(job.content)
    if job.selection is not None:
        selection = mask_from_buffer(job.selection)
        alpha = selection if alpha is None else alpha * selection
    return Result(buffer_from_picture(rgb, alpha, job.result_format), False, seconds, "cpu", job.settings.seed)


class Previews:
    """The previews of one job: a few each second. Their longest side is at most ``side`` pixels (0: no previews).

    If a preview does not fit into memory, no more previews are made, because the painting needs the memory.
    """

    def __init__(self, side: int) -> None:
        self._side = side
        self._last = 0.0
        self._small: tuple[Scene, Scene] | None = None

    def due(self, prepared: Preparation, painting: CurrentPicture) -> Iterator[Preview]:
        """Yield a preview of the current picture, if the last preview was long enough ago."""
        now = time.monotonic()
        if not self._side or now - self._last < _PREVIEW_INTERVAL:
            return
        self._last = now
        try:
            with lack_of_memory_named():
                pixels = finished(prepared, painting, self._in_their_size(prepared.scene), "rgba-u8")
        except OutOfMemory:
            self._side, self._small = 0, None
            return
        yield Preview(pixels)

    def _in_their_size(self, scene: Scene) -> Scene:
        """Return the scene in the size of previews. It is computed once for each scene."""
        if self._small is None or self._small[0] is not scene:
            height, width = scene.size
            ratio = min(1.0, self._side / max(height, width))
            self._small = scene, scene.at(max(1, round(height * ratio)), max(1, round(width * ratio)))
        return self._small[1]
