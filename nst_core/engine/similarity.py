"""Self-similarity: which parts of a picture belong together, whatever their colors and strokes.

The distances between all pairs of some positions' features describe the layout of a picture. A painting that has the
distances of its content keeps the objects of the content whole (Kolkin, Salavon and Shakhnarovich, *Style Transfer by
Relaxed Optimal Transport and Self-Similarity*, CVPR 2019).
"""

from __future__ import annotations

import torch
from torch import Tensor

#: Added to the mean distance of a position to all others. Where everything is alike, rounding would be all there is.
_FLOOR = 3e-3

#: Differences below this count by their square, larger ones by their size. The mean distance is 1.
_SMOOTH = 0.02

_TINY = 1e-12


def self_similarity(features: Tensor) -> Tensor:
    """Cosine distances (N, N) between the features (N, C) of N positions, each column relative to its mean."""
    distances = _cosine_distances(_unit(features)[0])
    return distances / _column_means(distances)


def similarity_distance(features: Tensor, target: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """How far the self-similarity of features (N, C) is from ``target`` (N, N), and the gradient (N, C).

    It is the mean over pairs of positions of the absolute difference, and a pair counts the geometric mean of its
    positions' ``weights`` (N,). Small differences are squared, so that the gradient has no jump at the target.
    """
    count = len(features)
    unit, lengths = _unit(features)
    distances = _cosine_distances(unit)
    means = _column_means(distances)
    difference = distances / means - target
    size = (difference.square() + _SMOOTH**2).sqrt_()
    roots = weights.sqrt()
    pairs = roots[:, None] * (roots / count**2)
    loss = (pairs * (size - _SMOOTH)).sum()
    slope = pairs.mul_(difference.div_(size))
    # Each distance is divided by the mean of its column, to which it contributes itself.
    slope -= (slope * distances).sum(0) / (means * count)
    slope /= means
    slope.fill_diagonal_(0)
    towards = -(slope + slope.T) @ unit
    along = (towards * unit).sum(1, keepdim=True)
    return loss, (towards - unit * along) / lengths


def _unit(features: Tensor) -> tuple[Tensor, Tensor]:
    lengths = torch.linalg.vector_norm(features, dim=1, keepdim=True).clamp_min(_TINY)
    return features / lengths, lengths


def _cosine_distances(unit: Tensor) -> Tensor:
    return (1 - unit @ unit.T).fill_diagonal_(0)


def _column_means(distances: Tensor) -> Tensor:
    return distances.mean(0) + _FLOOR
