"""Measures the motion between two frames with OpenCV's DIS (Kroeger et al. 2016), and moves pictures along it."""

from __future__ import annotations

import threading
from typing import Any

import cv2
import numpy as np

from .arrays import Array

#: The object that measures motion. Each thread needs its own because of its buffers, and a farm uses several threads.
_OF_THREAD = threading.local()


def motion(source: Array, target: Array) -> Array:
    """Return the way (H, W, 2: right, down) of each pixel from ``source`` to ``target``. Both are (H, W, 3) bytes."""
    gray = [cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY) for picture in (source, target)]
    return np.asarray(_dis().calc(*gray, None))


def moved(picture: Array, way: Array) -> Array:
    """Return ``picture`` (H, W, C; floats) with each pixel read at the end of its ``way``. The edges are extended."""
    rows, columns = np.indices(way.shape[:2], np.float32)
    x, y = columns + way[..., 0], rows + way[..., 1]
    return np.asarray(cv2.remap(picture, x, y, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REPLICATE)).reshape(
        *way.shape[:2], -1
    )


def blurred(picture: Array, sigma: float) -> Array:
    """Return ``picture`` (H, W) or (H, W, C), blurred by ``sigma`` pixels."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma))


def eroded(mask: Array, radius: int) -> Array:
    """Return ``mask`` (H, W; boolean) without the ``radius`` pixels at its border."""
    return np.asarray(cv2.erode(mask.astype(np.uint8), _square(radius))).astype(bool)


def opened(mask: Array, radius: int) -> Array:
    """Return ``mask`` (H, W; boolean) without parts that are at most twice the ``radius`` wide."""
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, _square(radius))).astype(bool)


def _square(radius: int) -> Array:
    return np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)


def _dis() -> Any:
    """Return the measuring object of this thread."""
    if not hasattr(_OF_THREAD, "dis"):
        _OF_THREAD.dis = _new_dis()
    return _OF_THREAD.dis


def _new_dis() -> Any:
    """Make a measuring object that is finer and smoother than OpenCV's presets.

    Their errors of 1/4 pixel are visible.
    """
    dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    dis.setFinestScale(0)
    dis.setVariationalRefinementIterations(20)
    dis.setVariationalRefinementAlpha(60)
    return dis
