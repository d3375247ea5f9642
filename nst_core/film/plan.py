"""The order in which the frames of a film are painted.

Each step paints one frame after the one that was painted before it. A frame that was painted before is mixed with what
comes from its neighbor:

- A film of high quality is painted forward and then backward (Ruder et al. 2016, multi-pass), so that what comes into
  view late is painted as it will look.
- A loop runs on into its own beginning, and gives way to it over some frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, List

#: Frames over which the end of a loop becomes its beginning, at most; short loops take a third of theirs.
_SEAM = 8

#: How much of a frame's first painting remains in the second pass, where its neighbor has an opinion.
_OWN_SHARE = 0.5


@dataclass(frozen=True)
class Step:
    """Paint ``frame``, with ``own`` (0..1) of how it was painted before; ``is_last`` if this is how it will be."""

    frame: int
    own: float = 0.0
    is_last: bool = True


def steps(frames: int, twice: bool, loop: bool) -> List[Step]:
    """All steps for a film of this many ``frames``: painted ``twice`` or once, as a ``loop`` or with an end."""
    seam = min(_SEAM, frames // 3) if loop else 0
    return list(_steps(frames, twice, seam))


def _steps(frames: int, twice: bool, seam: int) -> Iterator[Step]:
    for frame in range(frames):
        yield Step(frame, is_last=not twice and frame >= seam)
    for frame in range(seam):
        yield Step(frame, (frame + 1) / (seam + 1), is_last=not twice)
    if twice:
        for frame in reversed(range(seam - 1)):
            yield Step(frame, _OWN_SHARE, is_last=False)
        for frame in reversed(range(frames)):
            yield Step(frame, _OWN_SHARE)
