"""Finds the pixels whose measured motion is reliable, and the pixels that do not move.

Ruder, Dosovitskiy and Brox, *Artistic Style Transfer for Videos* (2016), after Sundaram, Brox and Keutzer (2010),
describe the checks for places that come into view and for the borders of moving objects, with these numbers.
"""

from __future__ import annotations

import numpy as np

from . import flow
from .arrays import Array

#: A smaller difference of content is noise or invisible. In levels of 255, averaged over some pixels.
_NOISE = 2.5

#: The blur in pixels that averages a difference, to distinguish it from noise.
_SPOT = 1.5

#: A shorter motion, in pixels, is an error of the measurement.
_NO_MOTION = 0.3

#: Half the smallest width in pixels of a still area. In a moving area, small spots can keep their color by chance.
_SPECK = 2

#: The largest difference in levels of 255 between a moved pixel and the pixel at its new place.
_OTHER_COLOR = 32


def still(content: Array, reference: Array, back: Array) -> Array:
    """Return True for each pixel (H, W) where ``content`` shows the same as ``reference`` in the same place.

    ``back`` is the measured motion. It is uncertain near moving objects. So if the camera does not move, each unchanged
    pixel is still. If the camera moves, an unchanged pixel is still only if there is no motion, or if the motion would
    have changed the pixel.
    """
    now, before = (flow.blurred(picture.astype(np.float32), _SPOT) for picture in (content, reference))
    quiet = _difference(now, before) < _NOISE
    length = np.hypot(back[..., 0], back[..., 1])
    if np.median(length) >= _NO_MOTION:
        would_change = _difference(flow.moved(now, back), now) > 2 * _NOISE
        quiet &= (length < _NO_MOTION) | would_change
    return flow.opened(quiet, _SPECK)


def consistent(back: Array, forth: Array) -> Array:
    """Return True for each pixel (H, W) whose ways ``back`` and ``forth`` are opposite and end inside the frame."""
    height, width = back.shape[:2]
    returned = flow.moved(forth, back)
    gap = _square(back + returned)
    agrees = gap < 0.01 * (_square(back) + _square(returned)) + 0.5
    rows, columns = np.indices((height, width), np.float32)
    x, y = columns + back[..., 0], rows + back[..., 1]
    inside = (x > -0.5) & (y > -0.5) & (x < width - 0.5) & (y < height - 0.5)
    return np.asarray(agrees & inside & ~_border(back))


def alike(content: Array, moved_reference: Array) -> Array:
    """Return True for each pixel (H, W) whose color in ``content`` is similar to the color that moved there."""
    return np.asarray(flow.blurred(np.abs(content - moved_reference), _SPOT).max(2) < _OTHER_COLOR)


def _border(way: Array) -> Array:
    """Return True for each pixel where the motion changes abruptly. The measured motion there mixes two motions."""
    steep = sum(np.gradient(way[..., part])[axis] ** 2 for part in (0, 1) for axis in (0, 1))
    return np.asarray(steep > 0.01 * _square(way) + 0.002)


def _square(way: Array) -> Array:
    return np.asarray((way**2).sum(2))


def _difference(one: Array, other: Array) -> Array:
    return np.asarray(np.abs(one - other).max(2))
