"""Small stand-ins for the engine's heavy parts: a network like VGG-19 with few channels, and pictures."""

from __future__ import annotations

import torch
from torch import Tensor

from nst_core.engine.features import Network, Pooling
from nst_core.engine.weights import RELU_NAMES, Weights
from nst_core.job.pixels import PixelBuffer


def toy_weights(channels: int = 3) -> Weights:
    """Return random weights that keep features at about the same size in all layers."""
    generator = torch.Generator().manual_seed(1)
    layers = {}
    inputs = 3
    for name in RELU_NAMES:
        weight = torch.randn((channels, inputs, 3, 3), generator=generator) / (inputs * 4.5) ** 0.5
        layers[name] = (weight, torch.randn(channels, generator=generator) * 0.1)
        inputs = channels
    return Weights(layers, torch.tensor([0.5, 0.4, 0.3]), torch.tensor([4.0, 4.0, 4.0]))


def toy_network(dtype: torch.dtype = torch.float64) -> Network:
    return Network(toy_weights(), torch.device("cpu"), dtype, Pooling(0.5))


def noise(height: int, width: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    """Return a random picture (3, H, W) in 0..1."""
    return torch.rand((3, height, width), generator=torch.Generator().manual_seed(seed), dtype=dtype)


def features(seed: int, count: int = 12, channels: int = 5) -> Tensor:
    """Return random features (count, channels) in 0..1."""
    generator = torch.Generator().manual_seed(seed)
    return torch.rand((count, channels), generator=generator, dtype=torch.float64)


def buffer(rgb: Tensor, alpha: Tensor | None = None) -> PixelBuffer:
    """Return a picture as rgba-f32."""
    height, width = rgb.shape[1:]
    rgba = torch.ones((height, width, 4))
    rgba[..., :3] = rgb.permute(1, 2, 0)
    if alpha is not None:
        rgba[..., 3] = alpha
    return PixelBuffer(width, height, "rgba-f32", rgba.numpy().tobytes())


def mask_buffer(mask: Tensor) -> PixelBuffer:
    """Return a mask (H, W) as gray-f32."""
    return PixelBuffer(mask.shape[1], mask.shape[0], "gray-f32", mask.float().contiguous().numpy().tobytes())


def picture(pixels: PixelBuffer) -> tuple[Tensor, Tensor]:
    """Return color (3, H, W) and alpha (H, W) of an rgba-f32 buffer."""
    rgba = torch.frombuffer(bytearray(pixels.data), dtype=torch.float32).view(pixels.height, pixels.width, 4)
    return rgba[..., :3].permute(2, 0, 1), rgba[..., 3]
