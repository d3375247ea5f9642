"""The stroke targets of a canvas: sampled features of the styles, for relaxed optimal transport."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from .features import Network
from .likeness import centered
from .objective import StrokeTarget
from .scene import Scene, StyleSource, WeightedMask
from .statistics import CanvasOf
from .tiling import Canvas, draw_places, features_at

#: The layers whose features are compared (see RESULTS.md, *High quality*).
_LAYERS = ("relu2_1", "relu3_1", "relu4_1")

#: The number of positions that are compared on each layer: on the canvas, and about as many in all its styles together.
_POSITIONS = 1024

#: The weight of the distance, summed over all layers. With twice the weight, shapes of the style appear in the picture
#: (RESULTS.md, *High quality*).
_WEIGHT = 0.8


def stroke_targets(
    scene: Scene, parts: Sequence[WeightedMask], style_scale: float, seed: int, canvas: Canvas, canvas_of: CanvasOf
) -> list[StrokeTarget]:
    """Return the target features of a canvas, from the style of each of its ``parts``. ``scene`` is in its size.

    ``seed`` is for the choice of the positions.
    """
    generator = torch.Generator().manual_seed(seed)
    shares = [1.0] * len(scene.styles) if scene.has_regions else scene.shares()
    counts = [max(2, round(_POSITIONS * share)) for share in shares]
    drawn = [
        _strokes(style, max(scene.size) * style_scale, count, generator, canvas_of, canvas.network)
        for style, count in zip(scene.styles, counts)
    ]
    if not scene.has_regions:
        drawn = [{name: torch.cat([strokes[name] for strokes in drawn]) for name in _LAYERS}]
    targets = []
    for strokes, (mask, share) in zip(drawn, parts):
        for name, where in canvas.masks(mask, _LAYERS).items():
            places = draw_places(canvas, name, where, _POSITIONS, generator)
            if share and len(places):
                mean = strokes[name].mean(0)
                weight = _WEIGHT * share / len(_LAYERS)
                targets.append(StrokeTarget(name, places, centered(strokes[name], mean), mean, weight))
    return targets


def _strokes(
    style: StyleSource, side: float, count: int, generator: torch.Generator, canvas_of: CanvasOf, network: Network
) -> dict[str, Tensor]:
    """Return the features (M, C) of a style at some positions of each layer, computed by ``network``."""
    rgb, mask = style.at(side)
    canvas = replace(canvas_of(rgb.shape[1], rgb.shape[2], _LAYERS), network=network)
    masks = canvas.masks(mask, _LAYERS)
    places = {name: draw_places(canvas, name, masks[name], count, generator) for name in _LAYERS}
    return features_at(canvas, rgb, places)
