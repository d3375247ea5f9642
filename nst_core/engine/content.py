"""What a canvas keeps of the content: the self-similarity of its features, and how firmly.

It counts on coarse canvases, and where finer ones are seen from afar. Kept on fine canvases it would leave dots in flat
areas, because it asks for no strokes where the content has no detail.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .objective import ContentTarget
from .scene import Scene
from .similarity import pair_weights, self_similarity
from .tiling import Canvas, draw_places, features_at

#: Layers whose self-similarity is kept: the first sees parts of objects, the second whole ones.
_LAYERS = ("relu3_1", "relu4_1")

#: Positions that are compared on each layer. Their pairs are what it costs.
_POSITIONS = 512

#: Weight of the self-similarity against the sum of the style layers' distances, at no and at full keeping. It grows
#: exponentially between them, so that the structure distance falls evenly (see RESULTS.md, table of controls).
_WEIGHT_FREE, _WEIGHT_KEPT = 0.15, 24.0

#: What it counts by the longest side of a canvas, up to each of these; on larger ones it does not.
_BY_SIDE = ((192, 1.0), (384, 1 / 16))


def content_targets(scene: Scene, canvas: Canvas, keep: float, seed: int) -> list[ContentTarget]:
    """Self-similarities to keep on a canvas; ``scene`` is in its size. The regions of styles keep theirs apart.

    ``keep`` (0..1) is how firmly: everywhere, or as far as the mask of the scene says. ``seed`` draws the positions.
    """
    by_side = [factor for side, factor in _BY_SIDE if max(canvas.height, canvas.width) <= side]
    if not by_side:
        return []
    generator = torch.Generator().manual_seed(seed)
    firmness = canvas.masks(scene.keep_mask, _LAYERS)
    targets = []
    for part, share in scene.parts():
        if not share:
            continue
        counts = canvas.masks(part, _LAYERS)
        places = {name: draw_places(canvas, name, counts[name], _POSITIONS, generator) for name in _LAYERS}
        for name, features in features_at(canvas, scene.content, places).items():
            weights = by_side[0] * share * _weight(keep, _at(firmness[name], places[name]))
            weights = pair_weights(weights * _at(counts[name], places[name]))
            targets.append(ContentTarget(name, places[name], self_similarity(features), weights))
    return targets


def _weight(keep: float, where: Tensor) -> Tensor:
    return _WEIGHT_FREE * torch.exp(keep * where * math.log(_WEIGHT_KEPT / _WEIGHT_FREE))


def _at(mask: Tensor | None, places: Tensor) -> Tensor:
    return torch.ones(len(places), device=places.device) if mask is None else mask.flatten()[places]
