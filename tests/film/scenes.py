"""Small contents that move in a known way, and a quick stand-in for the engine."""

from __future__ import annotations

from typing import Any, List

import cv2
import numpy as np
from numpy.typing import NDArray

from nst_core.film.arrays import array_of, buffer_of, opaque
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings
from tests.benchmarks.motions import sample

Array = NDArray[Any]

HEIGHT, WIDTH = 96, 128


def view(x: float = 120, y: float = 120, name: str = "chelsea") -> Array:
    """Return a part (H, W, 4) of a photograph. ``x`` and ``y`` may be fractions."""
    part = np.asarray(cv2.getRectSubPix(sample(name, 300), (WIDTH, HEIGHT), (x, y)), np.float32)
    return opaque(part)


def with_square(ground: Array, left: int) -> Array:
    """Return ``ground`` with a textured square in front of it."""
    picture: Array = ground.copy()
    picture[30:62, left : left + 32, :3] = view(150, 150, "astronaut")[:32, :32, :3]
    return picture


def job(content: Array) -> StyleJob:
    return StyleJob(buffer_of(content), (Style(buffer_of(content)),), Settings(), result_format="rgba-u8")


def inverted(request: StyleJob, shade: float = 0.0) -> PixelBuffer:
    """Return a negative of the content, lighter by ``shade`` and mixed with the earlier frame by its weights."""
    content = array_of(request.content)
    painted = 200 - 0.75 * content[..., :3].astype(np.float32) + shade
    if request.earlier is not None:
        height, width = content.shape[:2]
        weights = np.frombuffer(request.earlier.weights.data, "<f4").reshape(height, width, 1)
        painted += weights * (array_of(request.earlier.picture)[..., :3] - painted)
    return buffer_of(np.concatenate([np.rint(painted), content[..., 3:]], 2))


def film(count: int) -> List[Array]:
    """Return a film: in its first half, a square moves in front of a still ground.

    Then another scene moves as a whole.
    """
    half = count // 2
    return [
        *(with_square(view(), 8 + 5 * i) for i in range(half)),
        *(view(120 + 2.5 * i, 110, "coffee") for i in range(count - half)),
    ]
