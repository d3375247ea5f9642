"""Finds fades: shots whose whole light becomes brighter or darker.

A painting has the full colors of its style, even if its content is dark. So each frame of a fade is first painted in
the full light of its shot. In this light, nothing changes during the fade. Then the painting gets the darkness of its
content. A frame that is too dark to paint uses the painting of the nearest brighter frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Callable, Iterable, Iterator, List, Optional, Sequence, Tuple

import cv2
import numpy as np

from . import flow, trust
from .arrays import Array, opaque, with_alpha
from .follow import is_cut

#: A frame with less light than this is too dark to paint.
_FAINT = 1 / 8

#: At the end of a fade, the light is at most this share. Smaller changes come from a camera that adapts.
_FADED = 0.8

#: A smaller change of light between two frames is an error of the measurement.
_NO_CHANGE = 0.001

#: After the change of light is undone, at most the first share of the difference may remain, and at least the second
#: share of the frame must be the same.
_REMAINS, _FOLLOWED = 1 / 3, 0.35

#: Light is measured on small pictures: their longest side in pixels, and the shortest side for OpenCV's motion.
_SIDE, _LEAST_SIDE = 128, 16

#: Noise is averaged away on smaller pictures: their longest side in pixels.
_COARSE_SIDE = 12

#: Levels of 255. Below the first, a picture is black. Below the second, light can't be measured on a part.
_BLACK, _DARK = 8, 4

#: The level of the bright parts is this percentile of all levels. The few brighter pixels may be noise.
_BRIGHT_PERCENTILE = 99.9

#: If less than this share of the light remains in the next frame, there is a cut.
_LEFT = 1 / 6


@dataclass(frozen=True)
class Lighting:
    """The ``light`` of a frame (1: the full light of its shot), and the number of the frame that it ``shows``."""

    light: float
    shows: int

    def dimmed(self, result: Array) -> Array:
        """Return ``result`` (H, W, 4; bytes), which was painted in full light, with this light."""
        return with_alpha(result[..., :3] * np.float32(self.light), result)


def full(frame: int, lighting: Sequence[Lighting], content: Callable[[int], Array]) -> Array:
    """Return the content (H, W, 4; bytes) of ``frame`` in full light. ``content`` returns the content of any frame."""
    shows = lighting[frame].shows
    colors = content(shows)
    own = colors if shows == frame else content(frame)
    return with_alpha(colors[..., :3] * np.float32(1 / max(lighting[shows].light, _FAINT)), own)


def even(frames: int) -> List[Lighting]:
    """Return full light for all ``frames``."""
    return [Lighting(1.0, number) for number in range(frames)]


def measured(contents: Iterable[Array]) -> List[Lighting]:
    """Return the light of each of the ``contents`` (H, W, 4; bytes) of a film."""
    lights: List[float] = []
    shots: List[int] = []
    for number, shot in enumerate(_shots(map(_Look.of, contents))):
        lights += shot.lights()
        shots += [number] * (len(lights) - len(shots))
    return [Lighting(light, _shown(frame, lights, shots)) for frame, light in enumerate(lights)]


@dataclass(frozen=True)
class _Look:
    """A content in a small size: its ``colors`` (H, W, 3; floats).

    ``seen`` (H, W; boolean) is True for visible pixels.
    """

    colors: Array
    seen: Array

    @classmethod
    def of(cls, content: Array) -> _Look:
        size = tuple(max(_LEAST_SIDE, side) for side in _size(content, _SIDE))
        alpha = content[..., 3:] * np.float32(1 / 255)
        both = np.concatenate([content[..., :3] * alpha, alpha], 2)
        both = cv2.resize(both, size, interpolation=cv2.INTER_AREA)
        return cls(both[..., :3] / np.maximum(both[..., 3:], 1e-3), both[..., 3] > 1 / 16)

    @property
    def brightest(self) -> float:
        """The level of the bright parts."""
        return float(np.percentile(self.colors[self.seen], _BRIGHT_PERCENTILE)) if self.seen.any() else 0.0

    @property
    def is_black(self) -> bool:
        """True if the whole picture is black. A black drawing on transparent pixels is not dark."""
        return bool(self.seen.all()) and float(self.colors.max()) < _BLACK

    @property
    def in_middle_light(self) -> Array:
        """The colors as bytes (H, W, 3) with a fixed mean level, so that motion can be measured in any light."""
        return opaque(self.colors * (100 / max(self.colors[self.seen].mean(), 1e-3)))[..., :3]


class _Shot:
    """The frames between two cuts: their brightness, and the change of light between them."""

    def __init__(self, first: _Look) -> None:
        self._brightest = [first.brightest]
        self._black = [first.is_black]
        self._changes = [1.0]

    def add(self, look: _Look, change: float) -> None:
        self._brightest.append(look.brightest)
        self._black.append(look.is_black)
        self._changes.append(change)

    def lights(self) -> List[float]:
        """Return the light of each frame. If a frame is brighter than that, only fades from and to black count."""
        lights = np.ones(len(self._changes))
        for least in (_FADED, _FAINT):
            levels = np.array(list(accumulate(_fades(self._changes, least), lambda x, y: x * y)))
            levels /= levels.max()
            if (np.array(self._brightest) <= 255 * levels * 1.1 + _BLACK).all():
                lights = levels
                break
        return [0.0 if black else float(light) for black, light in zip(self._black, lights)]


def _shots(looks: Iterable[_Look]) -> List[_Shot]:
    before: Optional[_Look] = None
    shots: List[_Shot] = []
    for look in looks:
        change = None if before is None else _change(before, look)
        if change is None:
            shots.append(_Shot(look))
        else:
            shots[-1].add(look, change)
        before = look
    return shots


def _change(before: _Look, now: _Look) -> Optional[float]:
    """Return the change of light between two frames. 1: only other things change. None: there is a cut."""
    if before.colors.shape != now.colors.shape or (before.is_black and not now.is_black):
        return None
    seen = before.seen & now.seen
    if now.is_black or not seen.any():
        return 1.0
    old, new = before.in_middle_light, now.in_middle_light
    back, forth = flow.motion(new, old), flow.motion(old, new)
    steady = seen & trust.consistent(back, forth)
    steady &= trust.alike(new.astype(np.float32), flow.moved(old.astype(np.float32), back))
    if steady.sum() >= _FOLLOWED * seen.sum():
        change = _explaining(*_coarse(flow.moved(before.colors, back), now.colors, steady))
        if change is not None:
            return change
    return None if is_cut(opaque(before.colors), opaque(now.colors)) else 1.0


def _explaining(old: Array, new: Array) -> Optional[float]:
    """Return the change of light that turns ``old`` colors (N, 3) into ``new`` ones, or None if no change does."""
    shows = old >= _DARK
    if not shows.any():
        return None
    change = float(np.median(new[shows] / old[shows]))
    explains = np.abs(new - change * old).mean() <= _REMAINS * np.abs(new - old).mean()
    if not explains or not _LEFT <= change <= 1 / _LEFT:
        return None
    return change if abs(change - 1) > _NO_CHANGE else 1.0


def _coarse(old: Array, new: Array, steady: Array) -> List[Array]:
    """Return the averages (N, 3) of large parts of two pictures (H, W, 3).

    Only parts that are mostly ``steady`` count.
    """
    size = _size(steady, _COARSE_SIDE)
    mask = steady[..., None].astype(np.float32)
    share = cv2.resize(mask, size, interpolation=cv2.INTER_AREA).reshape(-1)
    parts = [cv2.resize(each * mask, size, interpolation=cv2.INTER_AREA).reshape(-1, 3) for each in (old, new)]
    counts = share > 0.3
    return [part[counts] / share[counts, None] for part in parts]


def _size(picture: Array, longest: int) -> Tuple[int, int]:
    """Return the width and the height of ``picture``, reduced to this longest side."""
    height, width = picture.shape[:2]
    ratio = min(1.0, longest / max(height, width))
    return round(width * ratio) or 1, round(height * ratio) or 1


def _fades(changes: Sequence[float], least: float) -> Iterator[float]:
    """Yield ``changes``. A run in one direction counts if it leaves at most ``least`` of the light; others become 1."""
    direction = 0

    def directed(change: float) -> int:
        nonlocal direction
        direction = (change > 1) - (change < 1) or direction
        return direction

    for _, group in groupby(changes, directed):
        fade = list(group)
        whole = float(np.prod(fade))
        yield from fade if min(whole, 1 / whole) <= least else [1.0] * len(fade)


def _shown(frame: int, lights: Sequence[float], shots: Sequence[int]) -> int:
    """Return the bright frame that replaces ``frame``: the last one before it in its shot, otherwise the next one."""
    earlier = (n for n in range(frame, -1, -1) if shots[n] == shots[frame] and lights[n] >= _FAINT)
    later = (n for n in range(frame + 1, len(lights)) if lights[n] >= _FAINT)
    return next(earlier, next(later, frame))
