"""The style targets of a canvas: moments of features of the styles. A style is measured once and remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

import torch

from .objective import StyleTarget
from .scene import Scene, StyleSource, WeightedMask
from .tiling import Canvas, Moments, measure

#: Styles times scales that are remembered between jobs: about 2 MB each.
_REMEMBERED = 64

_cache: OrderedDict[tuple[str, str, str, tuple[str, ...]], Moments] = OrderedDict()

#: Statistics of a style with longest side ``side`` at some layers.
OfStyle = Callable[[StyleSource, float, Sequence[str]], Moments]

#: The canvas for a picture of some height and width that is measured at some layers.
CanvasOf = Callable[[int, int, Sequence[str]], Canvas]


def style_targets(
    scene: Scene,
    parts: Sequence[WeightedMask],
    layers: Sequence[str],
    style_scale: float,
    strength: float,
    of_style: OfStyle,
    canvas: Canvas,
) -> list[StyleTarget]:
    """The target moments of a canvas at ``layers``; ``scene`` is in the canvas's size.

    Styles that share the whole canvas become one target, their weighted mean. Styles with regions become one target
    for each of the ``parts``.
    ``strength`` (0..1) lies on the straight line from the content's own statistics to the styles'.
    """
    side = max(scene.size) * style_scale
    moments = [of_style(style, side, layers) for style in scene.styles]
    of_parts = moments if scene.has_regions else [_mixture(moments, scene.shares())]
    targets = []
    for target, (mask, share) in zip(of_parts, parts):
        if share > 0:
            if strength < 1:
                own = measure(canvas, scene.content, layers, mask)
                target = {name: torch.lerp(own[name], moment, strength) for name, moment in target.items()}
            targets.append(StyleTarget(target, mask, share))
    return targets


def remembered_style(canvas_of: CanvasOf, name: str) -> OfStyle:
    """A function that measures a style at a scale with the weights ``name``, or remembers an earlier measurement."""

    def of_style(style: StyleSource, side: float, layers: Sequence[str]) -> Moments:
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


def _mixture(moments: Sequence[Moments], shares: Sequence[float]) -> Moments:
    mixed = {}
    for name, first in moments[0].items():
        mixed[name] = sum((g[name] * share for g, share in zip(moments, shares)), torch.zeros_like(first))
    return mixed
