"""The statistics that a canvas shall reach, made from those of the styles; a style is measured once and remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from .pyramid import Octave
from .scene import Scene, StyleSource
from .tiling import Canvas, Grams, StyleTarget, measure

#: Styles times scales that are remembered between jobs: Gram matrices of about 2 MB each.
_REMEMBERED = 64

_cache: OrderedDict[tuple[str, str, str, tuple[str, ...]], Grams] = OrderedDict()

#: Statistics of a style with longest side ``side`` at some layers.
OfStyle = Callable[[StyleSource, float, Sequence[str]], Grams]

#: The canvas for a picture of some height and width that is measured at some layers.
CanvasOf = Callable[[int, int, Sequence[str]], Canvas]


def style_targets(
    scene: Scene, octave: Octave, style_scale: float, strength: float, of_style: OfStyle, canvas: Canvas
) -> list[StyleTarget]:
    """What the Gram matrices of a canvas shall become; ``scene`` is in the canvas's size.

    Styles that share the whole canvas become one target, their weighted mean; styles with regions one each.
    ``strength`` (0..1) lies on the straight line from the content's own statistics to the styles'.
    """
    side = octave.side * style_scale
    grams = [of_style(style, side, octave.layers) for style in scene.styles]
    coverage, regions = scene.coverage(), scene.regions()
    parts: list[tuple[Grams, Tensor | None]]
    if regions is None:
        parts = [(_mixture(grams, scene.shares()), coverage)]
    else:
        parts = [(g, region if coverage is None else region * coverage) for g, region in zip(grams, regions)]
    areas = [1.0 if mask is None else mask.mean().item() for _, mask in parts]
    targets = []
    for (target, mask), area in zip(parts, areas):
        if area > 0:
            if strength < 1:
                own = measure(canvas, scene.content, octave.layers, mask)
                target = {name: torch.lerp(own[name], gram, strength) for name, gram in target.items()}
            targets.append(StyleTarget(target, mask, area / sum(areas)))
    return targets


def remembered_style(canvas_of: CanvasOf, name: str) -> OfStyle:
    """A function that measures a style at a scale, or remembers what it once measured with the weights ``name``."""

    def of_style(style: StyleSource, side: float, layers: Sequence[str]) -> Grams:
        size = style.size_at(side)
        key = (name, style.digest, f"{size} {style.rgb.device}", tuple(layers))
        if key not in _cache:
            rgb, mask = style.at(side)
            _cache[key] = measure(canvas_of(*size, layers), rgb, layers, mask)
            while len(_cache) > _REMEMBERED:
                _cache.popitem(last=False)
        _cache.move_to_end(key)
        return _cache[key]

    return of_style


def _mixture(grams: Sequence[Grams], shares: Sequence[float]) -> Grams:
    mixed = {}
    for name, first in grams[0].items():
        mixed[name] = sum((g[name] * share for g, share in zip(grams, shares)), torch.zeros_like(first))
    return mixed
