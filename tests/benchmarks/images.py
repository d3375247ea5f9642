"""Reading and writing pictures, so that every candidate is given and judged against the same pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Tuple

import torch
from PIL import Image

#: How a sample is brought to size. pastiche does it with Pillow's bilinear filter; engine figures that were published
#: before were judged against Lanczos, which is sharper, so that no picture painted after bilinear pixels can meet it.
FILTERS = {"bilinear": Image.Resampling.BILINEAR, "lanczos": Image.Resampling.LANCZOS}

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"


def fit(size: Tuple[int, int], longest: int) -> Tuple[int, int]:
    """(width, height) scaled to ``longest``, rounded as pastiche rounds it."""
    width, height = size
    return round(width * longest / max(size)), round(height * longest / max(size))


def open_picture(path: Path, longest: int = 0, filter_name: str = "bilinear") -> Image.Image:
    """The picture in RGB, resized to ``longest`` (0: as it is) with one of :data:`FILTERS`."""
    image = Image.open(path).convert("RGB")
    return image.resize(fit(image.size, longest), FILTERS[filter_name]) if longest else image


def to_tensor(image: Image.Image) -> torch.Tensor:
    """A picture as (3, H, W), RGB, 0..255, float32."""
    pixels = torch.frombuffer(bytearray(image.convert("RGB").tobytes()), dtype=torch.uint8)
    return pixels.view(image.height, image.width, 3).permute(2, 0, 1).float().contiguous()


def to_image(rgb: torch.Tensor) -> Image.Image:
    """The inverse of :func:`to_tensor`, rounded and clamped."""
    pixels = rgb.round().clamp(0, 255).byte().permute(1, 2, 0).contiguous()
    return Image.frombytes("RGB", (rgb.shape[2], rgb.shape[1]), bytes(pixels.flatten().tolist()))
