"""The colors of a scene: statistics of the content and of each style, and the transfer of colors between them.

The optimization needs many steps to change a color. So each canvas starts from the content in the colors of the styles.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from .color_transfer import FLAT, ColorStatistics, color_statistics, match_colors, mix_color_statistics
from .pyramid import scaled
from .scene import Scene, StyleSource

#: The longest side in pixels of the copies on which colors are measured. Colors do not depend on detail.
_MEASURED_SIDE = 256

#: The colors of :func:`noise`.
_NOISE_COLORS = ColorStatistics(torch.full((3,), 0.5), torch.eye(3) / 12)


@dataclass(frozen=True)
class Palette:
    """The colors of a scene's content and of each of its styles."""

    own: ColorStatistics
    styles: tuple[ColorStatistics, ...]

    @classmethod
    def of(cls, scene: Scene) -> Palette:
        """Return the palette of a scene of any size."""
        return cls(_own_colors(scene), tuple(color_statistics(*style.at(_MEASURED_SIDE)) for style in scene.styles))

    @property
    def is_flat(self) -> bool:
        """True if the content has only one color."""
        return bool(self.own.covariance.trace() < FLAT)

    def apply(self, scene: Scene, strength: float) -> Tensor:
        """Return the scene's content (3, H, W) with colors between its own (``strength`` 0) and the styles' (1)."""
        content, regions = scene.content, scene.regions()
        if regions is None:
            matched = match_colors(content, self.own, mix_color_statistics(self.styles, scene.shares()))
            return matched if strength == 1 else torch.lerp(content, matched, strength)
        matched = content.clone()
        for region, target in zip(regions, self.styles):
            matched += region * strength * (match_colors(content, self.own, target) - content)
        return matched

    def variance(self, scene: Scene) -> float:
        """Return the variance of the styles' colors, summed over the channels."""
        return sum(float(colors.covariance.trace()) * share for colors, share in zip(self.styles, scene.shares()))

    def grain(self, scene: Scene, seed: int, contrast: float) -> Tensor:
        """Return noise (3, H, W) in the scene's size and in its styles' colors, with ``contrast`` relative to them."""
        faint = noise(*scene.size, seed).mul_(contrast).add_((1 - contrast) / 2).to(scene.content)
        return replace(self, own=_NOISE_COLORS).apply(replace(scene, content=faint), 1.0)

    def without_grain(self, scene: Scene) -> Tensor:
        """Return the mean of :meth:`grain` at each pixel of the scene, as (3, H, W) or (3, 1, 1)."""
        regions = scene.regions() or list(scene.content.new_tensor(scene.shares())[:, None, None])
        gray = scene.content.new_full((3, 1, 1), 0.5)
        colors = [style.mean.to(gray)[:, None, None] for style in self.styles]
        return sum((region * (color - gray) for color, region in zip(colors, regions)), gray)


def noise(height: int, width: int, seed: int) -> Tensor:
    """Return a picture (3, H, W) of random colors."""
    return torch.rand((3, height, width), generator=torch.Generator().manual_seed(seed))


def recolored(scene: Scene, amount: float) -> Scene:
    """Return the scene with recolored styles (Gatys et al. 2017).

    ``amount`` 0 keeps the styles' own colors, 1 gives them the content's colors.
    """
    own = _own_colors(scene)
    return replace(scene, styles=tuple(_moved(style, own, amount) for style in scene.styles))


def _own_colors(scene: Scene) -> ColorStatistics:
    if scene.earlier is not None:
        return scene.earlier.colors
    small = scene.at(*scaled(*scene.size, min(_MEASURED_SIDE, max(scene.size))))
    return color_statistics(small.content, small.coverage())


def _moved(style: StyleSource, target: ColorStatistics, amount: float) -> StyleSource:
    matched = match_colors(style.rgb, color_statistics(style.rgb, style.mask), target)
    colors = ",".join(f"{value:.6f}" for value in [*target.mean.tolist(), *target.covariance.flatten().tolist()])
    digest = f"{style.digest} recolored {amount} to {colors}"
    return replace(style, rgb=torch.lerp(style.rgb, matched, amount), digest=digest)
