"""From a job to a picture: the walk through the engine.

For each canvas of the pyramid, from coarse to fine: take the painting so far, give it the content's own detail, and
move its pixels until their features say what style and content ask for.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import torch
from torch import Tensor

from nst_core.bridge.errors import InvalidJob
from nst_core.bridge.events import Event, Preview, Progress, Result, Started
from nst_core.bridge.job import StyleJob, check_weight

from . import devices, weights
from .clock import Clock
from .color import with_hues_of
from .control import Adjustment, Control, Stopped
from .features import Network
from .optimize import minimize
from .pyramid import Octave, reduce, refine, scaled, schedule
from .scene import Scene, scene_from_job
from .statistics import at_octave, layer_weights, remembered_style, style_targets
from .tensors import buffer_from_picture
from .tiling import Canvas, Objective, content_features

#: Weight of the content's relative distance against the sum of the style layers' relative distances.
_CONTENT_WEIGHT = 0.03

#: A scale is done when three steps together gain less than this part of the loss.
_TOLERANCE = {"draft": 0.06, "normal": 0.03, "high": 0.01}

#: Seconds between two previews: a host has no use for more.
_PREVIEW_INTERVAL = 0.25


def stylize(job: StyleJob, control: Control | None = None) -> Iterator[Event]:
    """Paint ``job``: yields Started, then Progress and Preview, and at the end one Result.

    If ``control`` stops the job, the Result is the picture so far (``complete`` is False) or, if it shall not be kept,
    there is none. Raises the named errors of :mod:`nst_core.bridge.errors`.
    """
    control = control or Control()
    painting = _Painting(job, control)
    try:
        yield from painting.paint()
    except Stopped:
        if control.keep:
            yield painting.result(complete=False)
        return
    yield painting.result(complete=True)


@lru_cache(maxsize=1)
def load_network(name: str, device: torch.device, dtype: torch.dtype) -> Network:
    """The network with the weights called ``name``, kept for the next job."""
    return Network(weights.load(name), device, dtype)


class _Painting:
    """One job under way: its scene, its canvases, and the picture so far."""

    def __init__(self, job: StyleJob, control: Control) -> None:
        self._job, self._control = job, control
        self._settings = job.settings
        self._device = devices.select(job.settings.device)
        self._network = load_network(job.settings.weights, self._device, devices.convolution_dtype(self._device))
        self._tile_side = 512
        self._of_style = remembered_style(self._network, job.settings.weights, self._tile_side, control.checkpoint)
        self._unmatched = scene_from_job(job, self._device)
        _require_something_to_paint(self._unmatched)
        self._scene = self._matched()
        height, width = self._unmatched.size
        side = min(self._settings.size or max(height, width), max(height, width))
        self._octaves = schedule(*scaled(height, width, side), self._settings.quality)
        self._clock = Clock(self._octaves, str(self._device))
        self._picture = self._scene.start()
        self._previewed = 0.0

    def paint(self) -> Iterator[Event]:
        """Work through the canvases, and through all of them again after each adjustment."""
        if self._settings.strength == 0:
            return
        sizes = tuple((o.width, o.height) for o in self._octaves)
        yield Started(str(self._device), sizes, 0, self._clock.estimate(), self._tile_side)
        self._picture = self._first_picture(self._octaves[0])
        waiting = list(self._octaves)
        while waiting:
            octave = waiting.pop(0)
            yield from self._paint_octave(octave)
            adjustment = self._control.take_adjustment()
            if adjustment:
                self._apply(adjustment)
                waiting = list(self._octaves)
                self._picture = reduce(self._picture, waiting[0].height, waiting[0].width)

    def result(self, complete: bool) -> Result:
        """The picture so far in the content's size, its alpha within the selection."""
        full = self._unmatched
        rgb = full.content if self._settings.strength == 0 else self._finished(*full.size)
        pixels = buffer_from_picture(rgb.cpu(), _cpu(full.coverage()), "rgba-f32")
        return Result(pixels, complete, self._clock.elapsed, str(self._device), self._settings.seed)

    def _matched(self) -> Scene:
        settings = self._settings
        keep_colors = settings.color_amount if settings.color == "content" else 0.0
        return self._unmatched.matched_to_styles(settings.strength, keep_colors)

    def _first_picture(self, octave: Octave) -> Tensor:
        size = octave.height, octave.width
        if self._settings.init == "noise":
            generator = torch.Generator().manual_seed(self._settings.seed)
            return torch.rand((3, *size), generator=generator).to(self._device)
        return reduce(self._scene.start(), *size)

    def _paint_octave(self, octave: Octave) -> Iterator[Event]:
        """Start from the painting so far and optimize; ends early if an adjustment is waiting."""
        start = reduce(self._scene.start(), octave.height, octave.width)
        self._picture = refine(self._picture, start)
        objective = self._objective(octave)
        tolerance = _TOLERANCE[self._settings.quality]
        self._clock.resume()
        for step in minimize(self._picture, objective, octave.steps, _history(octave), tolerance):
            self._picture = step.picture
            if step.number is not None:
                yield self._progress(octave, step.number, step.loss)
            yield from self._preview()
            if self._control.has_adjustment:
                break
        self._picture = self._picture.clamp(0, 1)

    def _objective(self, octave: Octave) -> Objective:
        scene, settings = self._scene, self._settings
        canvas = Canvas(
            self._network, octave.height, octave.width, self._tile_side, checkpoint=self._control.checkpoint
        )
        targets = style_targets(scene, octave, settings.style_scale, settings.strength, self._of_style, canvas)
        content = None
        if octave.has_content:
            content = content_features(canvas, reduce(scene.content, octave.height, octave.width))
        selection = at_octave(scene.selection, octave)
        return Objective(
            canvas=canvas,
            targets=targets,
            layer_weights=layer_weights(octave),
            content=content,
            content_weight=_CONTENT_WEIGHT,
            tv_weight=settings.total_variation,
            changeable=None if selection is None else (selection > 0).to(selection.dtype),
        )

    def _apply(self, adjustment: Adjustment) -> None:
        """Take the new values; a weaker strength leads part of the way back to the content."""
        old = self._settings
        changes = {k: v for k in ("strength", "total_variation") if (v := getattr(adjustment, k)) is not None}
        self._settings = replace(old, **changes)
        if adjustment.weights is not None:
            if len(adjustment.weights) != len(self._unmatched.styles):
                raise InvalidJob(
                    f"{len(adjustment.weights)} weights were given for {len(self._unmatched.styles)} styles."
                )
            checked = tuple(check_weight(weight, "") for weight in adjustment.weights)
            self._unmatched = self._unmatched.with_weights(checked)
        self._scene = self._matched()
        back = 1 - min(1.0, self._settings.strength / old.strength)
        if back:
            content = reduce(self._unmatched.content, *self._picture.shape[1:])
            self._picture = torch.lerp(self._picture, content, back)

    def _progress(self, octave: Octave, number: int, loss: float) -> Progress:
        fraction, seconds = self._clock.step_done(octave, number)
        return Progress(fraction, seconds, octave.side, number, loss)

    def _preview(self) -> Iterator[Preview]:
        now = time.monotonic()
        if not self._job.preview_side or now - self._previewed < _PREVIEW_INTERVAL:
            return
        self._previewed = now
        height, width = self._unmatched.size
        ratio = min(1.0, self._job.preview_side / max(height, width))
        size = max(1, round(height * ratio)), max(1, round(width * ratio))
        coverage = self._unmatched.coverage()
        alpha = None if coverage is None else reduce(coverage[None], *size)[0].clamp(0, 1)
        yield Preview(buffer_from_picture(self._finished(*size).cpu(), _cpu(alpha), "rgba-u8"))

    def _finished(self, height: int, width: int) -> Tensor:
        """The picture so far in any size, with the color treatment that comes last."""
        larger = height * width > self._picture[0].numel()
        start = reduce(self._scene.start(), height, width)
        picture = refine(self._picture, start) if larger else reduce(self._picture.clamp(0, 1), height, width)
        picture = picture.clamp(0, 1)
        content = reduce(self._unmatched.content, height, width)
        regions = self._scene.regions()
        if regions[0] is not None:
            reach = reduce(torch.stack([r for r in regions if r is not None]).sum(0)[None], height, width)
            picture = torch.lerp(content, picture, reach.clamp(0, 1))
        if self._settings.color == "luminance":
            picture = with_hues_of(picture, content, self._settings.color_amount)
        return picture


def _require_something_to_paint(scene: Scene) -> None:
    coverage = scene.coverage()
    if coverage is not None and not bool((coverage > 0).any()):
        raise InvalidJob("There is nothing to paint: the content or the selection is fully transparent.")
    for style in scene.styles:
        if style.mask is not None and not bool((style.mask > 0).any()):
            raise InvalidJob("A style is fully transparent.", "Choose a picture that shows something.")


def _history(octave: Octave) -> int:
    """Remembered steps: plenty for small canvases, few where each takes much memory."""
    return 20 if octave.side <= 1024 else 5


def _cpu(mask: Tensor | None) -> Tensor | None:
    return None if mask is None else mask.cpu()
