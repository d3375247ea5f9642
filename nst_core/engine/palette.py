"""The colors of a scene: those of the content, those of each style, and the way from the first to the second.

The optimization takes many steps to change a color. So each canvas starts from the content in the colors of the styles.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from .color_transfer import FLAT, ColorStatistics, color_statistics, match_colors, mix_color_statistics
from .pyramid import scaled
from .scene import Scene, StyleSource

#: Longest side in pixels of the copies that colors are measured on: colors do not depend on detail.
_SIDE = 256

#: The colors of :func:`noise`.
_NOISE_COLORS = ColorStatistics(torch.full((3,), 0.5), torch.eye(3) / 12)

#: Contrast of the noise that a texture starts from, relative to that of the styles: with none a pattern of dots forms,
#: with much it shows in the result.
_GRAIN = 0.15


@dataclass(frozen=True)
class Palette:
    """The colors of a scene's content and of each of its styles."""

    own: ColorStatistics
    styles: tuple[ColorStatistics, ...]

    @classmethod
    def of(cls, scene: Scene) -> Palette:
        """The palette of a scene of any size."""
        return cls(_own_colors(scene), tuple(color_statistics(*style.at(_SIDE)) for style in scene.styles))

    @property
    def is_flat(self) -> bool:
        """Whether the content is of one color."""
        return bool(self.own.covariance.trace() < FLAT)

    def apply(self, scene: Scene, strength: float) -> Tensor:
        """The scene's content (3, H, W), ``strength`` (0..1) of the way to the colors of its styles."""
        content, regions = scene.content, scene.regions()
        if regions is None:
            matched = match_colors(content, self.own, mix_color_statistics(self.styles, scene.shares()))
            return matched if strength == 1 else torch.lerp(content, matched, strength)
        matched = content.clone()
        for region, target in zip(regions, self.styles):
            matched += region * strength * (match_colors(content, self.own, target) - content)
        return matched

    def variance(self, scene: Scene) -> float:
        """Variance of the styles' colors, all channels together."""
        return sum(float(colors.covariance.trace()) * share for colors, share in zip(self.styles, scene.shares()))

    def grain(self, scene: Scene, seed: int) -> Tensor:
        """Noise (3, H, W) of the scene's size in the colors of its styles, of less contrast than they have."""
        faint = 0.5 + _GRAIN * (noise(*scene.size, seed).to(scene.content) - 0.5)
        return replace(self, own=_NOISE_COLORS).apply(replace(scene, content=faint), 1.0)


def noise(height: int, width: int, seed: int) -> Tensor:
    """A picture (3, H, W) of random colors."""
    return torch.rand((3, height, width), generator=torch.Generator().manual_seed(seed))


def recolored(scene: Scene, amount: float) -> Scene:
    """The same scene, its styles ``amount`` (0..1) of the way to the content's colors (Gatys et al. 2017)."""
    own = _own_colors(scene)
    return replace(scene, styles=tuple(_moved(style, own, amount) for style in scene.styles))


def _own_colors(scene: Scene) -> ColorStatistics:
    if scene.earlier is not None:
        return scene.earlier.colors
    small = scene.at(*scaled(*scene.size, min(_SIDE, max(scene.size))))
    return color_statistics(small.content, small.coverage())


def _moved(style: StyleSource, target: ColorStatistics, amount: float) -> StyleSource:
    matched = match_colors(style.rgb, color_statistics(style.rgb, style.mask), target)
    colors = ",".join(f"{value:.6f}" for value in [*target.mean.tolist(), *target.covariance.flatten().tolist()])
    digest = f"{style.digest} recolored {amount} to {colors}"
    return replace(style, rgb=torch.lerp(style.rgb, matched, amount), digest=digest)
