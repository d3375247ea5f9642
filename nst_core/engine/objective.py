"""The objective of a whole canvas and its exact gradient, computed tile by tile with limited memory.

A first pass over all tiles collects the moments and the sampled features. They give the loss, and its gradient for each
moment and feature: the *slopes*. A second pass computes from the slopes the gradient for the pixels of each tile.
Nothing is approximated: the loss and the gradient are those of the canvas in one piece.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from .earlier import MovedFrame
from .features import Features
from .likeness import likeness_distance
from .losses import add_moments_gradient, moments_distance, total_variation
from .parallel import in_parallel, torch_threads
from .resampling import average, spread
from .similarity import similarity_distance
from .tiling import Canvas, Crop, GridWeights, Moments, Sample, accumulate
from .transport import transport_distance
from .wrapping import OPEN, Wrap, add

#: So many threads share the canvas and its views. With more of them, each operation has several threads, and then their
#: number for a view would depend on chance, and the last digits of its features with it.
_MOST_SHARING = 3

#: With few threads, a canvas of at most so many pixels has one. More would wait for each other longer than they work.
_SMALL_CANVAS = 128**2


@dataclass(frozen=True)
class StyleTarget:
    """The target moments (means over positions) by layer, within ``mask`` (H, W; None: everywhere).

    ``share`` is the weight of this target in the style objective. The sum of the shares of all targets is 1.
    """

    moments: Moments
    mask: Tensor | None = None
    share: float = 1.0


class SampledTarget(Protocol):
    """A target for the features of ``layer`` at some ``places`` (N,) of its grid. A place is an index, row by row."""

    @property
    def layer(self) -> str:
        """The layer's name."""

    @property
    def places(self) -> Tensor:
        """Indices (N,) of positions."""

    def distance(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return the distance of features (N, C) from this target, and the gradient (N, C)."""


@dataclass(frozen=True)
class ContentTarget:
    """The self-similarity (N, N) of the content, and the ``weights`` (N, N) of pairs of places."""

    layer: str
    places: Tensor
    similarity: Tensor
    weights: Tensor

    def distance(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """See :func:`.similarity.similarity_distance`."""
        return similarity_distance(features, self.similarity, self.weights)


@dataclass(frozen=True)
class LikenessTarget:
    """The ``directions`` (N, C) of the content's features from their mean, and the ``weights`` (N,) of the places."""

    layer: str
    places: Tensor
    directions: Tensor
    weights: Tensor

    def distance(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """See :func:`.likeness.likeness_distance`."""
        return likeness_distance(features, self.directions, self.weights)


@dataclass(frozen=True)
class LayoutTarget:
    """The target mean colors (3, h, w) of squares of ``factor`` pixels, and the ``weights`` (h, w) of the squares."""

    factor: int
    colors: Tensor
    weights: Tensor

    def distance(self, rgb: Tensor) -> tuple[Tensor, Tensor]:
        """Return the weighted sum of squared differences, and its gradient for ``rgb`` (3, H, W)."""
        difference = average(rgb, self.factor) - self.colors
        weighted = difference * self.weights
        return (weighted * difference).sum(), spread(2 * weighted, self.factor, rgb)


@dataclass(frozen=True)
class StrokeTarget:
    """The target features of a style: unit vectors (M, C) from their ``mean`` (C,)."""

    layer: str
    places: Tensor
    style: Tensor
    mean: Tensor
    weight: float

    def distance(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """See :func:`.transport.transport_distance`."""
        loss, slope = transport_distance(features, self.style, self.mean)
        return self.weight * loss, self.weight * slope


@dataclass
class Objective:
    """The loss of style and content on a canvas, and its gradient.

    ``layer_weights`` has the style layers that are used on this canvas, and their weights.
    """

    canvas: Canvas
    targets: Sequence[StyleTarget]
    layer_weights: dict[str, float]
    sampled: Sequence[SampledTarget] = ()
    layout: LayoutTarget | None = None

    def __post_init__(self) -> None:
        self._regions = [GridWeights(self.canvas, list(self.layer_weights), target.mask) for target in self.targets]
        self._names = list(dict.fromkeys([*self.layer_weights, *(target.layer for target in self.sampled)]))

    def __call__(self, rgb: Tensor) -> tuple[Tensor, Tensor]:
        """Return the loss and its gradient (3, H, W) at ``rgb`` (3, H, W)."""
        canvas, names = self.canvas, self._names
        samples = [Sample(canvas, target.layer, target.places, rgb.dtype) for target in self.sampled]
        kept: dict[int, Features] = {}

        def forward(index: int, crop: Crop) -> list[Moments]:
            features = canvas.features(rgb, crop, keep_all=canvas.keeps_features)
            if canvas.keeps_features:
                kept[index] = features
            for target, sample in zip(self.sampled, samples):
                sample.collect(crop, features[target.layer])
            return [region.sums(crop, features) for region in self._regions]

        def backward(index: int, crop: Crop) -> tuple[Crop, Tensor]:
            features = kept.pop(index) if index in kept else canvas.features(rgb, crop, keep_all=True)

            def add_slope(name: str, gradient: Tensor) -> None:
                self._add_style_slope(name, crop, features[name], gradient, style_slopes)
                for target, sample, slopes in zip(self.sampled, samples, sampled_slopes):
                    if target.layer == name:
                        sample.inject(crop, slopes, gradient)

            return crop, canvas.network.backward(features, names, add_slope)

        sums: list[Moments] = [{} for _ in self._regions]
        for parts in canvas.map(names, forward):
            for so_far, part in zip(sums, parts):
                accumulate(so_far, part)
        style_loss, style_slopes = self._style(sums)
        sampled_loss, sampled_slopes = self._of_samples(samples)
        gradient = torch.zeros_like(rgb)
        for crop, of_crop in canvas.map(names, backward):
            add(gradient, crop.rows, crop.columns, of_crop)
        loss = style_loss + sampled_loss
        if self.layout is not None:
            distance, slope = self.layout.distance(rgb)
            return loss + distance, gradient.add_(slope)
        return loss, gradient

    def _style(self, sums: Sequence[Moments]) -> tuple[Tensor, list[Moments]]:
        """Return the style loss, and its slopes for the sums of each region. Overwrites ``sums``."""
        loss = torch.zeros((), device=self.canvas.network.device)
        slopes = []
        for region, target, so_far in zip(self._regions, self.targets, sums):
            slope = {}
            for name, moments in region.means(so_far).items():
                weight = self.layer_weights[name] * target.share
                distance, towards = moments_distance(moments, target.moments[name])
                loss = loss + weight * distance
                slope[name] = towards.mul_(weight / region.totals[name]).to(self.canvas.network.dtype)
            slopes.append(slope)
        return loss, slopes

    def _of_samples(self, samples: Sequence[Sample]) -> tuple[Tensor, list[Tensor]]:
        """Return the loss of all sampled targets, and its slopes for the features of each sample."""
        found = [target.distance(sample.features) for target, sample in zip(self.sampled, samples)]
        loss = sum((distance for distance, _ in found), torch.zeros((), device=self.canvas.network.device))
        return loss, [slope for _, slope in found]

    def _add_style_slope(
        self, name: str, crop: Crop, features: Tensor, gradient: Tensor, slopes: Sequence[Moments]
    ) -> None:
        """Add the style's gradient for the crop's features at ``name`` to ``gradient``, where the tile owns them."""
        if name in self.layer_weights:
            owned, into = crop.owned(features, name), crop.owned(gradient, name)
            for region, slope in zip(self._regions, slopes):
                add_moments_gradient(into, owned, slope[name], region.weights(crop, name))


@dataclass(frozen=True)
class View:
    """A reduced view of a canvas, averaged over squares of ``factor`` pixels, with its own objective."""

    factor: int
    objective: Objective
    weight: float


@dataclass(frozen=True)
class Whole:
    """All losses on a canvas: its objective, those of its views, and the total variation times ``tv_weight``.

    ``earlier`` is the earlier frame of a film: this frame stays near to it. ``allowed`` removes the parts of a gradient
    that would change pixels that must not change.
    """

    objective: Objective
    views: Sequence[View] = ()
    tv_weight: float = 0.0
    wrap: Wrap = OPEN
    earlier: MovedFrame | None = None
    allowed: Callable[[Tensor], Tensor] = lambda gradient: gradient

    def __call__(self, rgb: Tensor) -> tuple[float, Tensor]:
        """Return the loss and its gradient (3, H, W) at ``rgb`` (3, H, W)."""
        has_one_thread = self._sharing > 1 and rgb[0].numel() <= _SMALL_CANVAS
        with torch_threads(1 if has_one_thread else torch.get_num_threads()):
            loss, gradient = self._with_views(rgb)
        if self.tv_weight:
            variation, slope = total_variation(rgb, self.wrap)
            loss = loss + self.tv_weight * variation
            gradient.add_(slope, alpha=self.tv_weight)
        if self.earlier is not None:
            distance, slope = self.earlier.distance(rgb)
            loss = loss + distance
            gradient.add_(slope)
        return float(loss), self.allowed(gradient)

    @property
    def _sharing(self) -> int:
        """The number of threads that share the canvas and its views; 1 on a GPU and with many threads."""
        workers = self.objective.canvas.workers
        return workers if workers <= _MOST_SHARING else 1

    def _with_views(self, rgb: Tensor) -> tuple[Tensor, Tensor]:
        """Return the loss of the canvas and its views, and the gradient. A few cores compute them at the same time."""
        seen = [(self.objective, rgb), *((view.objective, average(rgb, view.factor)) for view in self.views)]
        (loss, gradient), *of_views = in_parallel(lambda objective, picture: objective(picture), seen, self._sharing)
        for view, (distance, slope) in zip(self.views, of_views):
            loss = loss + view.weight * distance
            gradient.add_(spread(slope, view.factor, rgb), alpha=view.weight)
        return loss, gradient
