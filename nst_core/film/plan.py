"""Plans the order in which the frames of a film are painted.

Each step paints one frame, and starts from the frame of the step before. A frame that is painted a second time is mixed
from its first painting and from its neighbor:

- A film of high quality is painted forward and then backward (Ruder et al. 2016, multi-pass). So an object that appears
  late influences the frames before it.
- A loop continues after its end with its first frames. Over some frames, it fades into their first painting.
- Several machines paint parts of a film at the same time: its shots, and pieces of long shots. Later each piece
  continues into the next piece, like a loop continues into its first frames.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterator, List, Optional, Sequence

#: The largest number of frames for a fade. In a short film, a third of its frames.
_SEAM = 8

#: In the second pass, the share of the frame's first painting where the neighbor shows the same place.
_OWN_SHARE = 0.5

#: The number of frames in a piece for one machine. Slightly longer shots are not divided.
_PIECE = 40


@dataclass(frozen=True)
class FrameStep:
    """A step that paints ``frame``, and mixes in its earlier painting with the share ``own`` (0..1).

    ``is_last`` is True if this painting is final. ``is_kept`` is True if another part of the film needs it later.
    """

    frame: int
    own: float = 0.0
    is_last: bool = True
    is_kept: bool = False


@dataclass(frozen=True)
class Part:
    """Steps in their order, and the ``name`` of their notes.

    The first step starts from the frame ``after``, which another part has painted and kept. None: it starts without
    one.
    """

    name: str
    steps: Sequence[FrameStep]
    after: Optional[int] = None


def whole(frames: int, twice: bool, loop: bool) -> Part:
    """Return all steps for a film with this number of ``frames``. It may be painted ``twice``, and be a ``loop``."""
    seam = min(_SEAM, frames // 3) if loop else 0
    return Part("film", list(_steps(0, frames, twice, seam, loop)))


def pieces(shots: Sequence[int], frames: int, twice: bool, loop: bool) -> tuple[List[Part], List[Part]]:
    """Return the parts that can be painted at the same time, and then the parts that join them.

    ``shots`` are the first frames of the shots. A part also joins the end of a ``loop`` with its beginning.
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
    """Divide a shot into pieces of similar length, and return their first frames."""
    count = max(1, round((end - start) / _PIECE))
    return [start + (end - start) * number // count for number in range(count)]


def _steps(start: int, end: int, twice: bool, seam: int, loop: bool) -> Iterator[FrameStep]:
    """Yield the steps from frame ``start`` to before ``end``. The first ``seam`` frames are painted again later."""
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
    for number in range(seam):  # these shares make the fade linear
        yield FrameStep(start + number, 1 / (seam + 1 - number), is_last=is_last)
