"""The content targets of a canvas: the self-similarity and the likeness of its features, and the layout of its colors.

Self-similarity keeps objects whole. In areas with little contrast, it does not measure which ones are light and which
are dark. So the mean colors of small squares are kept, too: they stay near to those of the content in the style's
colors. Both targets are used on coarse canvases and on coarse views of finer ones. On fine canvases themselves they
would leave dots in flat areas, because they allow no strokes where the content has no detail. Likeness counts only
where the content has detail, so it is used on fine canvases as well: water, leaves and walls stay what they are.

Flat areas are kept less than the others: they have no objects, and there the strokes can be seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from .likeness import centered
from .objective import ContentTarget, LayoutTarget, LikenessTarget
from .pyramid import is_coarse
from .resampling import average
from .scene import Scene, WeightedMask
from .similarity import pair_weights, self_similarity
from .tiling import Canvas, draw_places, features_at

#: Layers whose self-similarity is kept: the first one reacts to parts of objects, the second one to whole objects.
#: RESULTS.md, *Content as self-similarity*, compares other layers, and explains the numbers below.
_LAYERS = ("relu3_1", "relu4_1")

#: The number of positions that are compared on each layer. The cost grows with the number of pairs.
_POSITIONS = 512

#: The longest side of a canvas with likeness. On a larger one, so few positions would be compared that they leave dots.
LARGEST_SIDE_WITH_LIKENESS = 768

#: The layer whose features keep their likeness, the largest number of their positions, and the weight, relative to that
#: of self-similarity: on coarse canvases, and on fine ones (RESULTS.md, *Likeness*).
_COARSE_LIKENESS = ("relu4_1", 1024, 0.035)
_FINE_LIKENESS = ("relu3_1", 4096, 0.0175)

#: The number of squares along the longest side whose mean colors are kept. A stroke may be as large as a square.
_SQUARES = 32

#: The weight of the layout of colors, relative to self-similarity. Its distance is relative to the variance of colors.
_LAYOUT_WEIGHT = 0.15

#: Two weights of the self-similarity: for *Keep content* 0 and for 1. The weight of the style is 1. It
#: grows about exponentially between them, but faster at first, because the structure distance falls slowly there. So
#: equal steps of the control have about equal effects (see RESULTS.md, table of controls).
_WEIGHT_FREE, _WEIGHT_KEPT = 0.098, 13.5
_BEND = 1.1

#: Added to the power with which the control counts where the content is flat. At 1, all is kept there as well. At the
#: default, a sky or a wall gets large strokes instead of one small pattern (RESULTS.md, *Flat areas*).
_FREEDOM_OF_FLAT_AREAS = 2.0

_TINY = 1e-6

#: Added to the variance of a style's colors, so that a style of one color gives no huge weights.
_FLAT = 1e-3


def firmness(keep: float, mask: Tensor | None, detail: Tensor) -> Tensor:
    """Return how much of the content is kept at each pixel (H, W), in 0..1.

    It is the control ``keep`` (0..1). It is smaller where the user's ``mask`` (H, W) is darker, and where the content
    has no ``detail`` (H, W; see :func:`.likeness.detail_of`).
    """
    wanted = torch.full_like(detail, keep) if mask is None else keep * mask
    return wanted ** (1 + _FREEDOM_OF_FLAT_AREAS * (1 - detail))


def content_targets(
    content: Tensor, parts: Sequence[WeightedMask], canvas: Canvas, kept: Tensor, seed: int
) -> list[ContentTarget]:
    """Return the self-similarities of ``content`` (3, H, W) to keep on a canvas, one for each of the ``parts``.

    ``kept`` (H, W) sets their weight: see :func:`firmness`. ``seed`` is for the choice of the positions.
    """
    kept_on = canvas.on_grids(kept, _LAYERS)
    targets = []
    for name, places, features, share in _sampled(canvas, content, _LAYERS, parts, _POSITIONS, seed):
        weights = pair_weights(share * _weight(kept_on[name].flatten()[places]))
        targets.append(ContentTarget(name, places, self_similarity(features), weights))
    return targets


def likeness_targets(
    recolored: Tensor, parts: Sequence[WeightedMask], canvas: Canvas, kept: Tensor, seed: int, detail: Tensor
) -> list[LikenessTarget]:
    """Return the likenesses to keep on a canvas, one for each of the ``parts``.

    ``recolored`` (3, H, W) is the content in the style's colors, ``detail`` (H, W) its detail. For the other arguments,
    see :func:`content_targets`.
    """
    layer, count, weight = _COARSE_LIKENESS if is_coarse(max(canvas.height, canvas.width)) else _FINE_LIKENESS
    kept_on, detail_on = canvas.on_grids(kept, (layer,))[layer], canvas.on_grids(detail, (layer,))[layer]
    targets = []
    for name, places, features, share in _sampled(canvas, recolored, (layer,), parts, count, seed):
        weights = weight * share * _weight(kept_on.flatten()[places]) * detail_on.flatten()[places]
        targets.append(LikenessTarget(name, places, centered(features, features.mean(0)), weights))
    return targets


def _sampled(
    canvas: Canvas, rgb: Tensor, layers: Sequence[str], parts: Sequence[WeightedMask], count: int, seed: int
) -> Iterator[tuple[str, Tensor, Tensor, float]]:
    """Yield a layer, at most ``count`` places (N,), their features (N, C) and the share, for each of ``parts``.

    All parts and layers are computed in one pass over the picture ``rgb`` (3, H, W).
    """
    generator = torch.Generator().manual_seed(seed)
    drawn, shares = [], []
    for part, share in parts:
        if share:
            masks = canvas.masks(part, layers)
            drawn.append({name: draw_places(canvas, name, masks[name], count, generator) for name in layers})
            shares.append(share)
    if not drawn:
        return
    features = features_at(canvas, rgb, {name: torch.cat([places[name] for places in drawn]) for name in layers})
    for part_places, share in zip(drawn, shares):
        for name, places in part_places.items():
            found, features[name] = features[name][: len(places)], features[name][len(places) :]
            if len(places):
                yield name, places, found, share


def layout_target(scene: Scene, recolored: Tensor, variance: float, kept: Tensor) -> LayoutTarget | None:
    """Return the colors to keep on a canvas, from ``recolored`` (3, H, W): the content in the style's colors.

    ``scene`` is in the canvas's size. Differences are divided by ``variance``, the variance of the style's colors. For
    ``kept``, see :func:`firmness`.
    """
    factor = round(max(scene.size) / _SQUARES)
    if factor < 1:
        return None
    colors = average(recolored, factor)

    def squares(mask: Tensor | None) -> Tensor:
        return colors.new_ones(colors.shape[1:]) if mask is None else average(mask[None], factor)[0]

    counts = squares(scene.coverage())
    weights = _weight(squares(kept)) * counts / (counts.sum().clamp_min(_TINY) * (variance + _FLAT))
    return LayoutTarget(factor, colors, _LAYOUT_WEIGHT * weights)


def _weight(kept: Tensor) -> Tensor:
    even = kept + _BEND * kept * (1 - kept) ** 3
    return _WEIGHT_FREE * torch.exp(even * math.log(_WEIGHT_KEPT / _WEIGHT_FREE))
