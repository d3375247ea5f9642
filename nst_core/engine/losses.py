"""The losses of one layer: style as the moments of its features, and total variation.

Style follows Gatys, Ecker and Bethge (CVPR 2016), with the mean of the features beside their Gram matrix (SPST, EGSR
2024), weighted by region masks (Gatys et al. 2017). Each distance is relative to its target, because the size of the
features differs from layer to layer. Moments are sums over positions. This makes exact tiles possible, so they stay
sums here until the whole canvas has been seen.
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

#: Positions that are summed at a time: they stay in the processor's cache.
POSITIONS_AT_ONCE = 4096


def layer_weights(layers: Collection[str]) -> dict[str, float]:
    """The weight of the relative distance of each of the style layers ``layers``, 1 in the mean."""
    total = sum(_COUNTS[name] for name in layers)
    return {name: _COUNTS[name] * len(layers) / total for name in layers}


def moment_sums(features: Tensor, weight: Tensor | None = None) -> Tensor:
    """Sums over positions of ``weight * f f^T`` and of ``weight * f``, for features (1, C, h, w).

    ``weight`` is (h, w), or None for 1. Result (C, C + 1), the second sum in its last column, in float32 unless the
    features are in float64. A CPU multiplies bfloat16 four times as fast as float32. It rounds each product, but that
    is one of a few positions only, and the errors of all of them cancel each other out.
    """
    channels, height, width = features.shape[1:]
    precision = torch.float64 if features.dtype == torch.float64 else torch.float32
    products = features.new_zeros((channels, channels), dtype=precision)
    sums = features.new_zeros(channels, dtype=precision)
    on_cpu = features.device.type == "cpu"
    rows = max(1, POSITIONS_AT_ONCE // width) if on_cpu else height
    weights = repeat(None) if weight is None else weight.split(rows)  # type: ignore[no-untyped-call]
    for part, of_part in zip(features.split(rows, dim=2), weights):  # type: ignore[no-untyped-call]
        f = positions(part if on_cpu else part.to(precision))
        counted = f if of_part is None else f * of_part.flatten()[:, None].to(f.dtype)
        products += f.T @ counted
        sums += counted.sum(0, dtype=precision)
    return torch.cat([products, sums[:, None]], 1)


def add_moments_gradient(gradient: Tensor, features: Tensor, slopes: Tensor, weight: Tensor | None = None) -> None:
    """Add the gradient of a loss for features (1, C, h, w) to ``gradient``, in place.

    ``slopes`` (C, C + 1), in the features' precision, is the gradient of the loss for their :func:`moment_sums`.
    """
    of_products, of_sums = 2 * slopes[:, :-1], slopes[:, -1]  # each feature is twice in a product
    if weight is None:
        add_mixed(gradient, features, of_products, of_sums)
    else:
        add_mixed(gradient, features * weight.to(features.dtype), of_products)
        gradient += of_sums[:, None, None] * weight.to(gradient.dtype)


def moments_distance(value: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Relative squared distance of Gram matrices plus that of means, and the gradient for ``value``.

    Both are (C, C + 1), with the means in the last column. ``value`` is overwritten.
    """
    of_gram, gram_slope = relative_distance(value[:, :-1], target[:, :-1])
    of_mean, mean_slope = relative_distance(value[:, -1:], target[:, -1:])
    return of_gram + of_mean, torch.cat([gram_slope, mean_slope], 1)


def relative_distance(value: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """``|value - target|^2 / |target|^2`` and its gradient for ``value``, which it overwrites."""
    difference, scale = value.sub_(target), _square(target).clamp_min(_TINY)
    return _square(difference) / scale, difference.mul_(2 / scale)


def _square(x: Tensor) -> Tensor:
    """``|x|^2``, in one pass over memory."""
    norm: Tensor = torch.linalg.vector_norm(x)
    return norm.square()


def total_variation(rgb: Tensor, wrap: Wrap = OPEN) -> tuple[Tensor, Tensor]:
    """Mean squared difference of neighboring pixels of (3, H, W), and its gradient (Mahendran and Vedaldi 2015)."""
    gradient = torch.zeros_like(rgb)
    loss = rgb.new_zeros(())
    for axis, meets in zip((1, 2), wrap):
        step = rgb.roll(-1, axis) - rgb
        if not meets:
            step.select(axis, -1).zero_()
        loss = loss + step.square().sum()
        gradient.sub_(step, alpha=2).add_(step.roll(1, axis), alpha=2)
    return loss / rgb.numel(), gradient / rgb.numel()
