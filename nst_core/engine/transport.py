"""Relaxed optimal transport: strokes of the picture are near to strokes of the style, and those of the style appear.

Gram matrices and means say which features occur together on average. This distance asks of each position that its
features as a whole occur in the style (Kolkin, Salavon and Shakhnarovich, CVPR 2019): the palette is purer, and dark
and light are those of the style.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

_TINY = 1e-12

#: Part of the mean's length below which features do not differ from it: a style of one color has no strokes.
_FLAT = 0.01


def transport_distance(features: Tensor, style: Tensor, mean: Tensor) -> tuple[Tensor, Tensor]:
    """Relaxed earth mover's distance of features (N, C) from those of a style (M, C), and the gradient (N, C).

    The cost of a move is the cosine distance, both less the style's ``mean`` (C,): features are positive, and all of
    them point to about the same direction. ``style`` has been through :func:`centered`.
    """
    unit, lengths = _directions(features, mean)
    similarity = unit @ style.T
    of_features, of_style = similarity.max(1), similarity.max(0)
    away, missing = 1 - of_features.values.mean(), 1 - of_style.values.mean()
    if away > missing:
        loss, towards = away, -style[of_features.indices] / len(features)
    else:
        chosen = F.one_hot(of_style.indices, len(features)).to(style)  # not index_add: GPUs add in no certain order
        loss, towards = missing, chosen.T @ style / -len(style)
    along = (towards * unit).sum(1, keepdim=True)
    return loss, (towards - unit * along) / lengths


def centered(features: Tensor, mean: Tensor) -> Tensor:
    """Directions (M, C) of a style's features from their ``mean`` (C,)."""
    return _directions(features, mean)[0]


def _directions(features: Tensor, mean: Tensor) -> tuple[Tensor, Tensor]:
    """Unit vectors (N, C) from the mean, and their lengths (N, 1). Rounding errors are not scaled up."""
    moved = features - mean
    floor = _FLAT * torch.linalg.vector_norm(mean) + _TINY
    lengths = torch.linalg.vector_norm(moved, dim=1, keepdim=True).clamp_min(float(floor))
    return moved / lengths, lengths
