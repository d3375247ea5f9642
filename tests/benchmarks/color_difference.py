"""The visible difference of two colors: CIEDE2000 (Sharma, Wu and Dalal 2005).

A difference of about 1 is just visible.
"""

from __future__ import annotations

import torch
from torch import Tensor

_TO_XYZ = torch.tensor(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]],
    dtype=torch.float64,
)
_WHITE = torch.tensor([0.95047, 1.0, 1.08883], dtype=torch.float64)


def mean_difference(one: Tensor, other: Tensor) -> float:
    """Return the mean difference of two pictures (3, H, W), sRGB-encoded in 0..255."""
    return float(difference(to_lab(one), to_lab(other)).mean())


def to_lab(rgb: Tensor) -> Tensor:
    """Convert sRGB-encoded values in 0..255 to CIE L*a*b* (3, ...) with D65."""
    encoded = rgb.double() / 255
    linear = torch.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    xyz = torch.tensordot(_TO_XYZ, linear, dims=1) / _WHITE.view(3, *[1] * (rgb.dim() - 1))
    f = torch.where(xyz > (6 / 29) ** 3, xyz ** (1 / 3), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    return torch.stack((116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])))


def difference(one: Tensor, other: Tensor) -> Tensor:
    """Return CIEDE2000 of colors in L*a*b*, (3, ...)."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    flatness = 0.5 * (1 - _saturation((a1.hypot(b1) + a2.hypot(b2)) / 2))
    a1, a2 = a1 * (1 + flatness), a2 * (1 + flatness)
    c1, c2 = a1.hypot(b1), a2.hypot(b2)
    h1, h2 = torch.atan2(b1, a1) % (2 * torch.pi), torch.atan2(b2, a2) % (2 * torch.pi)
    turn = (h2 - h1 + torch.pi) % (2 * torch.pi) - torch.pi
    gray = c1 * c2 == 0
    turn = torch.where(gray, torch.zeros_like(turn), turn)
    hue = torch.where(gray, h1 + h2, h1 + turn / 2)
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2

    def wave(times: int, degrees: float) -> Tensor:
        return torch.cos(times * hue + torch.deg2rad(torch.tensor(degrees, dtype=torch.float64)))

    t = 1 - 0.17 * wave(1, -30) + 0.24 * wave(2, 0) + 0.32 * wave(3, 6) - 0.20 * wave(4, -63)
    degrees = torch.rad2deg(hue) % 360
    rotation = torch.sin(2 * torch.deg2rad(30 * torch.exp(-(((degrees - 275) / 25) ** 2)))) * -2 * _saturation(chroma)
    by_light = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / (20 + (light - 50) ** 2).sqrt())
    by_chroma = (c2 - c1) / (1 + 0.045 * chroma)
    by_hue = 2 * (c1 * c2).sqrt() * torch.sin(turn / 2) / (1 + 0.015 * chroma * t)
    squared: Tensor = by_light**2 + by_chroma**2 + by_hue**2 + rotation * by_chroma * by_hue
    return squared.clamp_min(0).sqrt()


def _saturation(chroma: Tensor) -> Tensor:
    return (chroma**7 / (chroma**7 + 25.0**7)).sqrt()
