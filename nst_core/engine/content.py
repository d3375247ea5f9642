"""The content targets of a canvas: the self-similarity of its features, and the layout of its colors.

Self-similarity keeps objects whole. It does not see that a wall is light and a river is dark where both have little
contrast, so the mean colors of small squares stay near to those of the content in the colors of the style. Both count
on coarse canvases, and where finer ones are seen from afar. Kept on fine canvases they would leave dots in flat areas,
because they ask for no strokes where the content has no detail.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from .objective import ContentTarget, LayoutTarget
from .resampling import average
from .scene import Scene, WeightedMask
from .similarity import pair_weights, self_similarity
from .tiling import Canvas, draw_places, features_at

#: Layers whose self-similarity is kept: the first sees parts of objects, the second whole ones. RESULTS.md,
#: *Content as self-similarity*, compares other layers, and explains the numbers below.
_LAYERS = ("relu3_1", "relu4_1")

#: Positions that are compared on each layer. The cost grows with the number of pairs.
_POSITIONS = 512

#: Squares along the longest side whose mean colors are kept. A stroke of the style may be as large as one of them.
_SQUARES = 32

#: Weight of the layout of colors, whose distance is relative to the variance of colors, against self-similarity.
_LAYOUT_WEIGHT = 0.15

#: Weight of the self-similarity against the sum of the style layers' distances, at no and at full keeping. It
#: grows about exponentially between them, but slower in the middle, where the structure distance falls fastest. This
#: makes its steps even (see RESULTS.md, table of controls).
_WEIGHT_FREE, _WEIGHT_KEPT = 0.098, 22.0
_BEND = 0.53

_TINY = 1e-6

#: Variance of colors below which a style counts as flat.
_FLAT = 1e-3

#: Longest side of a canvas up to which the content counts; larger ones leave it to their view from afar.
_LARGEST_SIDE = 192


def content_targets(
    scene: Scene, parts: Sequence[WeightedMask], canvas: Canvas, keep: float, seed: int
) -> list[ContentTarget]:
    """Self-similarities to keep on a canvas; ``scene`` is in its size, and each of its ``parts`` keeps its own.

    ``keep`` (0..1) is how firmly; it is less where the scene's ``keep_mask`` is darker. ``seed`` draws the positions.
    """
    if not _counts_on(canvas.height, canvas.width):
        return []
    generator = torch.Generator().manual_seed(seed)
    firmness = canvas.masks(scene.keep_mask, _LAYERS)
    targets = []
    for part, share in parts:
        if not share:
            continue
        counts = canvas.masks(part, _LAYERS)
        places = {name: draw_places(canvas, name, counts[name], _POSITIONS, generator) for name in _LAYERS}
        for name, features in features_at(canvas, scene.content, places).items():
            if len(features):
                weights = pair_weights(share * _weight(keep, _at(firmness[name], places[name])))
                targets.append(ContentTarget(name, places[name], self_similarity(features), weights))
    return targets


def layout_target(scene: Scene, recolored: Callable[[], Tensor], variance: float, keep: float) -> LayoutTarget | None:
    """Colors to keep on a canvas, those of ``recolored()`` (3, H, W): the content in the style's colors.

    ``scene`` is in the canvas's size. Differences count relative to ``variance``, that of the style's colors.
    """
    height, width = scene.size
    factor = round(max(height, width) / _SQUARES)
    if factor < 1 or not _counts_on(height, width):
        return None
    colors = average(recolored(), factor)

    def squares(mask: Tensor | None) -> Tensor:
        return colors.new_ones(colors.shape[1:]) if mask is None else average(mask[None], factor)[0]

    counts = squares(scene.coverage())
    weights = _weight(keep, squares(scene.keep_mask)) * counts / (counts.sum().clamp_min(_TINY) * (variance + _FLAT))
    return LayoutTarget(factor, colors, _LAYOUT_WEIGHT * weights)


def _counts_on(height: int, width: int) -> bool:
    """Whether the content counts on a canvas of this size."""
    return max(height, width) <= _LARGEST_SIDE


def _weight(keep: float, where: Tensor) -> Tensor:
    k = keep * where
    even = k + _BEND * k * (1 - k) * (1 - 2 * k)
    return _WEIGHT_FREE * torch.exp(even * math.log(_WEIGHT_KEPT / _WEIGHT_FREE))


def _at(mask: Tensor | None, places: Tensor) -> Tensor:
    return torch.ones(len(places), device=places.device) if mask is None else mask.flatten()[places]
