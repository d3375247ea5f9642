"""From a job to a picture: the walk through the engine.

For each canvas of the pyramid, from coarse to fine: take the painting so far, give it the content's own detail, and
move its pixels until their features have the moments of the style and the self-similarity of the content.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

import torch
from torch import Tensor

from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import InvalidJob, MemoryBudgetTooSmall, OutOfMemory, is_lack_of_memory
from nst_core.job.events import Event, Notice, Preview, Progress, Result, Started
from nst_core.job.request import StyleJob
from nst_core.job.settings import Settings

from . import devices, weights
from .budget import Plan, make_plan
from .clock import Clock
from .color import with_hues_of
from .content import content_targets, layout_target
from .control import Control, Stopped
from .features import Network, Pooling
from .losses import layer_weights
from .objective import Objective, SampledTarget, View, Whole
from .optimize import minimize
from .pyramid import Octave, refine, scaled, schedule
from .resampling import reduce
from .scene import Palette, Scene, noise, scene_from_job
from .statistics import remembered_style, style_targets
from .strokes import stroke_targets
from .tensors import buffer_from_picture
from .tiling import Canvas
from .wrapping import Wrap

#: A scale is done when three steps together gain less than this part of the loss.
_TOLERANCE = {"draft": 0.06, "normal": 0.03, "high": 0.01}

#: Pixels by which the network's grid moves from canvas to canvas where edges meet: it leaves a faint mark, which would
#: add up at the edges if it always began there.
_PHASE = 6

#: Weight of a view from afar against the canvas itself. Views hold the large shapes that coarser canvases settled.
_VIEW_WEIGHT = 0.1

#: The octave, counted from the coarsest, that begins with a mixture of content and painting where strength is below 1.
#: Coarser ones paint in full, so that every part of the picture goes the same part of the way.
_MIXED_FROM = 3

#: Contrast of the noise that each canvas gets.
_GRAIN = 0.1

#: Seconds between two previews: a host has no use for more.
_PREVIEW_INTERVAL = 0.25


def stylize(job: StyleJob, control: Control | None = None) -> Iterator[Event]:
    """Paint ``job``: yields Started, then Progress and Preview, and at the end one Result (at strength 0 only that).

    If ``control`` stops the job, the Result is the picture so far (``complete`` is False) or, if it shall not be kept,
    there is none. Raises the named errors of :mod:`nst_core.job.errors`.
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
    return Network(weights.load(name), device, dtype, Pooling(maximum=0.5))


