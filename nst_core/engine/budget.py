"""How a job fits into memory: the size of tiles, how many at a time, and how many steps are remembered.

The constants come from measured peaks of resident memory on a CPU, from 64 px to 8K; see the tables *Memory* in
RESULTS.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch

from nst_core.job.errors import MemoryBudgetTooSmall, is_lack_of_memory, out_of_memory
from nst_core.job.settings import Settings
from nst_core.job.sizes import JobSizes

from . import devices
from .control import Checkpoint
from .features import Network, values_per_pixel
from .pyramid import Octave
from .tiling import Canvas, Crop, partition
from .wrapping import Wrap

#: Bytes for each pixel of a tile at work beside its features, by the bytes of a feature: gradients, the
#: workspace of convolutions, features in float32 for their Gram matrix, and memory that the allocator holds back.
_WORK_BYTES = {8: 4800, 4: 3000, 2: 2000}

#: Memory that libraries take when they are first used, and small pictures: colors, samples, masks.
_FIXED = 96 << 20

#: Bytes per pixel of a float32 picture with three channels, and the number of such pictures that exist at once, without
#: the remembered steps: content, painting, gradient, step, their successors, and one for the arithmetic between them.
_PICTURE_BYTES = 12
_PICTURES = 7

#: Tile sides and remembered steps to try, the fastest first. A CPU's caches like small tiles, a GPU large ones.
_CHOICES = {
    "cpu": ((256, 10), (256, 6), (256, 5), (256, 4), (256, 3), (256, 2), (192, 2), (128, 2), (128, 1), (64, 1)),
    "gpu": ((2048, 10), (1024, 10), (1024, 6), (512, 5), (256, 3), (256, 2), (128, 2), (128, 1), (64, 1)),
}

#: No tile is made smaller than this when memory runs out.
_SMALLEST_TILE = 64

#: Share of the free memory that a job may take by default.
_DEFAULT_SHARE = 0.7

#: Steps remembered where memory does not matter.
_MOST_HISTORY = 20


#: The peak of bytes per pixel while a picture is loaded, without the picture itself: its channels as one block, and the
#: averages that replace the color of transparent pixels.
_LOADING_BYTES = 64

#: Bytes per pixel of the content while :func:`.wrapping.periodic` removes the jump between opposite edges.
_PERIODIC_BYTES = 120

#: Bytes per pixel while a result or a preview is put together: if the painting is enlarged for it, and if it is not.
_ENLARGING_BYTES = 96
_FINISHING_BYTES = 80

#: Bytes of a mask per pixel of a canvas: the mask, the part of a style that is made from it, this part in the size of
#: each layer, and temporary copies.
_MASK_BYTES = 14

#: The moments of all layers for one style or region: its target, the sums so far, those of the tiles at work, slopes.
#: Each view from afar adds a half of it, and a strength below 1 a half for the canvas and for each view.
_MOMENTS_BYTES = 10 << 20


@dataclass(frozen=True)
class Demand:
    """The memory that a job needs beside its canvases, in bytes, estimated from the sizes in its request.

    ``scene`` holds its pictures for the whole job. ``once`` is the most that is needed beside them before the first and
    after the last step. ``preview`` is needed now and then while a canvas is painted, and ``masks`` for each pixel of
    the canvas that is painted.
    """

    scene: int = 0
    once: int = 0
    preview: int = 0
    masks: int = 0


def demand_of(sizes: JobSizes, settings: Settings, finest: Octave) -> Demand:
    """The demand of a job whose finest canvas is ``finest``."""
    content, side = math.prod(sizes.content), max(sizes.content)
    styles = [math.prod(size) for size in sizes.styles]
    masks = 1 + sizes.masks + sizes.regions  # the first one is the alpha
    loading = _LOADING_BYTES * max(content, *styles)
    periodic = _PERIODIC_BYTES * content if settings.seamless != "none" else 0
    finishing = (_ENLARGING_BYTES if side > finest.side else _FINISHING_BYTES) + 4 * sizes.regions
    previewed = content * min(1.0, sizes.preview_side / side) ** 2
    pictures = content * (_PICTURE_BYTES * (1 + sizes.initial) + 4 * masks) + (_PICTURE_BYTES + 4) * sum(styles)
    views = len(finest.factors)
    halves = 2 + views + (1 + views if finest.strength < 1 else 0)
    return Demand(
        scene=pictures + len(styles) * halves * _MOMENTS_BYTES // 2,
        once=max(loading, periodic, finishing * content),
        preview=int(previewed * (_ENLARGING_BYTES + _PICTURE_BYTES + 8 * masks)),
        masks=_MASK_BYTES * (masks + 1),
    )


@dataclass(frozen=True)
class Plan:
    """How to work: ``tile_side`` pixels, ``workers`` at a time, ``history`` steps remembered on the finest canvas.

    ``base`` bytes of memory are in use before the job, and ``budget`` bytes may be in use. Features take
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
    demand: Demand

    def canvas(
        self, network: Network, height: int, width: int, layers: Sequence[str], checkpoint: Checkpoint
    ) -> Canvas:
        """A canvas cut as planned; one of about a single tile stays in one piece.

        Where memory allows it, features are kept from the first pass over the tiles to the second.
        """
        keeps = self._least(height, width, layers) + self._features(height, width, layers) <= self.budget
        return Canvas(network, height, width, self.side_on(height, width), keeps, self.workers, checkpoint)

    def steps_remembered(self, height: int, width: int) -> int:
        """How many steps L-BFGS remembers on a canvas of this size: more on small ones, where they cost little."""
        return min(_MOST_HISTORY, self.history * max(1, self.finest_pixels // (height * width)))

    def memory(self, octaves: Sequence[Octave]) -> int:
        """The estimated peak in bytes."""
        sizes = [(octave.height, octave.width, octave.layers) for octave in octaves]
        least = [self._least(*size) for size in sizes]
        kept = [memory + self._features(*size) for memory, size in zip(least, sizes)]
        once = self.base + self.demand.scene + self.demand.once
        return max([once, *least, *(memory for memory in kept if memory <= self.budget)])

    def in_smaller_tiles(self) -> Plan | None:
        """The plan with tiles half as large, for when memory ran out; None if they can't be smaller."""
        side = max(_SMALLEST_TILE, min(self.tile_side, math.isqrt(self.finest_pixels)) // 2)
        if side == self.tile_side:
            return None
        return replace(self, tile_side=side, history=max(1, self.history // 2), budget=0)

    def _least(self, height: int, width: int, layers: Sequence[str]) -> int:
        """Bytes with a canvas at work whose features are not kept."""
        pictures = _PICTURE_BYTES * (_PICTURES + 2 * self.steps_remembered(height, width)) + self.demand.masks
        tiles = self._tiles(height, width, layers)
        of_pixel = values_per_pixel(layers) * self.feature_bytes + _WORK_BYTES[self.feature_bytes]
        demand = self.demand.scene + self.demand.preview + height * width * pictures
        return self.base + demand + int(max(tiles) * min(self.workers, len(tiles)) * of_pixel)

    def _features(self, height: int, width: int, layers: Sequence[str]) -> int:
        return int(values_per_pixel(layers) * self.feature_bytes * sum(self._tiles(height, width, layers)))

    def _tiles(self, height: int, width: int, layers: Sequence[str]) -> list[int]:
        """Pixels of each tile with its halo."""
        tiles = partition(height, width, self.side_on(height, width))
        crops = [Crop(tile, layers, height, width, self.wrap, (0, 0)) for tile in tiles]
        return [len(crop.rows) * len(crop.columns) for crop in crops]

    def side_on(self, height: int, width: int) -> int:
        """The side of tiles on a canvas, 0 for one that is no larger than a tile."""
        return self.tile_side if height * width > self.tile_side**2 else 0


def make_plan(octaves: Sequence[Octave], device: torch.device, gibibytes: float, wrap: Wrap, demand: Demand) -> Plan:
    """The fastest plan within ``gibibytes`` of memory (0: a share of what is free).

    Memory that the process holds already counts. Raises MemoryBudgetTooSmall with the smallest budget that would do.
    """
    held = devices.held_memory(device)
    budget = int(gibibytes * 2**30) or held + int(devices.free_memory(device) * _DEFAULT_SHARE)
    needed = 0
    for plan in _plans(octaves, device, held + _FIXED, budget, wrap, demand):
        needed = plan.memory(octaves)
        if needed <= budget:
            return plan
    # The memory of the process before the job differs a little each time, so 0.1 GiB is added.
    enough = math.ceil(needed / 2**30 * 10 + 1) / 10
    raise MemoryBudgetTooSmall(
        f"This picture needs {enough:.1f} GiB of memory, and {budget / 2**30:.1f} GiB may be used.",
        f"Allow {enough:.1f} GiB (memory), or paint at a smaller size.",
    )


def _plans(
    octaves: Sequence[Octave], device: torch.device, base: int, budget: int, wrap: Wrap, demand: Demand
) -> Iterator[Plan]:
    pixels, steps = max((octave.height * octave.width, octave.steps) for octave in octaves)
    accelerated = devices.is_accelerator(device)
    workers = 1 if accelerated else torch.get_num_threads()
    feature_bytes = devices.convolution_dtype(device).itemsize
    for side, history in _CHOICES["gpu" if accelerated else "cpu"]:
        yield Plan(side, workers, min(history, steps - 1), base, budget, feature_bytes, pixels, wrap, demand)


@contextmanager
def lack_of_memory_named() -> Iterator[None]:
    """Raise OutOfMemory for an allocation that fails, however torch names it."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_lack_of_memory(error):
            raise
        raise out_of_memory() from error
