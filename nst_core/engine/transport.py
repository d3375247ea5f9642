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


def transport_distance(features: Tensor, style: Tensor, mean: Tensor) -> tuple[Tensor, Tensor]:
    """Relaxed earth mover's distance of features (N, C) from those of a style (M, C), and the gradient (N, C).

    The cost of a move is the cosine distance, both less the style's ``mean`` (C,): features are positive, and all of
    them point to about the same direction. ``style`` has been through :func:`centered`.
    """
    moved = features - mean
    lengths = torch.linalg.vector_norm(moved, dim=1, keepdim=True).clamp_min(_TINY)
    unit = moved / lengths
    similarity = unit @ style.T
    of_features, of_style = similarity.max(1), similarity.max(0)
    away, missing = 1 - of_features.values.mean(), 1 - of_style.values.mean()
    if away > missing:
        loss, towards = away, -style[of_features.indices] / len(features)
    else:
        loss, towards = missing, torch.zeros_like(unit).index_add_(0, of_style.indices, -style / len(style))
    along = (towards * unit).sum(1, keepdim=True)
    return loss, (towards - unit * along) / lengths


def centered(features: Tensor, mean: Tensor) -> Tensor:
    """Directions (M, C) of a style's features from their ``mean`` (C,)."""
    return F.normalize(features - mean, dim=1, eps=_TINY)
