"""The memory plan of a job: the size of its tiles, the number of tiles at a time, and the number of remembered steps.

The constants were derived from measured peaks of resident memory on a CPU, from 64 px to 8K: see the tables *Memory* in
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

#: Bytes per pixel of a tile that is computed, in addition to its features, by the bytes of a feature: gradients, the
#: workspace of convolutions, features in float32 for their Gram matrix, and memory that the allocator does not return.
_WORK_BYTES = {8: 4800, 4: 3000, 2: 2000}

#: Bytes that libraries allocate when they are first used, and the bytes of small pictures: colors, samples, masks.
_FIXED = 96 << 20

#: Bytes per pixel of a float32 picture with three channels, and the number of such pictures that exist at once, without
#: the remembered steps: content, painting, gradient, step, the next painting and gradient, and one for intermediate
#: values.
_PICTURE_BYTES = 12
_PICTURES = 7

#: Tile sides and remembered steps to try, the fastest first. Small tiles are fast on a CPU, because they fit into its
#: caches. Large tiles are fast on a GPU.
_CHOICES = {
    "cpu": ((256, 10), (256, 6), (256, 5), (256, 4), (256, 3), (256, 2), (192, 2), (128, 2), (128, 1), (64, 1)),
    "gpu": ((2048, 10), (1024, 10), (1024, 6), (512, 5), (256, 3), (256, 2), (128, 2), (128, 1), (64, 1)),
}

#: The smallest side of tiles if memory runs out.
_SMALLEST_TILE = 64

#: The part of the free memory that a job may use by default.
_DEFAULT_SHARE = 0.7

#: The largest number of remembered steps.
_MOST_HISTORY = 20


#: The peak of bytes per pixel while a picture is loaded, in addition to the picture itself: its channels as one block,
#: and the averages that replace the color of transparent pixels.
_LOADING_BYTES = 64

#: Bytes per pixel of the content while :func:`.wrapping.periodic` removes the jump between opposite edges.
_PERIODIC_BYTES = 120

#: Bytes per pixel while a result or a preview is made: if the painting is enlarged for it, and if it is not.
_ENLARGING_BYTES = 96
_FINISHING_BYTES = 80

#: Bytes of a mask per pixel of a canvas: the mask, the part of a style that is computed from it, this part in the size
#: of each layer, and temporary copies.
_MASK_BYTES = 14

#: Bytes of the moments of all layers for one style or region: the target, the sums of the finished tiles and of the
#: current ones, and slopes. Each reduced view adds a half of it. A strength below 1 adds a half for the canvas and for
#: each view.
_MOMENTS_BYTES = 10 << 20

#: Bytes per pixel of a reduced view. The halos of deep layers are so wide that each tile is nearly the whole view, and
#: the features of all its tiles are kept. The view may be computed at the same time as the canvas, two tiles at a time.
_VIEW_BYTES = 8300


@dataclass(frozen=True)
class Demand:
    """The memory that a job needs in addition to its canvases, in bytes, estimated from the sizes in its request.

    ``scene`` is for its pictures during the whole job. ``once`` is the largest additional amount before the first and
    after the last step. ``preview`` is for a preview while a canvas is painted. ``masks`` is for each pixel of this
    canvas.
    """

    scene: int = 0
    once: int = 0
    preview: int = 0
    masks: int = 0


def demand_of(sizes: JobSizes, settings: Settings, finest: Octave) -> Demand:
    """Return the demand of a job whose finest canvas is ``finest``."""
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
    viewed = sum(finest.height * finest.width // factor**2 for factor in finest.factors)
    return Demand(
        scene=pictures + len(styles) * halves * _MOMENTS_BYTES // 2 + viewed * _VIEW_BYTES,
        once=max(loading, periodic, finishing * content),
        preview=int(previewed * (_ENLARGING_BYTES + _PICTURE_BYTES + 8 * masks)),
        masks=_MASK_BYTES * (masks + 1),
    )


@dataclass(frozen=True)
class Plan:
    """The sizes that fit into memory: tiles of ``tile_side`` pixels, ``workers`` tiles at a time, ``history`` steps.

    ``history`` is the number of remembered steps on the finest canvas, which has ``finest_pixels``. ``base`` is the
    number of bytes in use before the job, ``budget`` the number that may be in use. A feature has ``feature_bytes``. In
    a seamless picture (``wrap``), tiles at the edges also have a halo.
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
        """Return a canvas, cut into tiles as planned. If it is not larger than a tile, it stays in one piece.

        If the memory is enough, the features of the first pass over the tiles are kept for the second pass.
        """
        keeps = self._least(height, width, layers) + self._features(height, width, layers) <= self.budget
        return Canvas(network, height, width, self.side_on(height, width), keeps, self.workers, checkpoint)

    def steps_remembered(self, height: int, width: int) -> int:
        """Return the number of steps that L-BFGS remembers on a canvas of this size. On a small one there are more."""
        return min(_MOST_HISTORY, self.history * max(1, self.finest_pixels // (height * width)))

    def memory(self, octaves: Sequence[Octave]) -> int:
        """Return the estimated peak in bytes."""
        sizes = [(octave.height, octave.width, octave.layers) for octave in octaves]
        least = [self._least(*size) for size in sizes]
        kept = [memory + self._features(*size) for memory, size in zip(least, sizes)]
        once = self.base + self.demand.scene + self.demand.once
        return max([once, *least, *(memory for memory in kept if memory <= self.budget)])

    def in_smaller_tiles(self) -> Plan | None:
        """Return the plan with tiles half as large, for use after memory ran out; None if they can't be smaller."""
        side = max(_SMALLEST_TILE, min(self.tile_side, math.isqrt(self.finest_pixels)) // 2)
        if side == self.tile_side:
            return None
        return replace(self, tile_side=side, history=max(1, self.history // 2), budget=0)

    def _least(self, height: int, width: int, layers: Sequence[str]) -> int:
        """Return the bytes that are used while a canvas is painted and its features are not kept."""
        pictures = _PICTURE_BYTES * (_PICTURES + 2 * self.steps_remembered(height, width)) + self.demand.masks
        tiles = self._tiles(height, width, layers)
        of_pixel = values_per_pixel(layers) * self.feature_bytes + _WORK_BYTES[self.feature_bytes]
        demand = self.demand.scene + self.demand.preview + height * width * pictures
        return self.base + demand + int(max(tiles) * min(self.workers, len(tiles)) * of_pixel)

    def _features(self, height: int, width: int, layers: Sequence[str]) -> int:
        return int(values_per_pixel(layers) * self.feature_bytes * sum(self._tiles(height, width, layers)))

    def _tiles(self, height: int, width: int, layers: Sequence[str]) -> list[int]:
        """Return the number of pixels of each tile with its halo."""
        tiles = partition(height, width, self.side_on(height, width))
        crops = [Crop(tile, layers, height, width, self.wrap, (0, 0)) for tile in tiles]
        return [len(crop.rows) * len(crop.columns) for crop in crops]

    def side_on(self, height: int, width: int) -> int:
        """Return the side of the tiles on a canvas; 0 if the canvas is not larger than a tile."""
        return self.tile_side if height * width > self.tile_side**2 else 0


def make_plan(octaves: Sequence[Octave], device: torch.device, gibibytes: float, wrap: Wrap, demand: Demand) -> Plan:
    """Return the fastest plan that needs at most ``gibibytes`` of memory (0: a part of the free memory).

    This includes the memory that the process uses already. Raises MemoryBudgetTooSmall with the smallest budget that is
    enough.
    """
    held = devices.held_memory(device)
    budget = int(gibibytes * 2**30) or held + int(devices.free_memory(device) * _DEFAULT_SHARE)
    needed = 0
    for plan in _plans(octaves, device, held + _FIXED, budget, wrap, demand):
        needed = plan.memory(octaves)
        if needed <= budget:
            return plan
    # Add 0.1 GiB, because the memory of the process before the job differs a little each time.
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
    """Raise OutOfMemory for each failed allocation. torch reports them with several errors."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_lack_of_memory(error):
            raise
        raise out_of_memory() from error
