"""The losses of one layer: the distance between moments of features, for the style, and the total variation.

Style follows Gatys, Ecker and Bethge (CVPR 2016), with the mean of the features in addition to their Gram matrix (SPST,
EGSR 2024), weighted by region masks (Gatys et al. 2017). Each distance is relative to its target, because features of
different layers have different sizes. Moments are sums over positions, so the sums of all tiles can be added, and the
result is exact. Only after the last tile, they are divided by the number of positions.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import repeat

import torch
from torch import Tensor

from .convolution import add_mixed, positions
from .wrapping import OPEN, Wrap

#: Style layers (Gatys et al. 2016) and the weight of each. The shallow ones come nearest to their targets. Distances
#: are squared, so small distances need a larger weight. The numbers are the best of those in
#: RESULTS.md, *Pooling, layers and steps*.
_COUNTS = {"relu1_1": 3.0, "relu2_1": 10.0, "relu3_1": 3.0, "relu4_1": 1.0, "relu5_1": 1.0}
STYLE_LAYERS = tuple(_COUNTS)

_TINY = 1e-12

#: The number of positions that are summed at a time. So many stay in the processor's cache.
_POSITIONS_AT_ONCE = 4096


def layer_weights(layers: Collection[str]) -> dict[str, float]:
    """Return the weight of the relative distance of each of the style ``layers``. The mean of the weights is 1."""
    total = sum(_COUNTS[name] for name in layers)
    return {name: _COUNTS[name] * len(layers) / total for name in layers}


def moment_sums(features: Tensor, weight: Tensor | None = None, at_once: int = _POSITIONS_AT_ONCE) -> Tensor:
    """Return the sums over positions of ``weight * f f^T`` and of ``weight * f``, for features (1, C, h, w).

    ``weight`` is (h, w), or None for 1. The result is (C, C + 1), with the second sum in the last column. It is in
    float32, or in float64 if the features are. A CPU multiplies bfloat16 four times as fast as float32. It rounds each
    product of ``at_once`` positions, and these errors cancel each other out in the sum.
    """
    channels, height, width = features.shape[1:]
    precision = torch.float64 if features.dtype == torch.float64 else torch.float32
    products = features.new_zeros((channels, channels), dtype=precision)
    sums = features.new_zeros(channels, dtype=precision)
    on_cpu = features.device.type == "cpu"
    rows = max(1, at_once // width) if on_cpu else height
    weights = repeat(None) if weight is None else weight.split(rows)  # type: ignore[no-untyped-call]
    for part, of_part in zip(features.split(rows, dim=2), weights):  # type: ignore[no-untyped-call]
        f = positions(part if on_cpu else part.to(precision))
        counted = f if of_part is None else f * of_part.flatten()[:, None].to(f.dtype)
        products += f.T @ counted
        sums += counted.sum(0, dtype=precision)
    return torch.cat([products, sums[:, None]], 1)


def add_moments_gradient(gradient: Tensor, features: Tensor, slopes: Tensor, weight: Tensor | None = None) -> None:
    """Add the gradient of a loss for features (1, C, h, w) to ``gradient``, in place.

    ``slopes`` (C, C + 1) is the gradient of the loss for their :func:`moment_sums`, in the features' precision.
    """
    of_products, of_sums = 2 * slopes[:, :-1], slopes[:, -1]  # each feature is twice in a product
    if weight is None:
        add_mixed(gradient, features, of_products, of_sums)
    else:
        add_mixed(gradient, features * weight.to(features.dtype), of_products)
        gradient += of_sums[:, None, None] * weight.to(gradient.dtype)


def moments_distance(value: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Return the relative squared distance of Gram matrices plus that of means, and the gradient for ``value``.

    ``value`` and ``target`` are (C, C + 1), with the means in the last column. Overwrites ``value``.
    """
    of_gram, gram_slope = relative_distance(value[:, :-1], target[:, :-1])
    of_mean, mean_slope = relative_distance(value[:, -1:], target[:, -1:])
    return of_gram + of_mean, torch.cat([gram_slope, mean_slope], 1)


def relative_distance(value: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Return ``|value - target|^2 / |target|^2`` and its gradient for ``value``. Overwrites ``value``."""
    difference, scale = value.sub_(target), _square(target).clamp_min(_TINY)
    return _square(difference) / scale, difference.mul_(2 / scale)


def _square(x: Tensor) -> Tensor:
    """Return ``|x|^2``, computed in one pass over memory."""
    norm: Tensor = torch.linalg.vector_norm(x)
    return norm.square()


def total_variation(rgb: Tensor, wrap: Wrap = OPEN) -> tuple[Tensor, Tensor]:
    """Return the mean squared difference of neighboring pixels, and its gradient (Mahendran and Vedaldi 2015).

    ``rgb`` is (3, H, W).
    """
    gradient = torch.zeros_like(rgb)
    loss = rgb.new_zeros(())
    for axis, meets in zip((1, 2), wrap):
        step = rgb.roll(-1, axis) - rgb
        if not meets:
            step.select(axis, -1).zero_()
        loss = loss + step.square().sum()
        gradient.sub_(step, alpha=2).add_(step.roll(1, axis), alpha=2)
    return loss / rgb.numel(), gradient / rgb.numel()