class _Painting:
    """One job under way: its scene, its canvases, and the picture so far."""

    def __init__(self, job: StyleJob, control: Control) -> None:
        self._settings = _effective(job.settings)
        self._is_texture, self._wrap = job.settings.mode == "texture", Wrap.named(job.settings.seamless)
        self._preview_side, self._result_format, self._control = job.preview_side, job.result_format, control
        self._previewed = 0.0
        self._small: tuple[Scene, Scene] | None = None
        self._setback = self._begin(job, devices.select(job.settings.device))

    def _begin(self, job: StyleJob, device: torch.device) -> Notice | None:
        """Prepare on ``device``, or on the CPU where a GPU has too little memory even for a start: returns a notice."""
        try:
            self._prepare(job, device)
            return None
        except MemoryBudgetTooSmall:
            if self._settings.memory or not devices.is_accelerator(device):
                raise
        except (RuntimeError, MemoryError) as error:
            if not is_lack_of_memory(error):
                raise
            _require_another(device, error)
        # Only here, where the error no longer holds what lies in the GPU's memory.
        self._begin(job, torch.device("cpu"))
        return _handed_over_by(device)

    def _prepare(self, job: StyleJob, device: torch.device) -> None:
        """Load the job's pictures on ``device`` and plan the work."""
        self._work_on(device)
        self._show(self._scene_of(job))
        _require_something_to_paint(self._scene)
        height, width = self._scene.size
        side = min(self._settings.size or max(height, width), max(height, width))
        size = scaled(height, width, side)
        self._octaves = schedule(*size, self._settings.quality, self._wrap)
        self._plan = self._plan_within(self._settings.memory)
        self._clock = Clock(self._octaves, str(self._device), self._plan.feature_bytes)
        self._picture, self._is_mixed = self._scene.content, False

    def _plan_within(self, gibibytes: float) -> Plan:
        return make_plan(self._octaves, self._device, gibibytes, self._wrap)

    def paint(self) -> Iterator[Event]:
        """Work through the canvases, and through all of them again after each adjustment."""
        if self._settings.strength == 0:
            return
        yield self._started()
        if self._setback:
            yield self._setback
        self._picture = self._first_picture(self._octaves[0])
        self._is_mixed = False
        waiting = list(self._octaves)
        while waiting:
            try:
                yield from self._paint_octave(waiting[0])
            except (RuntimeError, MemoryError) as error:
                if not is_lack_of_memory(error):
                    raise
                yield self._with_less_memory(error)
                continue
            waiting.pop(0)
            adjustment = self._control.take_adjustment()
            if adjustment:
                self._apply(adjustment)
                waiting = list(self._octaves) if self._settings.strength else []
                self._picture = reduce(self._picture, self._octaves[0].height, self._octaves[0].width)
                self._is_mixed = False

    def result(self, complete: bool) -> Result:
        """The picture so far in the content's size, its alpha within the selection."""
        try:
            return self._assembled(complete)
        except (RuntimeError, MemoryError) as error:
            if not is_lack_of_memory(error):
                raise
            self._leave_gpu(error)
            return self._assembled(complete)

    def _assembled(self, complete: bool) -> Result:
        scene = self._scene
        rgb = scene.content if self._settings.strength == 0 else self._finished(scene)
        pixels = buffer_from_picture(rgb.cpu(), _cpu(scene.coverage()), self._result_format)
        return Result(pixels, complete, self._clock.elapsed, str(self._device), self._settings.seed)

    def _work_on(self, device: torch.device) -> None:
        """Compute on ``device`` from now on."""
        self._device = device
        self._network = load_network(self._settings.weights, device, devices.convolution_dtype(device))

    def _show(self, scene: Scene) -> None:
        """Paint ``scene`` from now on."""
        self._scene, self._palette = scene, Palette.of(scene)

    def _scene_of(self, job: StyleJob) -> Scene:
        scene = scene_from_job(job, self._device)
        if self._is_texture:
            return scene.textured()
        if any(self._wrap):
            scene = scene.seamless(self._wrap)
        return scene.recolored(self._settings.color_amount if self._settings.color == "content" else 0.0)

    def _started(self) -> Started:
        sizes = tuple((octave.width, octave.height) for octave in self._octaves)
        finest = self._octaves[-1]
        side = self._canvas(finest.height, finest.width, finest.layers).tile_side
        return Started(str(self._device), sizes, self._plan.memory(self._octaves), self._clock.estimate(), side)

    def _canvas(self, height: int, width: int, layers: Sequence[str]) -> Canvas:
        return self._plan.canvas(self._network, height, width, layers, self._control.checkpoint)

    def _source(self, scene: Scene) -> Tensor:
        """The picture (3, H, W) that a canvas of the scene's size begins with, and whose detail finer ones take."""
        if scene.initial is not None:
            return scene.initial
        if self._is_texture:
            return self._palette.grain(scene, self._settings.seed)
        return self._recolored(scene)

    def _recolored(self, scene: Scene) -> Tensor:
        """The content (3, H, W) in the colors of the styles, as far as the painting goes now."""
        return self._palette.apply(scene, self._settings.strength if self._is_mixed else 1.0)

    def _first_picture(self, octave: Octave) -> Tensor:
        if self._settings.init == "noise":
            return noise(octave.height, octave.width, self._settings.seed).to(self._device)
        scene = self._scene.at(octave.height, octave.width)
        start = self._grained(scene)
        if scene.initial is None and self._palette.is_flat:
            # Strokes need something to begin at.
            start = self._palette.grain(scene, self._settings.seed)
        return start

    def _grained(self, scene: Scene) -> Tensor:
        """The source; a photograph gets a little noise, at which strokes begin: in flat areas a mesh would form."""
        source = self._source(scene)
        if self._is_texture or scene.initial is not None:
            return source
        return noise(*scene.size, self._settings.seed).sub_(0.5).mul_(_GRAIN).to(source).add_(source)

    def _paint_octave(self, octave: Octave) -> Iterator[Event]:
        """Start from the painting so far and optimize; ends early if an adjustment is waiting."""
        devices.return_unused_memory()
        scene = self._scene.at(octave.height, octave.width)
        self._picture = self._begun(scene, octave)
        objective = self._whole(scene, octave)
        tolerance = _TOLERANCE[self._settings.quality]
        history = self._plan.steps_remembered(octave.height, octave.width)
        self._clock.resume()
        for step in minimize(self._picture, objective, self._steps(octave), history, tolerance):
            self._picture = step.picture
            if step.number is not None:
                fraction, seconds = self._clock.step_done(octave, step.number)
                yield Progress(fraction, seconds, octave.side, step.number, step.loss)
            yield from self._preview()
            if self._control.has_adjustment:
                break
        self._picture = self._picture.clamp(0, 1)

    def _steps(self, octave: Octave) -> int:
        """The limit of steps: after the mixing, fewer for less strength, so that no part of the picture runs ahead."""
        share = 0.25 + 0.75 * self._settings.strength if self._is_mixed else 1.0
        return max(2, round(share * octave.steps))

    def _begun(self, scene: Scene, octave: Octave) -> Tensor:
        """The painting so far on a finer canvas, with the detail of its source."""
        ratio = max(self._picture.shape[1:]) / octave.side
        deviation = None
        if ratio < 1 and not self._is_texture and scene.initial is None:
            deviation = scene.deviation_of_detail(octave.side * self._settings.style_scale, ratio)
        picture = refine(self._picture, self._grained(scene), self._wrap, deviation)
        is_mixed = self._is_mixed or octave == self._octaves[min(_MIXED_FROM, len(self._octaves) - 1)]
        if is_mixed and not self._is_mixed:
            picture = torch.lerp(scene.content, picture, self._settings.strength)
        picture = scene.restored(picture)
        self._is_mixed = is_mixed  # Last: memory may run out above, and the same canvas begins again.
        return picture

    def _whole(self, scene: Scene, octave: Octave) -> Whole:
        """What counts on a canvas: itself, and how it is seen from afar; ``scene`` is in its size."""
        return Whole(
            objective=self._objective(scene, octave),
            views=[View(f, self._objective(scene.afar(f), octave.afar(f)), _VIEW_WEIGHT) for f in octave.factors],
            tv_weight=self._settings.total_variation,
            wrap=self._wrap,
            allowed=lambda gradient: gradient if scene.selection is None else gradient * (scene.selection > 0),
        )

    def _objective(self, scene: Scene, octave: Octave) -> Objective:
        settings = self._settings
        canvas = self._canvas(octave.height, octave.width, octave.layers)
        if any(self._wrap):
            phase = _PHASE * (1 + round(math.log2(octave.side)))
            canvas = replace(canvas, wrap=self._wrap, phase=(phase * self._wrap.y, phase * self._wrap.x))
        of_style = remembered_style(self._canvas, settings.weights)
        strength = settings.strength if self._is_mixed else 1.0
        sampled: list[SampledTarget] = []
        layout = None
        if not self._is_texture:
            variance = self._palette.variance(scene)
            layout = layout_target(scene, lambda: self._recolored(scene), variance, settings.keep_content)
            sampled += content_targets(scene, canvas, settings.keep_content, settings.seed)
        if settings.quality == "high" and strength == 1:
            sampled += stroke_targets(scene, octave, settings.style_scale, settings.seed, canvas, self._canvas)
        return Objective(
            canvas=canvas,
            targets=style_targets(scene, octave, settings.style_scale, strength, of_style, canvas),
            layer_weights=layer_weights(octave.layers),
            sampled=sampled,
            layout=layout,
        )

    def _with_less_memory(self, error: Exception) -> Notice:
        """Prepare to try the same canvas again: in smaller tiles, or on the CPU when a GPU can't do with less."""
        smaller = self._plan.smaller()
        if smaller is not None:
            self._plan = smaller
            return Notice(f"Memory ran out: going on with tiles of {smaller.tile_side} pixels.")
        gpu = self._device
        self._leave_gpu(error)
        self._plan = self._plan_within(0)
        return _handed_over_by(gpu)

    def _leave_gpu(self, error: Exception) -> None:
        """Go on with the CPU; raises OutOfMemory if its memory is what ran out."""
        _require_another(self._device, error)
        self._picture = self._picture.cpu()
        self._work_on(torch.device("cpu"))
        self._show(self._scene.to("cpu"))

    def _apply(self, adjustment: Adjustment) -> None:
        """Take the new values."""
        adjustment.require_styles(len(self._scene.styles))
        self._settings = _effective(adjustment.applied_to(self._settings))
        if adjustment.weights is not None:
            self._scene = self._scene.with_weights(adjustment.weights)

    def _preview(self) -> Iterator[Preview]:
        now = time.monotonic()
        if not self._preview_side or now - self._previewed < _PREVIEW_INTERVAL:
            return
        self._previewed = now
        scene = self._preview_scene()
        yield Preview(buffer_from_picture(self._finished(scene).cpu(), _cpu(scene.coverage()), "rgba-u8"))

    def _preview_scene(self) -> Scene:
        """The scene in the size of previews, made once for each scene."""
        if self._small is None or self._small[0] is not self._scene:
            height, width = self._scene.size
            ratio = min(1.0, self._preview_side / max(height, width))
            small = self._scene.at(max(1, round(height * ratio)), max(1, round(width * ratio)))
            self._small = self._scene, small
        return self._small[1]

    def _finished(self, scene: Scene) -> Tensor:
        """The picture so far in the scene's size, with what comes last: gaps between regions, and hues."""
        height, width = scene.size
        if self._is_texture or height * width <= self._picture[0].numel():
            picture = reduce(self._picture, height, width, self._wrap).clamp(0, 1)
        else:
            picture = refine(self._picture, self._source(scene), self._wrap)
        if not self._is_mixed:
            picture = torch.lerp(scene.content, picture, self._settings.strength)
        picture = scene.restored(picture)
        if self._settings.color == "luminance":
            picture = with_hues_of(picture, scene.content, self._settings.color_amount)
        return picture


