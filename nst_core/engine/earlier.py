"""The earlier frame of a film: the start of the next frame, and a term of the objective that keeps its colors.

This follows Ruder, Dosovitskiy and Brox, *Artistic Style Transfer for Videos* (2016). The package ``film`` moves the
earlier frame along the motion of the content, and computes for each pixel how reliable the motion is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from nst_core.job.request import Earlier

from .color_transfer import ColorStatistics, color_statistics
from .tensors import mask_from_buffer, picture_from_buffer

#: The weight of the mean squared difference to the earlier frame, relative to the style's distances (RESULTS.md,
#: *Films*).
_WEIGHT = 100.0

#: A pixel with a larger weight than this keeps its color exactly. It is below 1, because averages of ones in smaller
#: sizes may be rounded down.
_EXACT = 0.999


@dataclass(frozen=True)
class MovedFrame:
    """The earlier frame ``rgb`` (3, H, W), moved along the motion, and the ``weights`` (H, W) of its pixels.

    ``colors`` are the colors of the content in the first frame of the shot, so that all its frames have one palette.
    """

    rgb: Tensor
    weights: Tensor
    colors: ColorStatistics

    @classmethod
    def of(cls, earlier: Earlier, device: torch.device) -> MovedFrame:
        """Return the earlier frame of a job, on ``device``."""
        rgb, _ = picture_from_buffer(earlier.picture)
        opening, alpha = picture_from_buffer(earlier.opening)
        return cls(rgb.to(device), mask_from_buffer(earlier.weights).to(device), color_statistics(opening, alpha))

    def to(self, device: torch.device) -> MovedFrame:
        """Return this frame on another device."""
        return replace(self, rgb=self.rgb.to(device), weights=self.weights.to(device))

    def resized(self, picture: Callable[[Tensor], Tensor], mask: Callable[[Tensor], Tensor]) -> MovedFrame:
        """Return this frame in another size. The functions resize a picture (3, H, W) and a mask (1, H, W)."""
        return replace(self, rgb=picture(self.rgb), weights=mask(self.weights[None])[0])

    def over(self, start: Tensor) -> Tensor:
        """Return ``start`` (3, H, W), covered by the earlier frame where its weights are not 0."""
        return torch.lerp(start, self.rgb, (2 * self.weights).clamp_max(1))

    def kept(self, painted: Tensor) -> Tensor:
        """Return ``painted`` (3, H, W) with the earlier frame's colors at all pixels that keep their color exactly."""
        return torch.where(self.exact, self.rgb, painted)

    @property
    def exact(self) -> Tensor:
        """A mask (H, W) that is True at the pixels that keep their color exactly."""
        return self.weights > _EXACT

    def distance(self, rgb: Tensor) -> tuple[Tensor, Tensor]:
        """Return the distance of a picture (3, H, W) from the earlier frame, and its gradient."""
        difference = rgb - self.rgb
        weighted = difference * self.weights * (_WEIGHT / rgb.numel())
        return (weighted * difference).sum(), 2 * weighted
