"""Paints the frames of a film in the order of its plan, and continues where it was interrupted.

Each step depends only on the frame, its settings and the trace of the step before it. The trace is noted on the disk
before the frame is handed out. So an interrupted film goes on with the same pictures as one that was not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Iterator, Optional, Tuple

import cv2
import numpy as np

from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Earlier, StyleJob

from .arrays import Array, array_of, buffer_of, opaque, shown
from .follow import Follow, Trace, follow, next_trace
from .journal import FirstPainting, Journal
from .plan import FrameStep, Part

#: Longest side in pixels of the picture of a shot's first frame, on which the colors of the shot are measured.
_OPENING_SIDE = 256

#: How firmly a second painting is held at the first one where its neighbor does not show the place.
_OWN_WEIGHT = 0.6


@dataclass(frozen=True)
class PaintedFrame:
    """A step that is done: ``number`` counts from 1. ``pixels`` are those of the frame.

    ``begins_shot`` says that the frame was painted without one before it; ``is_repeated`` that it is handed out again
    after an interruption, in case it was lost.
    """

    number: int
    step: FrameStep
    pixels: PixelBuffer
    begins_shot: bool = False
    is_repeated: bool = False


@dataclass(frozen=True)
class Film:
    """A part of a film to paint, the ``job`` for each frame, the function that paints one, and the notes."""

    part: Part
    job: Callable[[int], StyleJob]
    paint: Callable[[StyleJob], PixelBuffer]
    journal: Journal

    def run(self) -> Iterator[PaintedFrame]:
        """Paint what is left of the part; yields each step, at first the one that was done last."""
        done, trace = self.journal.load(self.part.name)
        if trace is not None:
            yield PaintedFrame(done, self.part.steps[done - 1], buffer_of(trace.result), is_repeated=True)
        elif self.part.after is not None:
            trace = self._trace_of(self.part.after)
        for number, step in enumerate(self.part.steps[done:], done + 1):
            trace, begins = self._step(step, trace)
            if step.is_kept or not step.is_last:
                self.journal.keep(step.frame, FirstPainting(trace.result, trace.opening))
            self.journal.save(self.part.name, number, trace)
            yield PaintedFrame(number, step, buffer_of(trace.result), begins)
            if step.is_last and not step.is_kept:
                self.journal.forget(step.frame)

    def _trace_of(self, frame: int) -> Trace:
        """The trace of ``frame``, which another part has painted."""
        kept = self.journal.first(frame)
        job = self.job(frame)
        return Trace(kept.result, shown(array_of(job.content)), kept.opening, _masks(job))

    def _step(self, step: FrameStep, before: Optional[Trace]) -> Tuple[Trace, bool]:
        """Paint one frame; returns what it leaves, and whether it begins a shot."""
        job = replace(self.job(step.frame), result_format="rgba-u8")
        content = array_of(job.content)
        if _is_empty(job, content):
            return Trace(content, shown(content), np.zeros((1, 1, 4), np.uint8), _masks(job)), True
        first = self.journal.first(step.frame) if step.own else None
        if before is not None and not before.opening.any():  # that of an empty frame
            before = None
        following = None if before is None else follow(before, content, _masks(job))
        if before is None or following is None or following.is_cut:
            return self._alone(job, content, first, step.frame), True
        if first is not None:
            following = _mixed(following, first.result, step.own)
            before = replace(before, opening=first.opening)
        if following.weights.min() == 1:
            result = _with_alpha(following.picture, content)
        else:
            earlier = Earlier(
                buffer_of(opaque(following.picture)), buffer_of(following.weights), buffer_of(before.opening)
            )
            result = array_of(self.paint(replace(_from_content(job), earlier=earlier)))
        return next_trace(before, following, content, _masks(job), result), False

    def _alone(self, job: StyleJob, content: Array, first: Optional[FirstPainting], frame: int) -> Trace:
        """A frame without one before it: as it was painted first, or painted as a picture of its own."""
        if first is not None:
            return Trace(first.result, shown(content), first.opening, _masks(job))
        if frame:
            job = _from_content(job)
        return Trace(array_of(self.paint(job)), shown(content), _opening(job, content), _masks(job))


def _masks(job: StyleJob) -> Array:
    """The masks (H, W, n; bytes) of a frame, which decide what is painted where."""
    found = [job.selection, job.keep_mask, *(style.region for style in job.styles)]
    none = np.empty((job.content.height, job.content.width, 0), np.uint8)
    return np.concatenate([none, *(array_of(mask) for mask in found if mask is not None)], 2)


def _is_empty(job: StyleJob, content: Array) -> bool:
    """Whether a frame has nothing to paint: it stays as it is, because others of its film have something."""
    seen = content[..., 3:] > 0
    if job.selection is not None:
        seen = seen & (array_of(job.selection) > 0)
    regions = [array_of(style.region) > 0 for style in job.styles if style.region is not None]
    if len(regions) == len(job.styles):
        seen = seen & np.any(regions, axis=0)
    return not seen.any()


def _mixed(following: Follow, own: Array, share: float) -> Follow:
    """A start that is also the frame's own first painting, by ``share`` and where the neighbor does not show it."""
    other = (following.weights > 0)[..., None] * (1 - share)
    picture = own[..., :3] + other * (following.picture - own[..., :3])
    return replace(following, picture=picture, weights=np.maximum(following.weights, _OWN_WEIGHT))


def _from_content(job: StyleJob) -> StyleJob:
    """The same job, but not from a picture: that is the start of the first frame only."""
    if job.initial is None:
        return job
    return replace(job, settings=replace(job.settings, init="content"), initial=None)


def _opening(job: StyleJob, content: Array) -> Array:
    """The content of a shot's first frame in a small size, opaque where it counts."""
    if job.selection is not None:
        alpha = content[..., 3:] * (array_of(job.selection) / 255)
        content = np.concatenate([content[..., :3], np.rint(alpha).astype(np.uint8)], 2)
    height, width = content.shape[:2]
    ratio = min(1.0, _OPENING_SIDE / max(height, width))
    size = max(1, round(width * ratio)), max(1, round(height * ratio))
    return np.asarray(cv2.resize(np.ascontiguousarray(content), size, interpolation=cv2.INTER_AREA))


def _with_alpha(picture: Array, content: Array) -> Array:
    """A result (H, W, 4) whose pixels are all known."""
    return np.concatenate([opaque(picture)[..., :3], content[..., 3:]], 2)
