"""Paints the frames of a film in the order of its plan, and continues where it was interrupted.

Each step depends only on the frame, its settings and the trace of the step before it. The trace is on the disk before
the caller gets the frame. So a film has the same pictures with and without an interruption.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Iterator, Optional, Sequence, Tuple

import cv2
import numpy as np

from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Earlier, StyleJob

from . import light
from .arrays import Array, array_of, buffer_of, opaque, shown, with_alpha
from .follow import Follow, Trace, follow, next_trace
from .journal import FirstPainting, Journal
from .light import Lighting
from .plan import FrameStep, Part

#: The longest side in pixels of the small first frame of a shot. The engine measures the colors of the shot on it.
_OPENING_SIDE = 256

#: The weight of the first painting in the second one where the neighbor does not show the same place.
_OWN_WEIGHT = 0.6


@dataclass(frozen=True)
class PaintedFrame:
    """A finished step: its ``number`` (from 1), and the ``pixels`` of the frame.

    ``begins_shot`` is True if the frame does not follow an earlier one. ``is_repeated`` is True for the last step
    before an interruption: the caller gets it again, because it may not have written the frame.
    """

    number: int
    step: FrameStep
    pixels: PixelBuffer
    begins_shot: bool = False
    is_repeated: bool = False


@dataclass(frozen=True)
class Film:
    """Paints a part of a film.

    ``job`` returns the job for a frame, ``paint`` paints it, and ``journal`` has the notes.
    ``lighting`` has the light of all frames of the film. The paintings in the notes are in full light.
    """

    part: Part
    lighting: Sequence[Lighting]
    job: Callable[[int], StyleJob]
    paint: Callable[[StyleJob], PixelBuffer]
    journal: Journal

    def run(self) -> Iterator[PaintedFrame]:
        """Paint the rest of the part, and yield each step.

        The first one may be the last step before an interruption.
        """
        done, trace = self.journal.load(self.part.name)
        if trace is not None:
            step = self.part.steps[done - 1]
            yield PaintedFrame(done, step, self._dimmed(step.frame, trace), is_repeated=True)
        elif self.part.after is not None:
            trace = self._trace_of(self.part.after)
        for number, step in enumerate(self.part.steps[done:], done + 1):
            trace, begins = self._step(step, trace)
            if step.is_kept or not step.is_last:
                self.journal.keep(step.frame, FirstPainting(trace.result, trace.opening))
            self.journal.save(self.part.name, number, trace)
            yield PaintedFrame(number, step, self._dimmed(step.frame, trace), begins)
            if step.is_last and not step.is_kept:
                self.journal.forget(step.frame)

    def _job(self, frame: int) -> StyleJob:
        """Return the job for ``frame`` in full light."""
        if self.lighting[frame] == Lighting(1.0, frame):
            return self.job(frame)
        content = light.full(frame, self.lighting, lambda number: array_of(self.job(number).content))
        return replace(self.job(frame), content=buffer_of(content))

    def _dimmed(self, frame: int, trace: Trace) -> PixelBuffer:
        """Return the painting of ``frame`` in its own light."""
        return buffer_of(self.lighting[frame].dimmed(trace.result))

    def _trace_of(self, frame: int) -> Trace:
        """Return the trace of ``frame``, which another part has painted."""
        kept = self.journal.first(frame)
        job = self._job(frame)
        return Trace(kept.result, shown(array_of(job.content)), kept.opening, _masks(job))

    def _step(self, step: FrameStep, before: Optional[Trace]) -> Tuple[Trace, bool]:
        """Paint one frame. Return its trace, and True if it begins a shot."""
        job = replace(self._job(step.frame), result_format="rgba-u8")
        content, masks = array_of(job.content), _masks(job)
        if _is_empty(job, content):
            return Trace(content, shown(content), np.zeros((1, 1, 4), np.uint8), masks), True
        first = self.journal.first(step.frame) if step.own else None
        following = None if before is None or before.is_empty else follow(before, content, masks)
        if before is None or following is None or following.is_cut:
            return self._alone(job, content, first, step.frame), True
        if first is not None:
            following = _mixed(following, first.result, step.own)
            before = replace(before, opening=first.opening)
        if following.weights.min() == 1:
            result = with_alpha(following.picture, content)
        else:
            earlier = Earlier(
                buffer_of(opaque(following.picture)), buffer_of(following.weights), buffer_of(before.opening)
            )
            result = array_of(self.paint(replace(_from_content(job), earlier=earlier)))
        return next_trace(before, following, content, masks, result), False

    def _alone(self, job: StyleJob, content: Array, first: Optional[FirstPainting], frame: int) -> Trace:
        """Return the trace of a frame that does not follow another one: use its first painting, or paint it alone."""
        if first is not None:
            return Trace(first.result, shown(content), first.opening, _masks(job))
        if frame:
            job = _from_content(job)
        return Trace(array_of(self.paint(job)), shown(content), _opening(job, content), _masks(job))


def _masks(job: StyleJob) -> Array:
    """Return the masks (H, W, n; bytes) of a frame: its selection, its regions, and the like."""
    found = [job.selection, job.keep_mask, *(style.region for style in job.styles)]
    none = np.empty((job.content.height, job.content.width, 0), np.uint8)
    return np.concatenate([none, *(array_of(mask) for mask in found if mask is not None)], 2)


def _is_empty(job: StyleJob, content: Array) -> bool:
    """Return True if a frame has nothing to paint. It stays as it is, but other frames of its film are painted."""
    seen = content[..., 3:] > 0
    if job.selection is not None:
        seen = seen & (array_of(job.selection) > 0)
    regions = [array_of(style.region) > 0 for style in job.styles if style.region is not None]
    if len(regions) == len(job.styles):
        seen = seen & np.any(regions, axis=0)
    return not seen.any()


def _mixed(following: Follow, own: Array, share: float) -> Follow:
    """Mix ``share`` of the frame's first painting into the start.

    Use only this painting where the neighbor shows nothing.
    """
    other = (following.weights > 0)[..., None] * (1 - share)
    picture = own[..., :3] + other * (following.picture - own[..., :3])
    return replace(following, picture=picture, weights=np.maximum(following.weights, _OWN_WEIGHT))


def _from_content(job: StyleJob) -> StyleJob:
    """Return ``job`` with the content as its start, because only the first frame may start from a picture."""
    if job.initial is None:
        return job
    return replace(job, settings=replace(job.settings, init="content"), initial=None)


def _opening(job: StyleJob, content: Array) -> Array:
    """Return the content of a shot's first frame in a small size. It is opaque where the selection is."""
    if job.selection is not None:
        alpha = content[..., 3:] * (array_of(job.selection) / 255)
        content = np.concatenate([content[..., :3], np.rint(alpha).astype(np.uint8)], 2)
    height, width = content.shape[:2]
    ratio = min(1.0, _OPENING_SIDE / max(height, width))
    size = max(1, round(width * ratio)), max(1, round(height * ratio))
    return np.asarray(cv2.resize(np.ascontiguousarray(content), size, interpolation=cv2.INTER_AREA))
