"""The frame before, in the painting of a film: where the next frame starts, and a term that holds it there.

After Ruder, Dosovitskiy and Brox, *Artistic Style Transfer for Videos* (2016). The film moves the earlier frame along
the motion of the content, and decides for each pixel how far the motion can be trusted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from nst_core.job.request import Earlier

from .color_transfer import ColorStatistics, color_statistics
from .tensors import mask_from_buffer, picture_from_buffer

#: Weight of the mean squared difference to the earlier frame against the style's distances (RESULTS.md, *Films*).
_WEIGHT = 100.0

#: From this weight on a pixel keeps its color exactly. Averages of ones in smaller sizes may be a little less.
_EXACT = 0.999


@dataclass(frozen=True)
class MovedFrame:
    """The earlier frame, moved to where its parts are now: ``rgb`` (3, H, W), and the ``weights`` (H, W) of pixels.

    ``colors`` are those of the content when the shot began: the same palette for each frame of it.
    """

    rgb: Tensor
    weights: Tensor
    colors: ColorStatistics

    @classmethod
    def of(cls, earlier: Earlier, device: torch.device) -> MovedFrame:
        """The earlier frame of a job, on ``device``."""
        rgb, _ = picture_from_buffer(earlier.picture)
        opening, alpha = picture_from_buffer(earlier.opening)
        return cls(rgb.to(device), mask_from_buffer(earlier.weights).to(device), color_statistics(opening, alpha))

    def to(self, device: torch.device) -> MovedFrame:
        """The same on another device."""
        return replace(self, rgb=self.rgb.to(device), weights=self.weights.to(device))

    def resized(self, picture: Callable[[Tensor], Tensor], mask: Callable[[Tensor], Tensor]) -> MovedFrame:
        """The same in another size, by functions for pictures (3, H, W) and for masks (1, H, W)."""
        return replace(self, rgb=picture(self.rgb), weights=mask(self.weights[None])[0])

    def over(self, start: Tensor) -> Tensor:
        """``start`` (3, H, W), covered by the earlier frame wherever that counts."""
        return torch.lerp(start, self.rgb, (2 * self.weights).clamp_max(1))

    def kept(self, painted: Tensor) -> Tensor:
        """``painted`` (3, H, W), but the earlier frame itself where a pixel keeps its color exactly."""
        return torch.where(self.exact, self.rgb, painted)

    @property
    def exact(self) -> Tensor:
        """Where pixels (H, W) keep their color exactly."""
        return self.weights > _EXACT

    def distance(self, rgb: Tensor) -> tuple[Tensor, Tensor]:
        """How far a picture (3, H, W) is from the earlier frame, and the gradient of that."""
        difference = rgb - self.rgb
        weighted = difference * self.weights * (_WEIGHT / rgb.numel())
        return (weighted * difference).sum(), 2 * weighted
