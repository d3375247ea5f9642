"""The objective of a whole canvas and its exact gradient, computed tile by tile in bounded memory.

First the moments and the sampled features are collected over all tiles. Then the slope of the objective for each of
them is known, and a second pass carries it back through each tile into the canvas. Nothing is approximated: values and
gradients are those of the canvas in one piece.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from .earlier import MovedFrame
from .features import Features
from .losses import add_moments_gradient, moments_distance, total_variation
from .resampling import average, spread
from .similarity import similarity_distance
from .tiling import Canvas, Crop, GridWeights, Moments, Sample, accumulate
from .transport import transport_distance
from .wrapping import OPEN, Wrap, add


@dataclass(frozen=True)
class StyleTarget:
    """Moments to reach (means over positions) by layer, within ``mask`` (H, W; None: everywhere).

    ``share`` is the part of the style objective that this target has; the shares of all targets sum to 1.
    """

    moments: Moments
    mask: Tensor | None = None
    share: float = 1.0


class SampledTarget(Protocol):
    """A target for the features at some ``places`` (N,) of the grid of ``layer``; places count row by row."""

    @property
    def layer(self) -> str:
        """The layer's name."""

    @property
    def places(self) -> Tensor:
        """Indices (N,) of positions."""

    def distance(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """How far features (N, C) are from it, and the gradient (N, C)."""


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
class LayoutTarget:
    """Mean colors (3, h, w) of squares of ``factor`` pixels to keep, and the ``weights`` (h, w) of squares."""

    factor: int
    colors: Tensor
    weights: Tensor

    def distance(self, rgb: Tensor) -> tuple[Tensor, Tensor]:
        """The weighted sum of squared differences, and its gradient for ``rgb`` (3, H, W)."""
        difference = average(rgb, self.factor) - self.colors
        weighted = difference * self.weights
        return (weighted * difference).sum(), spread(2 * weighted, self.factor, rgb)


@dataclass(frozen=True)
class StrokeTarget:
    """Features of a style as unit vectors (M, C) from their ``mean`` (C,), to which the painted features are drawn."""

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
    """Style and content of a canvas in one number, and its gradient.

    ``layer_weights`` are those of the style layers whose moments count on this canvas.
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
        """Loss and gradient (3, H, W) at ``rgb`` (3, H, W)."""
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
        """The style term, and its slope for the sums of each region, which it overwrites."""
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
        """The loss of all sampled targets, and its slopes for the features of each sample."""
        found = [target.distance(sample.features) for target, sample in zip(self.sampled, samples)]
        loss = sum((distance for distance, _ in found), torch.zeros((), device=self.canvas.network.device))
        return loss, [slope for _, slope in found]

    def _add_style_slope(
        self, name: str, crop: Crop, features: Tensor, gradient: Tensor, slopes: Sequence[Moments]
    ) -> None:
        """Add the slope for the crop's features at ``name`` to the gradient for them, where the tile owns them."""
        if name in self.layer_weights:
            owned, into = crop.owned(features, name), crop.owned(gradient, name)
            for region, slope in zip(self._regions, slopes):
                add_moments_gradient(into, owned, slope[name], region.weights(crop, name))


@dataclass(frozen=True)
class View:
    """A canvas as it is seen from afar: averaged over squares of ``factor`` pixels, and judged there."""

    factor: int
    objective: Objective
    weight: float


@dataclass(frozen=True)
class Whole:
    """All that counts on a canvas: its objective, those of its views, and ``tv_weight`` times the total variation.

    ``earlier`` is the frame before, which this one of a film stays near to. ``allowed`` takes a gradient and returns
    the part of it that may be followed.
    """

    objective: Objective
    views: Sequence[View] = ()
    tv_weight: float = 0.0
    wrap: Wrap = OPEN
    earlier: MovedFrame | None = None
    allowed: Callable[[Tensor], Tensor] = lambda gradient: gradient

    def __call__(self, rgb: Tensor) -> tuple[float, Tensor]:
        """Loss and gradient (3, H, W) at ``rgb`` (3, H, W)."""
        loss, gradient = self.objective(rgb)
        for view in self.views:
            seen, slope = view.objective(average(rgb, view.factor))
            loss = loss + view.weight * seen
            gradient.add_(spread(slope, view.factor, rgb), alpha=view.weight)
        if self.tv_weight:
            variation, slope = total_variation(rgb, self.wrap)
            loss = loss + self.tv_weight * variation
            gradient.add_(slope, alpha=self.tv_weight)
        if self.earlier is not None:
            distance, slope = self.earlier.distance(rgb)
            loss = loss + distance
            gradient.add_(slope)
        return float(loss), self.allowed(gradient)
