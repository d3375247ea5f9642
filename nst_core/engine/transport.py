"""Relaxed optimal transport: each stroke of the picture is near to one of the style, and each of the style is used.

Gram matrices and means describe which features occur together on average. This distance is small only if the features
of each position, all together, also occur in the style (Kolkin, Salavon and Shakhnarovich, CVPR 2019). So colors are
purer, and the contrast is that of the style.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F

from .likeness import directions


def transport_distance(features: Tensor, style: Tensor, mean: Tensor) -> tuple[Tensor, Tensor]:
    """Return the relaxed earth mover's distance of features (N, C) from those of a style (M, C), and its gradient.

    The cost of a move is the cosine distance, after the style's ``mean`` (C,) was subtracted from both. Without this,
    all features would have about the same direction, because they are positive. ``style`` is a result of
    :func:`.likeness.centered`.
    """
    unit, lengths = directions(features, mean)
    similarity = unit @ style.T
    of_features, of_style = similarity.max(1), similarity.max(0)
    away, missing = 1 - of_features.values.mean(), 1 - of_style.values.mean()
    if away > missing:
        loss, towards = away, -style[of_features.indices] / len(features)
    else:
        chosen = F.one_hot(of_style.indices, len(features)).to(style)  # not index_add: GPUs add in a random order
        loss, towards = missing, chosen.T @ style / -len(style)
    along = (towards * unit).sum(1, keepdim=True)
    return loss, (towards - unit * along) / lengths
