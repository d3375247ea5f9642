"""The objective of a canvas, made from the targets of style and content."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from torch import Tensor

from .content import LARGEST_SIDE_WITH_LIKENESS, content_targets, firmness, layout_target, likeness_targets
from .losses import layer_weights
from .objective import Objective, SampledTarget, View, Whole
from .preparation import Preparation
from .pyramid import Octave, is_coarse, style_layers
from .scene import Scene
from .statistics import remembered_style, style_targets
from .strokes import stroke_targets

#: The weight of a reduced view, relative to the canvas itself. Views keep the large shapes of coarser canvases
#: (RESULTS.md, *Content as self-similarity*).
_VIEW_WEIGHT = 0.13

#: The number of pixels by which the network's grid moves from canvas to canvas in a seamless picture. The grid leaves
#: faint marks. If it always began at the edges, the marks of all canvases would add up there.
_PHASE = 6


def whole(prepared: Preparation, scene: Scene, octave: Octave) -> Whole:
    """Return the whole objective of a canvas and its reduced views. ``scene`` is in the canvas's size."""
    return Whole(
        objective=_objective(prepared, scene, octave.layers, octave.strength),
        views=[View(f, _seen(prepared, scene.averaged(f), octave), _VIEW_WEIGHT) for f in octave.factors],
        tv_weight=prepared.settings.total_variation,
        wrap=prepared.wrap,
        earlier=scene.earlier,
        allowed=lambda gradient: _allowed(scene, gradient),
    )


def _seen(prepared: Preparation, scene: Scene, octave: Octave) -> Objective:
    """Return the objective of a reduced view of a canvas. ``scene`` is in the view's size."""
    return _objective(prepared, scene, style_layers(max(scene.size)), octave.strength)


def _allowed(scene: Scene, gradient: Tensor) -> Tensor:
    """Return the gradient (3, H, W) with 0 at all pixels that must not change."""
    if scene.selection is not None:
        gradient = gradient * (scene.selection > 0)
    return gradient if scene.earlier is None else gradient * ~scene.earlier.exact


def _objective(prepared: Preparation, scene: Scene, layers: Sequence[str], strength: float) -> Objective:
    """Return the objective of style and content on a canvas of the scene's size, with these style ``layers``."""
    settings, wrap, side = prepared.settings, prepared.wrap, max(scene.size)
    parts = scene.parts()
    canvas = prepared.canvas(*scene.size, layers)
    if any(wrap):
        phase = _PHASE * (1 + round(math.log2(side)))
        canvas = replace(canvas, wrap=wrap, phase=(phase * wrap.y, phase * wrap.x))
    of_style = remembered_style(prepared.canvas, settings.weights)
    sampled: list[SampledTarget] = []
    layout = None
    if side <= LARGEST_SIDE_WITH_LIKENESS and not prepared.is_texture:
        recolored, detail = prepared.palette.apply(scene, strength), prepared.detail_at(*scene.size)
        kept = firmness(settings.keep_content, scene.keep_mask, detail)
        sampled += likeness_targets(recolored, parts, canvas, kept, settings.seed, detail)
        if is_coarse(side):
            layout = layout_target(scene, recolored, prepared.palette.variance(scene), kept)
            sampled += content_targets(scene.content, parts, canvas, kept, settings.seed)
    if is_coarse(side) and settings.quality == "high" and strength == 1:
        sampled += stroke_targets(scene, parts, settings.style_scale, settings.seed, canvas, prepared.canvas)
    return Objective(
        canvas=canvas,
        targets=style_targets(scene, parts, layers, settings.style_scale, strength, of_style, canvas),
        layer_weights=layer_weights(layers),
        sampled=sampled,
        layout=layout,
    )
