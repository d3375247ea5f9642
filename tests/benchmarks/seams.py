"""Whether the tiles of a canvas show: the picture's gradient energy across their borders against that elsewhere."""

from __future__ import annotations

from statistics import mean
from typing import List

from PIL import Image

from nst_core.engine.tiling import partition
from tests.benchmarks.images import to_tensor

#: Tiles begin on multiples of this many pixels. Pooling gives every such place a pattern of its own, seam or not, so
#: borders are compared with the other places of the same kind.
GRID = 16


def seam_ratio(picture: Image.Image, side: int) -> float:
    """Mean squared step across the borders of tiles of ``side`` pixels, as a multiple of that at other multiples of 16.

    1 is a picture without seams; one tile alone has none, and gives 1.
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
