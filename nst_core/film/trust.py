"""Where the motion between two frames can be trusted, and where nothing moves at all.

The checks for places that come into view and for the borders of moving things, with their numbers, are those of Ruder,
Dosovitskiy and Brox, *Artistic Style Transfer for Videos* (2016), after Sundaram, Brox and Keutzer (2010).
"""

from __future__ import annotations

import numpy as np

from . import flow
from .arrays import Array

#: Differences of content, in levels of 255 and averaged over some pixels, that are noise or invisible.
_NOISE = 2.5

#: Pixels of blur over which a difference is averaged, to distinguish it from noise.
_SPOT = 1.5

#: Motion in pixels that counts as none: less is an error of its measurement.
_NO_MOTION = 0.3

#: Half the least width in pixels of a still area: in a moving area, some spots keep their color by chance.
_SPECK = 2

#: Levels of 255 by which a moved pixel may differ from the one that it became.
_OTHER_COLOR = 32


def still(content: Array, reference: Array, back: Array) -> Array:
    """Where (H, W; boolean) ``content`` shows the same as ``reference``, and in the same place.

    ``back`` is the measured motion. It is uncertain near what moves. So if the camera does not move, a pixel that did
    not change is still. If the camera moves, this motion must also be one that would have changed the pixel.
    """
    now, before = (flow.blurred(picture.astype(np.float32), _SPOT) for picture in (content, reference))
    quiet = _difference(now, before) < _NOISE
    length = np.hypot(back[..., 0], back[..., 1])
    if np.median(length) >= _NO_MOTION:
        would_change = _difference(flow.moved(now, back), now) > 2 * _NOISE
        quiet &= (length < _NO_MOTION) | would_change
    return flow.opened(quiet, _SPECK)


def consistent(back: Array, forth: Array) -> Array:
    """Where (H, W; boolean) the ways ``back`` and ``forth`` are the reverse of each other, and inside of the frame."""
    height, width = back.shape[:2]
    returned = flow.moved(forth, back)
    gap = _square(back + returned)
    agrees = gap < 0.01 * (_square(back) + _square(returned)) + 0.5
    rows, columns = np.indices((height, width), np.float32)
    x, y = columns + back[..., 0], rows + back[..., 1]
    inside = (x > -0.5) & (y > -0.5) & (x < width - 0.5) & (y < height - 0.5)
    return np.asarray(agrees & inside & ~_border(back))


def alike(content: Array, moved_reference: Array) -> Array:
    """Where (H, W; boolean) ``content`` has about the colors of what moved there."""
    return np.asarray(flow.blurred(np.abs(content - moved_reference), _SPOT).max(2) < _OTHER_COLOR)


def _border(way: Array) -> Array:
    """Where the motion changes abruptly, so that it is a blend of two motions."""
    steep = sum(np.gradient(way[..., part])[axis] ** 2 for part in (0, 1) for axis in (0, 1))
    return np.asarray(steep > 0.01 * _square(way) + 0.002)


def _square(way: Array) -> Array:
    return np.asarray((way**2).sum(2))


def _difference(one: Array, other: Array) -> Array:
    return np.asarray(np.abs(one - other).max(2))
