"""Likeness: a measure for what each place of a picture shows, such as water, leaves or a wall.

Self-similarity keeps objects apart, but a river may turn into rocks if it still differs from its banks. So features
also keep their direction from the mean of all features. The mean is subtracted because a style changes it, and because
features are positive, so that all of them have about the same direction without it.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .pyramid import scaled
from .resampling import shrink
from .wrapping import OPEN, Wrap, read

#: Content whose contrast has this standard deviation (1 is white) counts half. Weaker contrast is noise or flat paint.
_VISIBLE = 6 / 255

#: The longest side in pixels of the copy on which the contrast is measured, and the side of the squares there.
_MEASURED_SIDE = 512
_WINDOW = 25

_TINY = 1e-12

#: Features whose distance from the mean is smaller than this part of the mean's length are equal to it.
_FLAT = 0.01


def directions(features: Tensor, mean: Tensor) -> tuple[Tensor, Tensor]:
    """Return unit vectors (N, C) from ``mean`` (C,) to features (N, C), and the original lengths (N, 1).

    Rounding errors are not amplified: where features are equal to the mean, the vectors are shorter.
    """
    moved = features - mean
    floor = _FLAT * torch.linalg.vector_norm(mean) + _TINY
    lengths = torch.linalg.vector_norm(moved, dim=1, keepdim=True).clamp_min(float(floor))
    return moved / lengths, lengths


def centered(features: Tensor, mean: Tensor) -> Tensor:
    """Return the directions (N, C) of features from ``mean`` (C,): see :func:`directions`."""
    return directions(features, mean)[0]


def likeness_distance(features: Tensor, target: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """Return the distance of the directions of features (N, C) from ``target`` (N, C), and the gradient (N, C).

    It is the mean over positions of the cosine distance times the ``weights`` (N,). Directions are those from the mean.
    """
    unit, lengths = directions(features, features.mean(0))
    cosines = (unit * target).sum(1)
    loss = (weights * (1 - cosines)).mean()
    gradient = (cosines[:, None] * unit - target) * (weights[:, None] / (lengths * len(features)))
    return loss, gradient - gradient.mean(0)


def detail_of(content: Tensor, wrap: Wrap = OPEN) -> Tensor:
    """Return a mask (h, w) of the detail in a picture (3, H, W): 0 where it is flat, near 1 where its contrast is high.

    It is measured on a copy of at most 512 pixels, so that it hardly depends on the size of a larger picture. A flat
    area has no likeness to keep: there, the target would allow no strokes, and leave a pattern of dots.
    """
    height, width = content.shape[1:]
    return _detail(shrink(content, *scaled(height, width, min(_MEASURED_SIDE, max(height, width)))), wrap)


def _detail(rgb: Tensor, wrap: Wrap) -> Tensor:
    height, width = rgb.shape[1:]
    y, x = (_WINDOW // 2 if meets else 0 for meets in wrap)
    rgb = read(rgb, range(-y, height + y), range(-x, width + x))
    variance = (_means(rgb.square()) - _means(rgb).square()).clamp_min(0).mean(0)
    return (variance / (variance + _VISIBLE**2))[y : y + height, x : x + width]


def _means(rgb: Tensor) -> Tensor:
    """Return the mean (3, H, W) of the square around each pixel."""
    for window in ((_WINDOW, 1), (1, _WINDOW)):
        reach = (window[0] // 2, window[1] // 2)
        rgb = F.avg_pool2d(rgb[None], window, stride=1, padding=reach, count_include_pad=False)[0]
    return rgb