def _effective(settings: Settings) -> Settings:
    """The settings as they count: a texture has no content that could be kept or lend its colors."""
    if settings.mode == "picture":
        return settings
    return replace(settings, strength=1.0, color="style")


def _require_something_to_paint(scene: Scene) -> None:
    coverage, reach = scene.coverage(), scene.reach()
    if _is_empty(reach):
        raise InvalidJob("There is nothing to paint: the region of each style is empty.", "Choose other regions.")
    if _is_empty(coverage):
        raise InvalidJob("There is nothing to paint: the content or the selection is fully transparent.")
    if reach is not None and coverage is not None and _is_empty(reach * coverage):
        raise InvalidJob(
            "There is nothing to paint: the regions of the styles lie where nothing is visible or selected.",
            "Choose other regions.",
        )
    for style in scene.styles:
        if _is_empty(style.mask):
            named = f"The style {style.name}" if style.name else "A style"
            raise InvalidJob(f"{named} is fully transparent.", "Choose a picture that shows something.")


def _is_empty(mask: Tensor | None) -> bool:
    """Whether a mask (None: all) leaves nothing."""
    return mask is not None and not bool((mask > 0).any())


def _require_another(device: torch.device, error: Exception) -> None:
    """Raises OutOfMemory if it is the CPU's memory that ran out: there is nothing to fall back on."""
    if not devices.is_accelerator(device):
        raise OutOfMemory("Memory ran out.", "Paint at a smaller size, or close other programs.") from error


def _handed_over_by(gpu: torch.device) -> Notice:
    return Notice(f"The memory of {gpu} does not suffice: going on with the CPU, which takes longer.")


def _cpu(mask: Tensor | None) -> Tensor | None:
    return None if mask is None else mask.cpu()
