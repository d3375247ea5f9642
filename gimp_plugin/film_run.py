"""The run of an animation in GIMP's own event loop. It sends frames to the engine, and no window freezes."""

from __future__ import annotations

from typing import Callable, Iterator, Optional

from gi.repository import GLib

from nst_core.job.errors import NeuralStyleError
from nst_core.job.events import Failed
from nst_core.job.request import StyleJob
from nst_core.studio.animation import Animation, AnimationEvent, Ended

from . import timers
from .runner import POLL_INTERVAL

#: The longest time in seconds to wait until the engine's files are removed.
_PATIENCE = 5.0


class FilmRun:
    """Paints ``frames`` and calls ``listen`` with every event. The last event is ``Failed`` or ``Ended``."""

    def __init__(
        self,
        frames: Iterator[StyleJob],
        listen: Callable[[AnimationEvent], None],
        animation: Optional[Animation] = None,
    ) -> None:
        """Start the run. Raises :class:`EngineMissing` if no engine can paint animations."""
        self._animation = animation or Animation()
        self._frames: Optional[Iterator[StyleJob]] = frames
        self._listen = listen
        self._end: Optional[AnimationEvent] = None
        self._loop = GLib.MainLoop()
        self._timer = timers.every(POLL_INTERVAL, self._step, self._fail)

    def run(self) -> bool:
        """Wait for the end in the event loop. Return True if all frames are painted.

        Raises the named error of the animation if it fails.
        """
        if self._end is None:
            self._loop.run()
        if isinstance(self._end, Failed):
            raise self._end.error
        return isinstance(self._end, Ended) and self._end.complete

    def stop(self) -> None:
        """Stop after the current frame; ``Ended`` follows."""
        self._frames = None
        self._animation.stop()

    def close(self) -> None:
        """End the engine, and remove its files."""
        GLib.source_remove(self._timer)
        self._animation.close(_PATIENCE)

    def _step(self) -> bool:
        for event in self._animation.poll():
            self._take(event)
        if self._frames is not None and self._end is None and not self._animation.is_full:
            self._add_next(self._frames)
        return True

    def _add_next(self, frames: Iterator[StyleJob]) -> None:
        """Add only one frame in each call, because reading a frame takes a while."""
        job = next(frames, None)
        if job is None:
            self._frames = None
            self._animation.paint()
        else:
            self._animation.add(job)

    def _fail(self, error: NeuralStyleError) -> None:
        """End the run after an error of a frame or of ``listen``."""
        if self._end is None:
            self._animation.stop()
            self._take(Failed(error))

    def _take(self, event: AnimationEvent) -> None:
        if self._end is not None:
            return
        if isinstance(event, (Failed, Ended)):
            self._end = event
            self._loop.quit()
        self._listen(event)
