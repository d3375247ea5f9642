"""How a job fits into memory: the size of tiles, how many at a time, and how many steps are remembered.

The constants bound what was measured as the peak of resident memory on a CPU, from 64 px to 8K; see the benchmark
``memory``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch

from nst_core.job.errors import MemoryBudgetTooSmall

from . import devices
from .features import Network, values_per_pixel
from .pyramid import Octave
from .tiling import Canvas, Crop, partition
from .wrapping import OPEN, Wrap

#: Bytes for each pixel of a tile at work beside its features, by the bytes of a feature: gradients, what convolutions
#: need for themselves, features in float32 for their Gram matrix, and what the allocator holds back.
_WORK_BYTES = {8: 4800, 4: 3000, 2: 2000}

#: What libraries take when they are first used, and small pictures: previews, colors, masks.
_FIXED = 96 << 20

#: One float32 picture of three channels; so many live at once beside the remembered steps: content, painting, gradient,
#: step, their successors, and one for the arithmetic between them.
_PICTURE_BYTES = 12
_PICTURES = 7

#: Tile sides and remembered steps to try, the fastest first. A CPU's caches like small tiles, a GPU large ones.
_CHOICES = {
    "cpu": ((256, 10), (256, 6), (256, 5), (256, 4), (256, 3), (256, 2), (192, 2), (128, 2), (128, 1), (64, 1)),
    "gpu": ((2048, 10), (1024, 10), (1024, 6), (512, 5), (256, 3), (256, 2), (128, 2), (128, 1), (64, 1)),
}

#: No tile is made smaller than this when memory runs out.
_SMALLEST_TILE = 64

#: Share of the free memory that a job takes unless it is told otherwise.
_DEFAULT_SHARE = 0.7

#: Steps remembered where memory does not matter.
_MOST_HISTORY = 20


@dataclass(frozen=True)
class Plan:
    """How to work: ``tile_side`` pixels, ``workers`` at a time, ``history`` steps remembered on the finest canvas.

    ``base`` is what there is in memory whatever the canvas, ``budget`` what there may be, both in bytes. Features take
    ``feature_bytes`` each; the finest canvas has ``finest_pixels``. Where edges meet (``wrap``), halos beyond them
    count as well.
    """

    tile_side: int
    workers: int
    history: int
    base: int
    budget: int
    feature_bytes: int
    finest_pixels: int
    wrap: Wrap

    def canvas(
        self, network: Network, height: int, width: int, layers: Sequence[str], checkpoint: Callable[[], None]
    ) -> Canvas:
        """A canvas cut as planned; one of about a single tile stays in one piece.

        Where memory allows it, features are kept from the first pass over the tiles to the second.
        """
        keeps = self._least(height, width, layers) + self._features(height, width, layers) <= self.budget
        return Canvas(network, height, width, self._side_on(height, width), keeps, self.workers, checkpoint)

    def steps_remembered(self, height: int, width: int) -> int:
        """More on small canvases, where they cost little."""
        return min(_MOST_HISTORY, self.history * max(1, self.finest_pixels // (height * width)))

    def memory(self, octaves: Sequence[Octave]) -> int:
        """The estimated peak in bytes."""
        sizes = [(octave.height, octave.width, octave.layers) for octave in octaves]
        least = [self._least(*size) for size in sizes]
        kept = [memory + self._features(*size) for memory, size in zip(least, sizes)]
        return max([*least, *(memory for memory in kept if memory <= self.budget)])

    def smaller(self) -> Plan | None:
        """The plan after memory ran out all the same, until there is nothing to halve."""
        side = max(_SMALLEST_TILE, min(self.tile_side, math.isqrt(self.finest_pixels)) // 2)
        if side == self.tile_side:
            return None
        return replace(self, tile_side=side, history=max(1, self.history // 2), budget=0)

    def _least(self, height: int, width: int, layers: Sequence[str]) -> int:
        """Bytes with a canvas at work whose features are not kept."""
        pictures = height * width * _PICTURE_BYTES * (_PICTURES + 2 * self.steps_remembered(height, width))
        tiles = self._tiles(height, width, layers)
        of_pixel = values_per_pixel(layers) * self.feature_bytes + _WORK_BYTES[self.feature_bytes]
        return self.base + pictures + int(max(tiles) * min(self.workers, len(tiles)) * of_pixel)

    def _features(self, height: int, width: int, layers: Sequence[str]) -> int:
        return int(values_per_pixel(layers) * self.feature_bytes * sum(self._tiles(height, width, layers)))

    def _tiles(self, height: int, width: int, layers: Sequence[str]) -> list[int]:
        """Pixels of each tile with its halo."""
        tiles = partition(height, width, self._side_on(height, width))
        crops = [Crop(tile, layers, height, width, self.wrap, (0, 0)) for tile in tiles]
        return [len(crop.rows) * len(crop.columns) for crop in crops]

    def _side_on(self, height: int, width: int) -> int:
        """The side of tiles on a canvas, 0 for one that is no larger than a tile."""
        return self.tile_side if height * width > self.tile_side**2 else 0


def make_plan(octaves: Sequence[Octave], device: torch.device, gibibytes: float, wrap: Wrap = OPEN) -> Plan:
    """The fastest plan within ``gibibytes`` of memory (0: a share of what is free).

    Call it when the job's pictures are loaded: what the process holds by then counts. Raises
    MemoryBudgetTooSmall with the smallest budget that would do.
    """
    held = devices.held_memory(device)
    budget = int(gibibytes * 2**30) or held + int(devices.free_memory(device) * _DEFAULT_SHARE)
    needed = 0
    for plan in _plans(octaves, device, held + _FIXED, budget, wrap):
        needed = plan.memory(octaves)
        if needed <= budget:
            return plan
    # What the process holds before it starts differs a little each time: hence a tenth more than is needed now.
    enough = math.ceil(needed / 2**30 * 10 + 1) / 10
    raise MemoryBudgetTooSmall(
        f"This picture needs {enough:.1f} GiB of memory, and {budget / 2**30:.1f} GiB may be used.",
        f"Allow {enough:.1f} GiB (memory), or paint at a smaller size.",
    )


def _plans(octaves: Sequence[Octave], device: torch.device, base: int, budget: int, wrap: Wrap) -> Iterator[Plan]:
    pixels, steps = max((octave.height * octave.width, octave.steps) for octave in octaves)
    accelerated = devices.is_accelerator(device)
    workers = 1 if accelerated else torch.get_num_threads()
    feature_bytes = devices.convolution_dtype(device).itemsize
    for side, history in _CHOICES["gpu" if accelerated else "cpu"]:
        yield Plan(side, workers, min(history, steps - 1), base, budget, feature_bytes, pixels, wrap)
