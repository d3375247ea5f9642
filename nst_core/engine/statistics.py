"""The statistics that a canvas shall reach, made from those of the styles; a style is measured once and remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from .features import Network
from .pyramid import Octave, reduce
from .scene import Scene, StyleSource
from .tiling import Canvas, Grams, StyleTarget, measure

#: Styles times scales that are remembered between jobs: Gram matrices of about 2 MB each.
_REMEMBERED = 64

_cache: OrderedDict[tuple[str, str, float, tuple[str, ...]], Grams] = OrderedDict()


def style_targets(
    scene: Scene, octave: Octave, style_scale: float, strength: float, of_style: Callable[..., Grams], canvas: Canvas
) -> list[StyleTarget]:
    """What the Gram matrices of a canvas shall become.

    Styles that share the whole canvas become one target, their weighted mean; styles with regions one each.
    ``strength`` (0..1) lies on the straight line from the content's own statistics to the styles'.
    """
    side = octave.side * style_scale
    grams = [of_style(style, side, octave.layers) for style in scene.styles]
    coverage = at_octave(scene.coverage(), octave)
    regions = scene.regions()
    if regions[0] is None:
        parts = [(_mixture(grams, [style.weight for style in scene.styles]), coverage)]
    else:
        parts = [(g, _within(at_octave(region, octave), coverage)) for g, region in zip(grams, regions)]
    areas = [1.0 if mask is None else mask.mean().item() for _, mask in parts]
    content = reduce(scene.content, octave.height, octave.width)
    targets = []
    for (target, mask), area in zip(parts, areas):
        if area > 0:
            if strength < 1:
                own = measure(canvas, content, octave.layers, mask)
                target = {name: torch.lerp(own[name], gram, strength) for name, gram in target.items()}
            targets.append(StyleTarget(target, mask, area / sum(areas)))
    return targets


def remembered_style(
    network: Network, name: str, tile_side: int, checkpoint: Callable[[], None]
) -> Callable[..., Grams]:
    """A function that measures a style at a scale, or remembers what it once measured with the weights ``name``."""

    def of_style(style: StyleSource, side: float, layers: Sequence[str]) -> Grams:
        key = (f"{name} {network.device} {network.dtype}", style.digest, side, tuple(layers))
        if key not in _cache:
            rgb, mask = style.at(side)
            canvas = Canvas(network, rgb.shape[1], rgb.shape[2], tile_side, checkpoint=checkpoint)
            _cache[key] = measure(canvas, rgb, layers, mask)
            while len(_cache) > _REMEMBERED:
                _cache.popitem(last=False)
        _cache.move_to_end(key)
        return _cache[key]

    return of_style


def at_octave(mask: Tensor | None, octave: Octave) -> Tensor | None:
    """A mask (H, W) on the octave's canvas."""
    return None if mask is None else reduce(mask[None], octave.height, octave.width)[0].clamp(0, 1)


def layer_weights(octave: Octave) -> dict[str, float]:
    """Every style layer of the octave counts the same: their distances are relative already."""
    return dict.fromkeys(octave.layers, 1.0)


def _mixture(grams: Sequence[Grams], weights: Sequence[float]) -> Grams:
    total = sum(weights)
    return {
        name: sum((g[name] * (w / total) for g, w in zip(grams, weights)), torch.zeros_like(grams[0][name]))
        for name in grams[0]
    }


def _within(region: Tensor | None, coverage: Tensor | None) -> Tensor | None:
    assert region is not None
    return region if coverage is None else region * coverage
