"""The motion between two frames by OpenCV's DIS (Kroeger et al. 2016), and pictures that are moved along it."""

from __future__ import annotations

import threading
from typing import Any

import cv2
import numpy as np

from .arrays import Array

#: The object that measures motion, for each thread: its buffers are its own, and a farm paints in several threads.
_OF_THREAD = threading.local()


def motion(source: Array, target: Array) -> Array:
    """For each pixel of ``source`` the way (H, W, 2: right, down) to its place in ``target``; both (H, W, 3) bytes."""
    gray = [cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY) for picture in (source, target)]
    return np.asarray(_dis().calc(*gray, None))


def moved(picture: Array, way: Array) -> Array:
    """``picture`` (H, W, C; floats), each pixel taken from the place to which ``way`` leads; the edges continue."""
    rows, columns = np.indices(way.shape[:2], np.float32)
    x, y = columns + way[..., 0], rows + way[..., 1]
    return np.asarray(cv2.remap(picture, x, y, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REPLICATE)).reshape(
        *way.shape[:2], -1
    )


def blurred(picture: Array, sigma: float) -> Array:
    """``picture`` (H, W) or (H, W, C), out of focus by ``sigma`` pixels."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma))


def eroded(mask: Array, radius: int) -> Array:
    """``mask`` (H, W; boolean) without the ``radius`` pixels at its border."""
    return np.asarray(cv2.erode(mask.astype(np.uint8), _square(radius))).astype(bool)


def opened(mask: Array, radius: int) -> Array:
    """``mask`` (H, W; boolean) without parts that are not wider than twice the ``radius``."""
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, _square(radius))).astype(bool)


def _square(radius: int) -> Array:
    return np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)


def _dis() -> Any:
    """The measuring object of this thread."""
    if not hasattr(_OF_THREAD, "dis"):
        _OF_THREAD.dis = _new_dis()
    return _OF_THREAD.dis


def _new_dis() -> Any:
    """Down to single pixels and smoother than OpenCV's presets: their errors of a quarter of a pixel are seen."""
    dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    dis.setFinestScale(0)
    dis.setVariationalRefinementIterations(20)
    dis.setVariationalRefinementAlpha(60)
    return dis
