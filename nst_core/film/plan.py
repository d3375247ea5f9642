"""The order in which the frames of a film are painted.

Each step paints one frame after the one that was painted before it. A frame that was painted before is mixed with what
comes from its neighbor:

- A film of high quality is painted forward and then backward (Ruder et al. 2016, multi-pass), so that a thing that
  comes into view late is painted as it will look.
- A loop runs on into its own beginning, and gives way to it over some frames.
- Many machines paint parts of a film side by side: its shots, and pieces of long ones. When they are done, each piece
  runs on into the next one as a loop does into its beginning.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterator, List, Optional, Sequence

#: Frames over which one painting becomes another, at most; short ones take a third of theirs.
_SEAM = 8

#: The share of a frame's first painting that remains in the second pass, where its neighbor shows the same place.
_OWN_SHARE = 0.5

#: Frames of a piece that one machine paints. Shots that are not much longer stay whole.
_PIECE = 40


@dataclass(frozen=True)
class FrameStep:
    """Paint ``frame``, and mix in the share ``own`` (0..1) of its earlier painting.

    ``is_last`` says that this painting is final, ``is_kept`` that another part of the film needs it after that.
    """

    frame: int
    own: float = 0.0
    is_last: bool = True
    is_kept: bool = False


@dataclass(frozen=True)
class Part:
    """Steps that follow each other, and the ``name`` of their notes.

    They begin anew, or go on from the frame ``after``, which an earlier part has painted and kept.
    """

    name: str
    steps: Sequence[FrameStep]
    after: Optional[int] = None


def whole(frames: int, twice: bool, loop: bool) -> Part:
    """All steps for a film of this many ``frames``: painted ``twice`` or once, as a ``loop`` or with an end."""
    seam = min(_SEAM, frames // 3) if loop else 0
    return Part("film", list(_steps(0, frames, twice, seam, loop)))


def pieces(shots: Sequence[int], frames: int, twice: bool, loop: bool) -> tuple[List[Part], List[Part]]:
    """Parts that can be painted side by side, and then those that join them.

    ``shots`` are the first frames of the shots. A ``loop`` is joined where its end and its beginning are one shot.
    """
    edges = [*shots, frames]
    starts = [start for edge, end in zip(edges, edges[1:]) for start in _starts(edge, end)]
    joined = {start: start - 1 for start in starts if start not in shots}
    if loop and len(starts) > 1:
        joined[0] = frames - 1
    parts, joints = [], []
    for start, end in zip(starts, [*starts[1:], frames]):
        seam = min(_SEAM, (end - start) // 3) if start in joined else 0
        steps = _steps(start, end, twice, seam, False)
        parts.append(Part(f"piece-{start}", [replace(s, is_kept=s.frame in joined.values()) for s in steps]))
        if seam:
            joints.append(Part(f"joint-{start}", list(_joint(start, seam, True)), joined[start]))
    return parts, joints


def _starts(start: int, end: int) -> List[int]:
    """The first frames of the pieces of a shot: of about the same length."""
    count = max(1, round((end - start) / _PIECE))
    return [start + (end - start) * number // count for number in range(count)]


def _steps(start: int, end: int, twice: bool, seam: int, loop: bool) -> Iterator[FrameStep]:
    """The frames from ``start`` to before ``end``; the first ``seam`` of them are painted again later."""
    for frame in range(start, end):
        yield FrameStep(frame, is_last=not twice and frame >= start + seam)
    if loop:
        yield from _joint(start, seam, not twice)
    if twice:
        if loop:
            for frame in reversed(range(start, start + seam - 1)):
                yield FrameStep(frame, _OWN_SHARE, is_last=False)
        for frame in reversed(range(start, end)):
            yield FrameStep(frame, _OWN_SHARE, is_last=loop or frame >= start + seam)


def _joint(start: int, seam: int, is_last: bool) -> Iterator[FrameStep]:
    for number in range(seam):  # each of these steps, and the one behind them, brings the same part of the change
        yield FrameStep(start + number, 1 / (seam + 1 - number), is_last=is_last)
