"""The preparation of a job before its first step: its device, its pictures, its canvases and its memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch import Tensor

from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import InvalidJob, MemoryBudgetTooSmall, OutOfMemory
from nst_core.job.events import Notice
from nst_core.job.request import StyleJob
from nst_core.job.settings import Settings
from nst_core.job.sizes import JobSizes

from . import devices, weights
from .budget import Plan, demand_of, lack_of_memory_named, make_plan
from .control import Checkpoint
from .features import Network, Pooling
from .likeness import detail_of
from .palette import Palette, recolored
from .pyramid import VARIATION_SIDE, Octave, continuing, scaled, schedule, varying
from .resampling import reduce
from .scene import Scene, is_empty, scene_from_job
from .thin import thin_network
from .tiling import Canvas
from .wrapping import Wrap

CPU = torch.device("cpu")


@lru_cache(maxsize=1)
def load_network(name: str, device: torch.device, dtype: torch.dtype) -> Network:
    """Return the network with the weights called ``name``; on a CPU a thin one. It is kept for the next job."""
    build = Network if devices.is_accelerator(device) else thin_network
    return build(weights.load(name), device, dtype, Pooling(maximum=0.5))


def load_ahead() -> None:
    """Load the network before the first job needs it. On a GPU, load only the file, so that no GPU memory is used.

    Raises WeightsMissing or WeightsDamaged.
    """
    if devices.is_accelerator(devices.select("auto")):
        weights.load("original")
    else:
        load_network("original", CPU, devices.convolution_dtype(CPU))


@dataclass(frozen=True)
class Preparation:
    """A job that is ready to be painted.

    ``settings`` are the effective ones, ``octaves`` the canvases from coarse to fine. ``detail`` (h, w) is the mask of
    the content's detail on a small copy. ``checkpoint`` is called before each tile, and raises an exception to stop the
    work. ``is_variation`` is True if the job starts from a finished result of another strength.
    """

    settings: Settings
    device: torch.device
    network: Network
    scene: Scene
    palette: Palette
    detail: Tensor
    octaves: Sequence[Octave]
    plan: Plan
    checkpoint: Checkpoint
    is_variation: bool = False

    @property
    def is_texture(self) -> bool:
        """True if a texture is painted, so the content is not used."""
        return self.settings.mode == "texture"

    @property
    def wrap(self) -> Wrap:
        """The edges that meet."""
        return Wrap.named(self.settings.seamless)

    def canvas(self, height: int, width: int, layers: Sequence[str]) -> Canvas:
        """Return a canvas of this size for features at ``layers``, cut into tiles as planned."""
        return self.plan.canvas(self.network, height, width, layers, self.checkpoint)

    def detail_at(self, height: int, width: int) -> Tensor:
        """Return the mask (H, W) of the content's detail in the size of a canvas."""
        return reduce(self.detail[None], height, width, self.wrap)[0].clamp(0, 1)

    def adjusted(self, adjustment: Adjustment) -> Preparation:
        """Return this job with new values. Raises InvalidJob if there are more or fewer weights than styles."""
        adjustment.require_styles(len(self.scene.styles))
        settings = effective(adjustment.applied_to(self.settings))
        scene = self.scene if adjustment.weights is None else self.scene.with_weights(adjustment.weights)
        return replace(self, settings=settings, scene=scene, octaves=self._octaves_with(settings))

    def _octaves_with(self, settings: Settings) -> list[Octave]:
        octaves = _octaves(settings, *self.scene.size)
        if self.is_variation:
            return varying(octaves)
        return octaves if self.scene.earlier is None else continuing(octaves)

    def in_smaller_tiles(self) -> Preparation | None:
        """Return this job with smaller tiles, which need less memory; None if they can't be smaller."""
        plan = self.plan.in_smaller_tiles()
        return None if plan is None else replace(self, plan=plan)

    def with_pictures_on_cpu(self) -> Preparation:
        """Return this job with its pictures on the CPU, so that its result can be made there."""
        return replace(self, device=CPU, scene=self.scene.to(CPU), detail=self.detail.to(CPU))

    def on_cpu(self) -> Preparation:
        """Return this job on the CPU, with a part of its free memory. A limit of the user was for the other device.

        Raises MemoryBudgetTooSmall.
        """
        shown = self.with_pictures_on_cpu()
        plan = make_plan(self.octaves, CPU, 0, self.wrap, replace(self.plan.demand, scene=0, once=0))
        return replace(shown, network=_network(self.settings, CPU), plan=plan)


