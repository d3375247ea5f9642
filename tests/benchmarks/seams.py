"""Measures if the borders of tiles are visible: compares the gradient energy across them with other places."""

from __future__ import annotations

from statistics import mean
from typing import List

from PIL import Image

from nst_core.engine.tiling import partition
from tests.benchmarks.images import to_tensor

#: Tiles begin on multiples of this many pixels. Pooling changes the picture at each such place, so borders are compared
#: only with other places of this kind.
GRID = 16


def seam_ratio(picture: Image.Image, side: int) -> float:
    """Return the mean squared step across the borders of tiles of ``side`` pixels, relative to other multiples of 16.

    1 means no seams. A single tile has no border, and gives 1.
    """
    tiles = partition(picture.height, picture.width, side)
    x = to_tensor(picture)
    across: List[float] = []
    elsewhere: List[float] = []
    for turned, starts in ((x, {tile.top for tile in tiles}), (x.transpose(1, 2), {tile.left for tile in tiles})):
        for place in range(GRID, turned.shape[1], GRID):
            step = float((turned[:, place] - turned[:, place - 1]).square().mean())
            (across if place in starts else elsewhere).append(step)
    return mean(across) / mean(elsewhere) if across else 1.0
