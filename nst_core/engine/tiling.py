"""The objective of a whole canvas and its exact gradient, computed tile by tile in bounded memory.

A Gram matrix is a sum over positions, so it can be summed over tiles. Each tile *owns* a rectangle of the canvas, and
with it a rectangle of every layer's grid (tiles start on multiples of the deepest stride); around it lies a halo that
holds everything its owned features depend on. First the sums are made over all tiles, then the objective's slope for
each sum is known, and a second pass carries it back through each tile into the canvas. Nothing is approximated: values
and gradients are those of the canvas in one piece.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import torch
from torch import Tensor
from torch.nn import functional as F

from .features import Features, Network, grid_size, halo, stride, total_stride
from .losses import add_gram_gradient, gram_sum, relative_distance, total_variation
from .parallel import in_parallel
from .pyramid import reduce
from .wrapping import OPEN, Wrap, add, read

Grams = dict[str, Tensor]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Tile:
    """Pixels ``top..bottom`` by ``left..right`` of a canvas: what the tile owns."""

    top: int
    bottom: int
    left: int
    right: int


def partition(height: int, width: int, side: int) -> list[Tile]:
    """Tiles of equal size, at most ``side`` pixels long, that cover a canvas; 0 makes one tile of it.

    A canvas up to two tiles wide, and higher than one, is cut into rows only: what a tile owns is then in one piece in
    memory.
    """
    across = 0 if width <= 2 * side and height > side else side
    return [Tile(*rows, *columns) for rows in _spans(height, side) for columns in _spans(width, across)]


def _spans(length: int, side: int) -> list[tuple[int, int]]:
    count = -(-length // max(side, total_stride())) if side else 1
    step = -(-length // count // total_stride()) * total_stride()
    # A last span shorter than the deepest stride would own no position there; its neighbor takes it.
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
        """Its rows of the canvas; where edges meet they go on beyond them."""
        return self._with_halo(self.tile.top, self.tile.bottom, self.height, self.wrap.y, self.phase[0])

    @property
    def columns(self) -> range:
        """Its columns of the canvas; where edges meet they go on beyond them."""
        return self._with_halo(self.tile.left, self.tile.right, self.width, self.wrap.x, self.phase[1])

    def _with_halo(self, start: int, stop: int, length: int, meets: bool, phase: int) -> range:
        reach = halo(self.names)
        if meets:
            return range(start - reach + phase, stop + reach + phase)
        return range(max(0, start - reach), min(length, stop + reach))

    def on_grid(self, name: str) -> tuple[slice, slice]:
        """The rows and columns of a layer's grid that the tile owns."""
        grid_height, grid_width = grid_size(name, self.height, self.width)
        s, tile = stride(name), self.tile
        bottom = grid_height if tile.bottom == self.height else tile.bottom // s
        right = grid_width if tile.right == self.width else tile.right // s
        return slice(tile.top // s, bottom), slice(tile.left // s, right)

    def owned(self, features: Tensor, name: str) -> Tensor:
        """What the tile owns (1, C, h, w) of the crop's features at ``name``, (1, C, H, W): a view."""
        rows, columns = self.on_grid(name)
        y, x = (self.rows.start - self.phase[0]) // stride(name), (self.columns.start - self.phase[1]) // stride(name)
        return features[:, :, rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]


@dataclass(frozen=True)
class StyleTarget:
    """Statistics to reach: Gram matrices (means over positions) by layer, within ``mask`` (H, W; None: everywhere).

    ``share`` is the part of the style objective that this target has; the shares of all targets sum to 1.
    """

    grams: Grams
    mask: Tensor | None = None
    share: float = 1.0


@dataclass(frozen=True)
class ContentTarget:
    """Features (C, h, w) at ``layer`` to stay near to, and the weight of each position: (h, w), or (1, 1) for all.

    The distance is relative to the size of the features, so a weight counts the same at any layer.
    """

    layer: str
    features: Tensor
    weight: Tensor


@dataclass
class Canvas:
    """A canvas of ``height`` by ``width`` cut into tiles, as ``network`` sees it.

    ``keeps_features`` trades memory for time: all tiles' features are kept between the two passes instead of
    recomputed. ``workers`` tiles are worked at a time. ``checkpoint`` is called before each tile and may raise to stop
    the work. Where edges meet (``wrap``), the side between them is a multiple of the deepest stride, and the network's
    grid, and with it the first tile, may begin at any row and column (``phase``).
    """

    network: Network
    height: int
    width: int
    tile_side: int = 0
    keeps_features: bool = True
    workers: int = 1
    checkpoint: Callable[[], None] = lambda: None
    wrap: Wrap = OPEN
    phase: tuple[int, int] = (0, 0)
    tiles: list[Tile] = field(init=False)

    def __post_init__(self) -> None:
        self.tiles = partition(self.height, self.width, self.tile_side)

    def map(self, names: Sequence[str], work: Callable[[int, Crop], Result]) -> Iterator[Result]:
        """``work(index, crop)`` for every tile, in order, with the halo that features at ``names`` need."""

        def checked(index: int, tile: Tile) -> Result:
            self.checkpoint()
            return work(index, Crop(tile, names, self.height, self.width, self.wrap, self.phase))

        return in_parallel(checked, list(enumerate(self.tiles)), self.workers)

    def masks(self, mask: Tensor | None, names: Iterable[str]) -> dict[str, Tensor | None]:
        """A mask (H, W) averaged down to each layer's grid."""
        if mask is None:
            return dict.fromkeys(names)
        y, x = self.phase
        turned = mask.roll((-y, -x), (0, 1)) if y or x else mask
        return {name: _on_grid(turned, stride(name)) for name in names}

    def features(self, rgb: Tensor, crop: Crop, keep_all: bool = False) -> Features:
        """The features of a crop of ``rgb`` (3, H, W); see :meth:`Network.forward`."""
        return self.network.forward(read(rgb, crop.rows, crop.columns), crop.names, keep_all)


def _on_grid(mask: Tensor, step: int) -> Tensor:
    """A mask (H, W) averaged over squares of ``step`` pixels.

    Pooling drops the last rows and columns; if all that counts lies there, the squares are stretched over them.
    """
    averaged = F.avg_pool2d(mask[None], step)
    return (averaged if bool(averaged.any()) else reduce(mask[None], *averaged.shape[1:]))[0]


def measure(canvas: Canvas, rgb: Tensor, names: Sequence[str], mask: Tensor | None = None) -> Grams:
    """Gram matrices of ``rgb`` (3, H, W) at ``names``, each a mean over positions weighted by ``mask`` (H, W)."""
    region = _Region(canvas, names, mask)
    sums: Grams = {}
    for part in canvas.map(names, lambda _, crop: region.sums(crop, canvas.features(rgb, crop))):
        _accumulate(sums, part)
    return region.grams(sums)


def content_features(canvas: Canvas, rgb: Tensor, names: Sequence[str]) -> Features:
    """The features (C, h, w) of ``rgb`` (3, H, W) at each of ``names``, in its precision."""
    whole = {
        name: rgb.new_empty((canvas.network.channels(name), *grid_size(name, canvas.height, canvas.width)))
        for name in names
    }

    def copy_owned(_: int, crop: Crop) -> None:
        features = canvas.features(rgb, crop)
        for name in names:
            rows, columns = crop.on_grid(name)
            whole[name][:, rows, columns] = crop.owned(features[name], name)[0].to(rgb.dtype)

    for _ in canvas.map(names, copy_owned):
        pass
    return whole


class _Region:
    """Where the positions of a canvas count, and how much, on each layer's grid."""

    def __init__(self, canvas: Canvas, names: Sequence[str], mask: Tensor | None) -> None:
        self._masks = canvas.masks(mask, names)
        self.totals: dict[str, float] = {}
        for name, weights in self._masks.items():
            height, width = grid_size(name, canvas.height, canvas.width)
            self.totals[name] = max(height * width if weights is None else weights.sum().item(), 1e-6)

    def weights(self, crop: Crop, name: str) -> Tensor | None:
        mask = self._masks[name]
        return None if mask is None else mask[crop.on_grid(name)]

    def sums(self, crop: Crop, features: Features) -> Grams:
        """The tile's part of the sums that are the Gram matrices."""
        return {name: gram_sum(crop.owned(features[name], name), self.weights(crop, name)) for name in self._masks}

    def grams(self, sums: Grams) -> Grams:
        """Means from the sums, which it overwrites."""
        return {name: total.div_(self.totals[name]) for name, total in sums.items()}


def _accumulate(sums: Grams, part: Grams) -> None:
    for name, value in part.items():
        sums[name] = sums[name].add_(value) if name in sums else value


@dataclass
class Objective:
    """Style, content and ``tv_weight * total variation`` of a canvas in one number, and its gradient.

    ``layer_weights`` are those of the style layers that count on this canvas. ``allowed`` takes a gradient and returns
    the part of it that may be followed.
    """

    canvas: Canvas
    targets: Sequence[StyleTarget]
    layer_weights: dict[str, float]
    contents: Sequence[ContentTarget] = ()
    tv_weight: float = 0.0
    allowed: Callable[[Tensor], Tensor] = lambda gradient: gradient

    def __post_init__(self) -> None:
        self._regions = [_Region(self.canvas, list(self.layer_weights), target.mask) for target in self.targets]
        self._names = list(dict.fromkeys([*self.layer_weights, *(content.layer for content in self.contents)]))
        # Not the sum of squares: they would take as much memory again as the features, gigabytes on a large canvas.
        sizes = [torch.linalg.vector_norm(content.features).square() for content in self.contents]
        self._strengths = [content.weight / size.clamp_min(1e-12) for content, size in zip(self.contents, sizes)]

    def __call__(self, rgb: Tensor) -> tuple[float, Tensor]:
        """Loss and gradient (3, H, W) at ``rgb`` (3, H, W)."""
        canvas, names = self.canvas, self._names
        kept: dict[int, Features] = {}

        def forward(index: int, crop: Crop) -> tuple[list[Grams], Tensor]:
            features = canvas.features(rgb, crop, keep_all=canvas.keeps_features)
            if canvas.keeps_features:
                kept[index] = features
            return [region.sums(crop, features) for region in self._regions], self._content_loss(rgb, crop, features)

        def backward(index: int, crop: Crop) -> tuple[Crop, Tensor]:
            features = kept.pop(index) if index in kept else canvas.features(rgb, crop, keep_all=True)

            def add_slope(name: str, gradient: Tensor) -> None:
                self._add_slope(name, crop, features[name], gradient, slopes)

            return crop, canvas.network.backward(features, names, add_slope)

        loss = rgb.new_zeros(())
        sums: list[Grams] = [{} for _ in self._regions]
        for parts, content_loss in canvas.map(names, forward):
            for so_far, part in zip(sums, parts):
                _accumulate(so_far, part)
            loss = loss + content_loss
        style_loss, slopes = self._style(sums)
        gradient = torch.zeros_like(rgb)
        for crop, of_crop in canvas.map(names, backward):
            add(gradient, crop.rows, crop.columns, of_crop)
        return self._finish(rgb, loss + style_loss, gradient)

    def _style(self, sums: Sequence[Grams]) -> tuple[Tensor, list[Grams]]:
        """The style term, and twice its slope for each region's Gram sums; it overwrites the sums."""
        loss = torch.zeros((), device=self.canvas.network.device)
        slopes = []
        for region, target, so_far in zip(self._regions, self.targets, sums):
            slope = {}
            for name, gram in region.grams(so_far).items():
                weight = self.layer_weights[name] * target.share
                distance, towards = relative_distance(gram, target.grams[name])
                loss = loss + weight * distance
                slope[name] = towards.mul_(2 * weight / region.totals[name]).to(self.canvas.network.dtype)
            slopes.append(slope)
        return loss, slopes

    def _content_loss(self, rgb: Tensor, crop: Crop, features: Features) -> Tensor:
        loss = rgb.new_zeros(())
        for content, strength in zip(self.contents, self._strengths):
            difference, weight = _difference(content, strength, crop, features[content.layer])
            loss = loss + (difference.square() * weight).sum()
        return loss

    def _add_slope(self, name: str, crop: Crop, features: Tensor, gradient: Tensor, slopes: Sequence[Grams]) -> None:
        """Add the slope for the crop's features at ``name`` to the gradient for them, where the tile owns them."""
        owned, into = crop.owned(features, name), crop.owned(gradient, name)
        if name in self.layer_weights:
            for region, slope in zip(self._regions, slopes):
                add_gram_gradient(into, owned, slope[name], region.weights(crop, name))
        for content, strength in zip(self.contents, self._strengths):
            if content.layer == name:
                difference, weight = _difference(content, strength, crop, features)
                into += 2 * difference * weight

    def _finish(self, rgb: Tensor, loss: Tensor, gradient: Tensor) -> tuple[float, Tensor]:
        if self.tv_weight:
            variation, slope = total_variation(rgb, self.canvas.wrap)
            loss = loss + self.tv_weight * variation
            gradient += self.tv_weight * slope
        return float(loss), self.allowed(gradient)


def _difference(content: ContentTarget, strength: Tensor, crop: Crop, features: Tensor) -> tuple[Tensor, Tensor]:
    """What a tile's own features lack to the target (1, C, h, w), and what it counts at each position."""
    rows, columns = crop.on_grid(content.layer)
    target = content.features[:, rows, columns]
    weight = strength if strength.numel() == 1 else strength[rows, columns]
    return crop.owned(features, content.layer).to(target.dtype) - target, weight
