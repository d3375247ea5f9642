"""A canvas that is cut into tiles, and exact measurements of its features, as if it were in one piece.

Each tile *owns* a rectangle of the canvas. Tiles start on multiples of the deepest stride, so each also owns a
rectangle of every layer's grid. The halo around a tile has all other pixels on which its owned features depend. The
moments of a tile are sums over positions, so that those of all tiles can be added. Sampled features are collected from
the tiles that own them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import torch
from torch import Tensor
from torch.nn import functional as F

from .control import Checkpoint, unchecked
from .features import Features, Network, grid_size, halo, stride, total_stride
from .losses import moment_sums
from .parallel import in_parallel
from .resampling import reduce
from .wrapping import OPEN, Wrap, read

#: The moments of features (C, C + 1) by layer: sums or means over positions, see :func:`.losses.moment_sums`.
Moments = dict[str, Tensor]
T = TypeVar("T")


@dataclass(frozen=True)
class Tile:
    """The rectangle of a canvas that a tile owns: rows ``top`` to ``bottom``, columns ``left`` to ``right``."""

    top: int
    bottom: int
    left: int
    right: int


def partition(height: int, width: int, side: int) -> list[Tile]:
    """Return tiles of equal size that cover a canvas. Their sides are at most ``side`` pixels; 0: a single tile.

    If a canvas is at most two tiles wide, and higher than one tile, it is only cut into rows: then the owned part of a
    tile is one block of memory.
    """
    across = 0 if width <= 2 * side and height > side else side
    return [Tile(*rows, *columns) for rows in _spans(height, side) for columns in _spans(width, across)]


def _spans(length: int, side: int) -> list[tuple[int, int]]:
    count = -(-length // max(side, total_stride())) if side else 1
    step = -(-length // count // total_stride()) * total_stride()
    # If the last span is shorter than the deepest stride, it would own no position there: add it to the span before it.
    starts = [s for s in range(0, length, step) if length - s >= total_stride() or s == 0]
    return list(zip(starts, [*starts[1:], length]))


@dataclass(frozen=True)
class Crop:
    """A tile and the halo that its features at the layers ``names`` need, on a canvas of ``height`` by ``width``."""

    tile: Tile
    names: Sequence[str]
    height: int
    width: int
    wrap: Wrap
    phase: tuple[int, int]

    @property
    def rows(self) -> range:
        """Its rows of the canvas. If edges meet, the rows may be beyond them."""
        return self._with_halo(self.tile.top, self.tile.bottom, self.height, self.wrap.y, self.phase[0])

    @property
    def columns(self) -> range:
        """Its columns of the canvas. If edges meet, the columns may be beyond them."""
        return self._with_halo(self.tile.left, self.tile.right, self.width, self.wrap.x, self.phase[1])

    def _with_halo(self, start: int, stop: int, length: int, meets: bool, phase: int) -> range:
        reach = halo(self.names)
        if meets:
            return range(start - reach + phase, stop + reach + phase)
        return range(max(0, start - reach), min(length, stop + reach))

    def on_grid(self, name: str) -> tuple[slice, slice]:
        """Return the rows and columns of a layer's grid that the tile owns."""
        grid_height, grid_width = grid_size(name, self.height, self.width)
        s, tile = stride(name), self.tile
        bottom = grid_height if tile.bottom == self.height else tile.bottom // s
        right = grid_width if tile.right == self.width else tile.right // s
        return slice(tile.top // s, bottom), slice(tile.left // s, right)

    def owned(self, features: Tensor, name: str) -> Tensor:
        """Return the owned part (1, C, h, w) of the crop's features (1, C, H, W) at ``name``, without a copy."""
        rows, columns = self.on_grid(name)
        y, x = (self.rows.start - self.phase[0]) // stride(name), (self.columns.start - self.phase[1]) // stride(name)
        return features[:, :, rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]


@dataclass
class Canvas:
    """A canvas of ``height`` by ``width``, cut into tiles. ``network`` computes its features.

    If ``keeps_features`` is True, the features of all tiles are kept between the two passes, not computed twice: this
    is faster, but needs more memory. ``workers`` tiles are computed at a time. ``checkpoint`` is called before each
    tile, and may raise an exception to stop the work. If edges meet (``wrap``), the side between them is a multiple of
    the deepest stride. Then the network's grid and the first tile may begin at any row and column (``phase``).
    """

    network: Network
    height: int
    width: int
    tile_side: int = 0
    keeps_features: bool = True
    workers: int = 1
    checkpoint: Checkpoint = unchecked
    wrap: Wrap = OPEN
    phase: tuple[int, int] = (0, 0)
    tiles: list[Tile] = field(init=False)

    def __post_init__(self) -> None:
        self.tiles = partition(self.height, self.width, self.tile_side)

    def map(self, names: Sequence[str], work: Callable[[int, Crop], T]) -> Iterator[T]:
        """Yield ``work(index, crop)`` for every tile, in order. A crop has the halo for features at ``names``."""

        def checked(index: int, tile: Tile) -> T:
            self.checkpoint()
            return work(index, Crop(tile, names, self.height, self.width, self.wrap, self.phase))

        return in_parallel(checked, list(enumerate(self.tiles)), self.workers)

    def masks(self, mask: Tensor | None, names: Iterable[str]) -> dict[str, Tensor | None]:
        """Return the same as :meth:`on_grids`, or None for each layer if there is no mask."""
        return dict.fromkeys(names) if mask is None else dict(self.on_grids(mask, names))

    def on_grids(self, mask: Tensor, names: Iterable[str]) -> dict[str, Tensor]:
        """Return ``mask`` (H, W), averaged to the size of each layer's grid."""
        y, x = self.phase
        turned = mask.roll((-y, -x), (0, 1)) if y or x else mask
        return {name: _on_grid(turned, stride(name)) for name in names}

    def features(self, rgb: Tensor, crop: Crop, keep_all: bool = False) -> Features:
        """Return the features of a crop of ``rgb`` (3, H, W): see :meth:`Network.forward`."""
        return self.network.forward(read(rgb, crop.rows, crop.columns), crop.names, keep_all)


def _on_grid(mask: Tensor, step: int) -> Tensor:
    """Return a mask (H, W), averaged over squares of ``step`` pixels.

    Pooling drops the last rows and columns. If the mask is 0 everywhere else, resize the whole mask instead.
    """
    if step == 1:
        return mask
    averaged = F.avg_pool2d(mask[None], step)
    return (averaged if bool(averaged.any()) else reduce(mask[None], *averaged.shape[1:]))[0]


def measure(canvas: Canvas, rgb: Tensor, names: Sequence[str], mask: Tensor | None = None) -> Moments:
    """Return the moments of ``rgb`` (3, H, W) at ``names``: means over positions, weighted by ``mask`` (H, W)."""
    region = GridWeights(canvas, names, mask)
    sums: Moments = {}
    for part in canvas.map(names, lambda _, crop: region.sums(crop, canvas.features(rgb, crop))):
        accumulate(sums, part)
    return region.means(sums)


def features_at(canvas: Canvas, rgb: Tensor, places: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the features (N, C) of ``rgb`` (3, H, W) at some ``places`` (N,) of each layer's grid."""
    samples = {name: Sample(canvas, name, where, rgb.dtype) for name, where in places.items()}

    def collect(_: int, crop: Crop) -> None:
        features = canvas.features(rgb, crop)
        for name, sample in samples.items():
            sample.collect(crop, features[name])

    for _ in canvas.map(list(places), collect):
        pass
    return {name: sample.features for name, sample in samples.items()}


def draw_places(canvas: Canvas, name: str, mask: Tensor | None, count: int, generator: torch.Generator) -> Tensor:
    """Return at most ``count`` random places (N,) of a layer's grid, sorted.

    At these places, ``mask`` (h, w; None: everywhere) is at least half of its maximum.
    """
    height, width = grid_size(name, canvas.height, canvas.width)
    within = torch.arange(height * width) if mask is None else _strongest(mask.flatten().cpu())
    order = torch.randperm(len(within), generator=generator)[:count]
    return within[order].sort().values.to(canvas.network.device)


def _strongest(mask: Tensor) -> Tensor:
    return ((mask > 0) & (mask >= mask.max() / 2)).nonzero()[:, 0]


class GridWeights:
    """The weights of the positions of a canvas, on each layer's grid."""

    def __init__(self, canvas: Canvas, names: Sequence[str], mask: Tensor | None) -> None:
        self._masks = canvas.masks(mask, names)
        self.totals: dict[str, float] = {}
        for name, weights in self._masks.items():
            height, width = grid_size(name, canvas.height, canvas.width)
            self.totals[name] = max(height * width if weights is None else weights.sum().item(), 1e-6)

    def weights(self, crop: Crop, name: str) -> Tensor | None:
        """Return the weights of the positions of a layer that the tile owns. None: all weights are 1."""
        mask = self._masks[name]
        return None if mask is None else mask[crop.on_grid(name)]

    def sums(self, crop: Crop, features: Features) -> Moments:
        """Return the moments of the tile, as sums over positions."""
        return {name: moment_sums(crop.owned(features[name], name), self.weights(crop, name)) for name in self._masks}

    def means(self, sums: Moments) -> Moments:
        """Return the means for these sums. Overwrites the sums."""
        return {name: total.div_(self.totals[name]) for name, total in sums.items()}


class Sample:
    """The features at some places of a layer. They are collected from all tiles, and their slopes are added to each."""

    def __init__(self, canvas: Canvas, name: str, places: Tensor, dtype: torch.dtype) -> None:
        width = grid_size(name, canvas.height, canvas.width)[1]
        self._name, self._rows, self._columns = name, places // width, places % width
        self.features = torch.zeros(
            (len(places), canvas.network.channels(name)), dtype=dtype, device=canvas.network.device
        )

    def collect(self, crop: Crop, features: Tensor) -> None:
        """Copy the features of the places that the tile owns from the crop's features (1, C, h, w)."""
        which, y, x = self._within(crop)
        self.features[which] = _by_place(crop.owned(features, self._name))[y, x].to(self.features.dtype)

    def inject(self, crop: Crop, slopes: Tensor, gradient: Tensor) -> None:
        """Add slopes (N, C) to the gradient (1, C, h, w) for the crop's features, at the places that the tile owns."""
        which, y, x = self._within(crop)
        _by_place(crop.owned(gradient, self._name))[y, x] += slopes[which].to(gradient.dtype)

    def _within(self, crop: Crop) -> tuple[Tensor, Tensor, Tensor]:
        """Return the indices of the places that the tile owns, and their rows and columns in it."""
        rows, columns = crop.on_grid(self._name)
        inside = (self._rows >= rows.start) & (self._rows < rows.stop)
        inside &= (self._columns >= columns.start) & (self._columns < columns.stop)
        which = inside.nonzero()[:, 0]
        return which, self._rows[which] - rows.start, self._columns[which] - columns.start


def _by_place(features: Tensor) -> Tensor:
    """Return a view (h, w, C) of features (1, C, h, w)."""
    return features[0].permute(1, 2, 0)


def accumulate(sums: Moments, part: Moments) -> None:
    """Add the sums of a tile to ``sums``, in place."""
    for name, value in part.items():
        sums[name] = sums[name].add_(value) if name in sums else value
