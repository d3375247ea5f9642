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

from .features import Network, grid_size, halo, stride, total_stride
from .losses import CONTENT_LAYER, gram_gradient, gram_sum, relative_distance, total_variation
from .parallel import in_parallel

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
    """Tiles of equal size, at most ``side`` pixels long, that cover a canvas; 0 makes one tile of it."""
    return [Tile(*rows, *columns) for rows in _spans(height, side) for columns in _spans(width, side)]


def _spans(length: int, side: int) -> list[tuple[int, int]]:
    count = -(-length // max(side, total_stride())) if side else 1
    step = -(-length // count // total_stride()) * total_stride()
    # A last span shorter than the deepest stride would own no position there; its neighbor takes it.
    starts = [s for s in range(0, length, step) if length - s >= total_stride() or s == 0]
    return list(zip(starts, [*starts[1:], length]))


@dataclass(frozen=True)
class StyleTarget:
    """Statistics to reach: Gram matrices (means over positions) by layer, within ``mask`` (H, W; None: everywhere).

    ``share`` is the part of the style objective that this target has; the shares of all targets sum to 1.
    """

    grams: Grams
    mask: Tensor | None = None
    share: float = 1.0


@dataclass
class Canvas:
    """A canvas of ``height`` by ``width`` cut into tiles, as ``network`` sees it.

    ``keeps_graph`` trades memory for time: all tiles' features are kept between the two passes instead of recomputed.
    ``workers`` tiles are worked at a time. ``checkpoint`` is called before each tile and may raise to stop the work.
    """

    network: Network
    height: int
    width: int
    tile_side: int = 0
    keeps_graph: bool = True
    workers: int = 1
    checkpoint: Callable[[], None] = lambda: None
    tiles: list[Tile] = field(init=False)

    def __post_init__(self) -> None:
        self.tiles = partition(self.height, self.width, self.tile_side)

    def map(self, work: Callable[[int, Tile], Result]) -> Iterator[Result]:
        """``work(index, tile)`` of every tile, in order."""

        def checked(index: int, tile: Tile) -> Result:
            self.checkpoint()
            return work(index, tile)

        return in_parallel(checked, list(enumerate(self.tiles)), self.workers)

    def features(self, rgb: Tensor, tile: Tile, names: Sequence[str]) -> tuple[Tensor, dict[str, Tensor]]:
        """The tile's haloed crop of ``rgb`` (a leaf of the graph, if there is one) and its owned features by layer."""
        rows, columns = self._haloed(tile, names)
        crop = rgb[:, rows, columns].detach().requires_grad_(torch.is_grad_enabled())
        found = self.network(crop, names)
        return crop, {name: self._owned(found[name], name, tile, rows.start, columns.start) for name in names}

    def on_grid(self, tile: Tile, name: str) -> tuple[slice, slice]:
        """The rows and columns of a layer's grid that the tile owns."""
        grid_height, grid_width = grid_size(name, self.height, self.width)
        s = stride(name)
        bottom = grid_height if tile.bottom == self.height else tile.bottom // s
        right = grid_width if tile.right == self.width else tile.right // s
        return slice(tile.top // s, bottom), slice(tile.left // s, right)

    def add_gradient(self, total: Tensor, crop: Tensor, tile: Tile, names: Sequence[str]) -> None:
        """Add the gradient of the tile's haloed crop to that of the canvas."""
        rows, columns = self._haloed(tile, names)
        assert crop.grad is not None
        total[:, rows, columns] += crop.grad

    def _haloed(self, tile: Tile, names: Sequence[str]) -> tuple[slice, slice]:
        reach = halo(names)
        rows = slice(max(0, tile.top - reach), min(self.height, tile.bottom + reach))
        return rows, slice(max(0, tile.left - reach), min(self.width, tile.right + reach))

    def _owned(self, features: Tensor, name: str, tile: Tile, top: int, left: int) -> Tensor:
        rows, columns = self.on_grid(tile, name)
        y, x = top // stride(name), left // stride(name)
        return features[:, rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]


def layer_masks(mask: Tensor | None, names: Iterable[str]) -> dict[str, Tensor | None]:
    """A mask (H, W) averaged down to each layer's grid."""
    if mask is None:
        return dict.fromkeys(names)
    return {name: F.avg_pool2d(mask[None, None], stride(name))[0, 0] for name in names}


def measure(canvas: Canvas, rgb: Tensor, names: Sequence[str], mask: Tensor | None = None) -> Grams:
    """Gram matrices of ``rgb`` (3, H, W) at ``names``, each a mean over positions weighted by ``mask`` (H, W)."""
    region = _Region(canvas, names, mask)

    def sums(_: int, tile: Tile) -> Grams:
        with torch.no_grad():
            return region.sums(tile, canvas.features(rgb, tile, names)[1])

    for part in canvas.map(sums):
        region.add(part)
    return region.grams()


def content_features(canvas: Canvas, rgb: Tensor) -> Tensor:
    """The content layer's features (C, h, w) of ``rgb`` (3, H, W)."""
    height, width = grid_size(CONTENT_LAYER, canvas.height, canvas.width)
    whole = rgb.new_empty((canvas.network.channels(CONTENT_LAYER), height, width))

    def copy_owned(_: int, tile: Tile) -> None:
        with torch.no_grad():
            rows, columns = canvas.on_grid(tile, CONTENT_LAYER)
            whole[:, rows, columns] = canvas.features(rgb, tile, [CONTENT_LAYER])[1][CONTENT_LAYER].to(rgb.dtype)

    for _ in canvas.map(copy_owned):
        pass
    return whole


class _Region:
    """The sums of one region's Gram matrices while the tiles go by."""

    def __init__(self, canvas: Canvas, names: Sequence[str], mask: Tensor | None) -> None:
        self._canvas = canvas
        self._masks = layer_masks(mask, names)
        self._sums: Grams = {}
        self.totals: dict[str, float] = {}
        for name, weights in self._masks.items():
            height, width = grid_size(name, canvas.height, canvas.width)
            self.totals[name] = max(height * width if weights is None else weights.sum().item(), 1e-6)

    def weights(self, tile: Tile, name: str) -> Tensor | None:
        mask = self._masks[name]
        return None if mask is None else mask[self._canvas.on_grid(tile, name)]

    def sums(self, tile: Tile, features: dict[str, Tensor]) -> Grams:
        """The tile's part of the sums."""
        owned = {name: _at_least_float32(features[name].detach()) for name in self._masks}
        return {name: gram_sum(values, self.weights(tile, name)) for name, values in owned.items()}

    def add(self, part: Grams) -> None:
        for name, value in part.items():
            self._sums[name] = self._sums[name] + value if name in self._sums else value

    def grams(self) -> Grams:
        return {name: total / self.totals[name] for name, total in self._sums.items()}


@dataclass
class Objective:
    """``style + content_weight * content + tv_weight * total variation`` of a canvas, and its gradient.

    ``layer_weights`` are those of the style layers that count on this canvas; ``content`` the content layer's target
    (C, h, w), or None if it has no say. ``changeable`` (H, W) stops the gradient where it is 0.
    """

    canvas: Canvas
    targets: Sequence[StyleTarget]
    layer_weights: dict[str, float]
    content: Tensor | None = None
    content_weight: float = 0.0
    tv_weight: float = 0.0
    changeable: Tensor | None = None

    def __call__(self, rgb: Tensor) -> tuple[float, Tensor]:
        """Loss and gradient (3, H, W) at ``rgb`` (3, H, W)."""
        regions = [_Region(self.canvas, list(self.layer_weights), target.mask) for target in self.targets]
        kept: dict[int, tuple[Tensor, dict[str, Tensor]]] = {}

        def forward(index: int, tile: Tile) -> tuple[list[Grams], Tensor | float]:
            with torch.set_grad_enabled(self.canvas.keeps_graph):
                crop, features = self.canvas.features(rgb, tile, self._names)
            if self.canvas.keeps_graph:
                kept[index] = crop, features
            return [region.sums(tile, features) for region in regions], self._content_loss(tile, features)

        def backward(index: int, tile: Tile) -> tuple[Tile, Tensor]:
            crop, features = kept.pop(index) if index in kept else self.canvas.features(rgb, tile, self._names)
            self._backward(tile, features, regions, slopes)
            return tile, crop

        loss = rgb.new_zeros(())
        for parts, content_loss in self.canvas.map(forward):
            for region, part in zip(regions, parts):
                region.add(part)
            loss = loss + content_loss
        style_loss, slopes = self._style(regions)
        gradient = torch.zeros_like(rgb)
        for tile, crop in self.canvas.map(backward):
            self.canvas.add_gradient(gradient, crop, tile, self._names)
        return self._finish(rgb, loss + style_loss, gradient)

    @property
    def _names(self) -> list[str]:
        return [*self.layer_weights, *([CONTENT_LAYER] if self.content is not None else [])]

    def _style(self, regions: Sequence[_Region]) -> tuple[Tensor, list[Grams]]:
        """The style term and its slope for each region's Gram sums."""
        loss = torch.zeros((), device=self.canvas.network.device)
        slopes = []
        for region, target in zip(regions, self.targets):
            slope = {}
            for name, gram in region.grams().items():
                weight = self.layer_weights[name] * target.share
                distance, towards = relative_distance(gram, target.grams[name])
                loss = loss + weight * distance
                slope[name] = towards * (weight / region.totals[name])
            slopes.append(slope)
        return loss, slopes

    def _content_target(self, tile: Tile) -> Tensor:
        assert self.content is not None
        rows, columns = self.canvas.on_grid(tile, CONTENT_LAYER)
        return self.content[:, rows, columns]

    def _content_scale(self) -> Tensor:
        assert self.content is not None
        return self.content_weight / self.content.square().sum().clamp_min(1e-12)

    def _content_loss(self, tile: Tile, features: dict[str, Tensor]) -> Tensor | float:
        if self.content is None:
            return 0.0
        difference = features[CONTENT_LAYER].detach().to(self.content.dtype) - self._content_target(tile)
        return difference.square().sum() * self._content_scale()

    def _backward(
        self, tile: Tile, features: dict[str, Tensor], regions: Sequence[_Region], slopes: list[Grams]
    ) -> None:
        gradients = []
        for name, owned in features.items():
            values = _at_least_float32(owned.detach())
            total = torch.zeros_like(values)
            if name in self.layer_weights:
                for region, slope in zip(regions, slopes):
                    total += gram_gradient(values, slope[name], region.weights(tile, name))
            if name == CONTENT_LAYER:
                total += 2 * (values - self._content_target(tile)) * self._content_scale()
            gradients.append(total.to(owned.dtype))
        torch.autograd.backward(list(features.values()), gradients)

    def _finish(self, rgb: Tensor, loss: Tensor, gradient: Tensor) -> tuple[float, Tensor]:
        if self.tv_weight:
            variation, slope = total_variation(rgb)
            loss = loss + self.tv_weight * variation
            gradient += self.tv_weight * slope
        if self.changeable is not None:
            gradient *= self.changeable
        return float(loss), gradient


def _at_least_float32(values: Tensor) -> Tensor:
    return values if values.dtype == torch.float64 else values.float()
