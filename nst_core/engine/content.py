"""What a canvas keeps of the content: its features at deep layers, and where detail is protected at shallow ones too.

Features of deep layers say what is where (Gatys et al. 2016); those of shallower ones hold edges, lines and letters in
place, the finer the shallower.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from .features import values_at
from .pyramid import Octave
from .scene import Scene
from .tiling import Canvas, ContentTarget, content_features

#: Weight of the content's relative distance against the sum of the style layers' relative distances.
_CONTENT_WEIGHT = 0.015

#: Weight of each protecting layer's distance at full protection.
_PROTECTION_WEIGHT = 1.0

#: The layer that tells what is where, and those that protect detail, by the deepest style layer of a canvas.
_CONTENT_LAYERS = {"relu5_1": "relu4_2", "relu4_1": "relu4_1", "relu3_1": "relu3_1"}
_PROTECTING_LAYERS = {
    "relu5_1": ("relu3_1", "relu4_2"),
    "relu4_1": ("relu2_1", "relu3_1", "relu4_1"),
    "relu3_1": ("relu2_1", "relu3_1"),
}


def content_targets(
    scene: Scene, octave: Octave, protect: float, recolored: Callable[[], Tensor], canvas: Canvas
) -> list[ContentTarget]:
    """What to stay near to on a canvas; ``scene`` is in its size.

    What is where counts on coarse canvases: finer ones start from them. Detail is protected on each canvas, and it is
    that of the content in the styles' colors (``recolored()``, (3, H, W)).
    """
    deepest = octave.layers[-1]
    targets = []
    if octave.keeps_content:
        layer = _CONTENT_LAYERS[deepest]
        [features] = content_features(canvas, scene.content, [layer]).values()
        targets.append(ContentTarget(layer, features, torch.full((1, 1), _CONTENT_WEIGHT).to(features)))
    if protect:
        layers = _PROTECTING_LAYERS[deepest]
        masks = canvas.masks(scene.protection, layers)
        for layer, features in content_features(canvas, recolored(), layers).items():
            mask = masks[layer]
            where = torch.ones((1, 1)).to(features) if mask is None else mask
            targets.append(ContentTarget(layer, features, _PROTECTION_WEIGHT * protect**3 * where))
    return targets


def protected_values_per_pixel(layers: Sequence[str]) -> float:
    """Features for each pixel that a canvas with these style layers holds while it protects detail."""
    return sum(values_at(name) for name in _PROTECTING_LAYERS[layers[-1]])
