"""The objective, layer by layer: style as Gram matrices, content as features, and total variation.

Style follows Gatys, Ecker and Bethge (CVPR 2016), with each layer's distance relative to its target, so that every
layer has a say whatever the size of its features, and with Gram matrices weighted by region masks (Gatys et al. 2017).
They are sums over positions: that is what makes exact tiles possible, and why they are kept as sums here until the
whole canvas has been seen.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import repeat

import torch
from torch import Tensor

from .convolution import add_mixed, positions
from .wrapping import OPEN, Wrap

#: Layers whose Gram matrices are the style (Gatys et al. 2016), and what the relative distance of each counts: more for
#: the shallow ones, which come nearest to their targets, so that they go on to count where all are squared.
_COUNTS = {"relu1_1": 3.0, "relu2_1": 10.0, "relu3_1": 3.0, "relu4_1": 1.0, "relu5_1": 1.0}
STYLE_LAYERS = tuple(_COUNTS)

#: The layer whose features are the content.
CONTENT_LAYER = "relu4_2"

_TINY = 1e-12

#: Positions that a Gram matrix takes up at a time: brought to float32, they stay in the processor's cache.
_POSITIONS_AT_ONCE = 4096


def layer_weights(layers: Collection[str]) -> dict[str, float]:
    """What the relative distance of each of the style layers ``layers`` counts, 1 in the mean."""
    total = sum(_COUNTS[name] for name in layers)
    return {name: _COUNTS[name] * len(layers) / total for name in layers}


def gram_sum(features: Tensor, weight: Tensor | None = None) -> Tensor:
    """Sum over positions of ``weight * f f^T``: features (1, C, h, w), weight (h, w) or None for 1.

    Result (C, C), in float32 whatever the features' precision, unless they are in float64.
    """
    channels, height, width = features.shape[1:]
    precision = torch.float64 if features.dtype == torch.float64 else torch.float32
    total = features.new_zeros((channels, channels), dtype=precision)
    rows = max(1, _POSITIONS_AT_ONCE // width) if features.device.type == "cpu" else height
    weights = repeat(None) if weight is None else weight.split(rows)  # type: ignore[no-untyped-call]
    for part, of_part in zip(features.split(rows, dim=2), weights):  # type: ignore[no-untyped-call]
        f = positions(part.to(precision))
        total.addmm_(f.T, f if of_part is None else f * of_part.flatten()[:, None])
    return total


def add_gram_gradient(gradient: Tensor, features: Tensor, slopes: Tensor, weight: Tensor | None = None) -> None:
    """Add the gradient of a loss for features (1, C, h, w) to ``gradient``, in place.

    ``slopes`` (C, C), in the features' precision, is its symmetric gradient for their gram_sum, twice: each feature is
    in there twice.
    """
    counted = features if weight is None else (features * weight).to(features.dtype)
    add_mixed(gradient, counted, slopes)


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
