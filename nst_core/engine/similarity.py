"""Self-similarity: a measure for the parts of a picture that belong together, without their colors and strokes.

The distances between the features of all pairs of positions describe the layout of a picture. If a painting has the
same distances as its content, the objects of the content stay whole (Kolkin, Salavon and Shakhnarovich, *Style Transfer
by Relaxed Optimal Transport and Self-Similarity*, CVPR 2019).
"""

from __future__ import annotations

import torch
from torch import Tensor

#: Added to the mean distance of a position from all others. Without it, only rounding errors would count in an area in
#: which all features are equal.
_FLOOR = 3e-3

#: The loss of a smaller difference than this grows with its square, that of a larger one with its size. The mean
#: distance is 1.
_SMOOTH = 0.02

_TINY = 1e-12


def self_similarity(features: Tensor) -> Tensor:
    """Return the cosine distances (N, N) between features (N, C). Each column is divided by its mean."""
    distances = _cosine_distances(_unit(features)[0])
    return distances / _column_means(distances)


def pair_weights(weights: Tensor) -> Tensor:
    """Return the weights (N, N) of all pairs of positions: the smaller one of the two ``weights`` (N,)."""
    return torch.minimum(weights[:, None], weights)


def similarity_distance(features: Tensor, target: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """Return the distance of the self-similarity of features (N, C) from ``target`` (N, N), and the gradient (N, C).

    It is the mean over pairs of the absolute difference times the ``weights`` (N, N). Small differences are squared, so
    that the gradient has no jump at the target.
    """
    count = len(features)
    unit, lengths = _unit(features)
    distances = _cosine_distances(unit)
    means = _column_means(distances)
    difference = (distances / means).sub_(target)
    size = difference.square().add_(_SMOOTH**2).sqrt_()
    slope = difference.div_(size).mul_(weights)
    loss = size.sub_(_SMOOTH).mul_(weights).mean()
    # Each distance is divided by the mean of its column, and this mean depends on the distance, too.
    slope -= distances.mul_(slope).sum(0) / (means * count)
    slope /= means * count**2
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
