"""The current picture, and the start of each canvas: the coarser painting, with the detail of its source."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .palette import noise
from .preparation import Preparation
from .pyramid import Octave, refine
from .resampling import reduce
from .scene import Scene

#: The contrast of the noise that is added to each canvas, relative to that of the styles. Strokes form around it.
#: Without it, a mesh appears in flat areas (RESULTS.md, *Flat areas*).
_GRAIN = 0.12

#: The contrast of the noise from which a texture starts, and a picture of one color. Strong noise can be seen.
_TEXTURE_GRAIN = 0.15


@dataclass(frozen=True)
class CurrentPicture:
    """The current picture (3, H, W), and its ``strength``: 0 is the content, 1 the full style."""

    rgb: Tensor
    strength: float

    def reduced(self, octave: Octave) -> CurrentPicture:
        """Return the picture in the size of a coarser canvas."""
        return CurrentPicture(reduce(self.rgb, octave.height, octave.width), self.strength)

    def to(self, device: torch.device) -> CurrentPicture:
        """Return the picture on another device."""
        return CurrentPicture(self.rgb.to(device), self.strength)


def first(prepared: Preparation) -> CurrentPicture:
    """Return the start of the coarsest canvas."""
    octave, settings = prepared.octaves[0], prepared.settings
    prepared.checkpoint()
    scene = prepared.scene.at(octave.height, octave.width)
    if settings.init == "noise":
        rgb = noise(octave.height, octave.width, settings.seed).to(prepared.device)
    elif scene.initial is None and prepared.palette.is_flat:
        rgb = _grain(prepared, scene)  # strokes form around noise, not on a flat picture
    else:
        rgb = _grained_source(prepared, scene, 1.0)
    strength = octave.strength if prepared.is_variation else 1.0
    return CurrentPicture(rgb if scene.earlier is None else scene.earlier.over(rgb), strength)


def continued(prepared: Preparation, painting: CurrentPicture, octave: Octave, scene: Scene) -> CurrentPicture:
    """Return ``painting`` on a finer canvas, with the detail of the source. ``scene`` is in the canvas's size.

    If the strength of the canvas is lower than before, the content is mixed in.
    """
    ratio = max(painting.rgb.shape[1:]) / octave.side
    deviation = None
    if ratio < 1 and not prepared.is_texture and scene.initial is None:
        deviation = scene.deviation_of_detail(octave.side * prepared.settings.style_scale, ratio)
    prepared.checkpoint()
    grained = _grained_source(prepared, scene, painting.strength)
    prepared.checkpoint()
    rgb = refine(painting.rgb, grained, prepared.wrap, deviation, prepared.checkpoint)
    prepared.checkpoint()
    if octave.strength < painting.strength:
        rgb = torch.lerp(scene.content, rgb, octave.strength)
    rgb = scene.restored(rgb)
    return CurrentPicture(rgb if scene.earlier is None else scene.earlier.over(rgb), octave.strength)


def source(prepared: Preparation, scene: Scene, strength: float) -> Tensor:
    """Return the source (3, H, W): the first canvas starts from it, and finer ones use its detail."""
    if scene.initial is not None:
        return scene.initial
    if prepared.is_texture:
        return _grain(prepared, scene)
    return prepared.palette.apply(scene, strength)


def _grained_source(prepared: Preparation, scene: Scene, strength: float) -> Tensor:
    """Return the source. A little noise is added to the content."""
    picture = source(prepared, scene, strength)
    if prepared.is_texture or scene.initial is not None:
        return picture
    prepared.checkpoint()
    grain = prepared.palette.grain(scene, prepared.settings.seed, _GRAIN)
    prepared.checkpoint()
    return grain.sub_(prepared.palette.without_grain(scene)).add_(picture)


def _grain(prepared: Preparation, scene: Scene) -> Tensor:
    """Return the noise from which a texture starts, or a picture of one color."""
    return prepared.palette.grain(scene, prepared.settings.seed, _TEXTURE_GRAIN)
