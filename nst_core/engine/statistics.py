"""The style targets of a canvas: moments of the styles' features. Each style is measured only once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

import torch

from .objective import StyleTarget
from .scene import Scene, StyleSource, WeightedMask
from .tiling import Canvas, Moments, measure

#: The number of measurements that are kept between jobs, one for each style and size. Each has about 2 MB.
_REMEMBERED = 64

_cache: OrderedDict[tuple[str, str, str, tuple[str, ...]], Moments] = OrderedDict()

#: A function that measures a style with the longest side ``side`` at some layers.
OfStyle = Callable[[StyleSource, float, Sequence[str]], Moments]

#: A function that makes the canvas for a picture of some height and width, to measure it at some layers.
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
    """Return the target moments of a canvas at ``layers``. ``scene`` is in the canvas's size.

    Styles without regions give one target, their weighted mean. Styles with regions give one target for each of the
    ``parts``. With ``strength`` 0 the moments are those of the content, with 1 those of the style; between them, they
    are interpolated.
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
    """Return a function that measures a style with the network's weights ``name``. It keeps its measurements."""

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
