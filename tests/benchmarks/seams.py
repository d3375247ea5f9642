"""Whether the tiles of a canvas show: the picture's gradient energy across their borders against that elsewhere."""

from __future__ import annotations

from typing import List

import torch
from PIL import Image

from nst_core.engine.tiling import partition
from tests.benchmarks.images import to_tensor


def seam_ratio(picture: Image.Image, side: int) -> float:
    """Mean squared step across the borders of tiles of ``side`` pixels, as a multiple of that between all neighbors.

    1 is a picture without seams; one tile alone has none, and gives 1.
    """
    tiles = partition(picture.height, picture.width, side)
    rows, columns = sorted({tile.top for tile in tiles} - {0}), sorted({tile.left for tile in tiles} - {0})
    x = to_tensor(picture)
    across = [*_steps(x, rows), *_steps(x.transpose(1, 2), columns)]
    if not across:
        return 1.0
    everywhere = torch.cat([x.diff(dim=1).square().flatten(), x.diff(dim=2).square().flatten()])
    return float(torch.cat(across).mean() / everywhere.mean())


def _steps(x: torch.Tensor, borders: List[int]) -> List[torch.Tensor]:
    return [(x[:, border] - x[:, border - 1]).square().flatten() for border in borders]