def prepare(job: StyleJob, checkpoint: Checkpoint) -> tuple[Preparation, list[Notice]]:
    """Prepare the job on its device. If a GPU has too little memory, prepare it on the CPU, and return a notice, too.

    Raises the named errors of :mod:`nst_core.job.errors`.
    """
    device = devices.select(job.settings.device)
    try:
        return _prepared_on(device, job, checkpoint), []
    except MemoryBudgetTooSmall:
        # A limit of the user is for every device.
        if job.settings.memory or not devices.is_accelerator(device):
            raise
    except OutOfMemory:
        if not devices.is_accelerator(device):
            raise
    # Do this outside of the handlers: inside, the error would keep the pictures in the GPU's memory.
    return _prepared_on(CPU, job, checkpoint), [handed_to_cpu(device)]


def planned(sizes: JobSizes, settings: Settings, device: torch.device) -> tuple[list[Octave], Plan]:
    """Return the canvases of a job and its memory plan. Raises MemoryBudgetTooSmall."""
    octaves = _octaves(settings, sizes.content[1], sizes.content[0])
    demand = demand_of(sizes, settings, octaves[-1])
    return octaves, make_plan(octaves, device, settings.memory, Wrap.named(settings.seamless), demand)


def handed_to_cpu(gpu: torch.device) -> Notice:
    """Return the notice that the job continues on the CPU."""
    return Notice(f"The memory of {gpu} is not enough. The job continues on the CPU, which takes longer.")


def _prepared_on(device: torch.device, job: StyleJob, checkpoint: Checkpoint) -> Preparation:
    """Prepare the job on ``device``. If it does not fit into memory, it is refused before its pictures are loaded."""
    settings, is_variation = effective(job.settings), job.initial_strength is not None
    if is_variation:
        settings = replace(settings, size=min(settings.size or VARIATION_SIDE, VARIATION_SIDE))
    with lack_of_memory_named():
        network = _network(settings, device)
        octaves, plan = planned(JobSizes.of(job), settings, device)
        if job.earlier is not None:
            octaves = continuing(octaves)
        if is_variation:
            octaves = varying(octaves)
        scene = _scene(job, settings, device, checkpoint)
        checkpoint()
        _require_something_to_paint(scene)
        return Preparation(
            settings=settings,
            device=device,
            network=network,
            scene=scene,
            palette=Palette.of(scene),
            detail=detail_of(scene.content, Wrap.named(settings.seamless)),
            octaves=octaves,
            plan=plan,
            checkpoint=checkpoint,
            is_variation=is_variation,
        )


def _network(settings: Settings, device: torch.device) -> Network:
    return load_network(settings.weights, device, devices.convolution_dtype(device))


def _octaves(settings: Settings, height: int, width: int) -> list[Octave]:
    side = min(settings.size or max(height, width), max(height, width))
    size = scaled(height, width, side)
    return schedule(*size, settings.quality, settings.strength, Wrap.named(settings.seamless))


def _scene(job: StyleJob, settings: Settings, device: torch.device, checkpoint: Checkpoint) -> Scene:
    scene = scene_from_job(job, device, checkpoint)
    if settings.mode == "texture":
        return scene.textured()
    if settings.seamless != "none":
        scene = scene.seamless(Wrap.named(settings.seamless))
    return recolored(scene, settings.color_amount) if settings.color == "content" else scene


def effective(settings: Settings) -> Settings:
    """Return the settings that have an effect: a texture has no content, so its strength and color are fixed."""
    return replace(settings, strength=1.0, color="style") if settings.mode == "texture" else settings


def _require_something_to_paint(scene: Scene) -> None:
    coverage, reach = scene.coverage(), scene.reach()
    if is_empty(reach):
        raise InvalidJob("There is nothing to paint: the region of each style is empty.", "Choose other regions.")
    if is_empty(coverage):
        raise InvalidJob("There is nothing to paint: the content or the selection is fully transparent.")
    if reach is not None and coverage is not None and is_empty(reach * coverage):
        raise InvalidJob(
            "There is nothing to paint: the regions of the styles lie where nothing is visible or selected.",
            "Choose other regions.",
        )
    for style in scene.styles:
        if is_empty(style.mask):
            named = f"The style {style.name}" if style.name else "A style"
            raise InvalidJob(f"{named} is fully transparent.", "Choose a picture that shows something.")
