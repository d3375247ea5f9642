"""The transfer of color statistics from one picture to another, and the luminance-only transfer (Gatys et al. 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

#: A matrix from sRGB-encoded values to luma and two color differences (ITU-R BT.601).
_YCC = torch.tensor([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])

#: A color axis with a smaller variance than this is flat: a third of a gray level.
FLAT = 1e-5


@dataclass(frozen=True)
class ColorStatistics:
    """The mean (3,) and covariance (3, 3) of a picture's colors, on the CPU."""

    mean: Tensor
    covariance: Tensor


def color_statistics(rgb: Tensor, weight: Tensor | None = None) -> ColorStatistics:
    """Return the statistics of (3, H, W). ``weight`` (H, W; None: 1) is the weight of each pixel."""
    pixels = rgb.flatten(1)
    w = torch.ones_like(pixels[0]) if weight is None else weight.flatten()
    total = w.sum().clamp_min(1e-6)
    mean = (pixels * w).sum(1) / total
    centered = pixels - mean[:, None]
    return ColorStatistics(mean.cpu(), ((centered * w) @ centered.T / total).cpu())


def mix_color_statistics(parts: Sequence[ColorStatistics], shares: Sequence[float]) -> ColorStatistics:
    """Return the weighted mean of several statistics. The sum of ``shares`` is 1."""
    mean = sum((p.mean * s for p, s in zip(parts, shares)), torch.zeros(3))
    covariance = sum((p.covariance * s for p, s in zip(parts, shares)), torch.zeros(3, 3))
    return ColorStatistics(mean, covariance)


def match_colors(rgb: Tensor, source: ColorStatistics, target: ColorStatistics) -> Tensor:
    """Return ``rgb`` (3, H, W) with colors changed so that the statistics ``source`` become ``target``.

    Of all affine maps that do this, the one with the smallest changes is used. It is the optimal transport between the
    two normal distributions (Pitie and Kokaram 2007).
    """
    eye = torch.eye(3) * FLAT
    here, there = source.covariance + eye, target.covariance + eye
    root, inverse_root = _power(here, 0.5), _power(here, -0.5)
    transport = inverse_root @ _power(root @ there @ root, 0.5) @ inverse_root
    offset = target.mean - transport @ source.mean
    moved = torch.addmm(offset.to(rgb)[:, None], transport.to(rgb), rgb.flatten(1))  # one pass over a large picture
    return moved.clamp_(0, 1).view(rgb.shape)


def with_hues_of(painting: Tensor, content: Tensor, amount: float) -> Tensor:
    """Return ``painting`` (3, H, W) with the part ``amount`` (0..1) of the color differences of ``content`` (3, H, W).

    The luma is that of ``painting``.
    """
    to_ycc = _YCC.to(painting)
    ycc = torch.tensordot(to_ycc, painting, dims=1)
    hues = torch.tensordot(to_ycc, content, dims=1)
    ycc[1:] += amount * (hues[1:] - ycc[1:])
    return torch.clamp(torch.tensordot(torch.linalg.inv(to_ycc), ycc, dims=1), 0, 1)


def _power(matrix: Tensor, exponent: float) -> Tensor:
    values, vectors = torch.linalg.eigh(matrix.double())
    result: Tensor = vectors @ torch.diag(values.clamp_min(1e-9) ** exponent) @ vectors.T
    return result.float()
