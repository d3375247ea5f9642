"""A network with almost the same features and half as many multiplications.

The responses of a layer to pictures vary mostly in a few directions. So the layer can be replaced by a convolution that
computes only these directions, and a 1x1 convolution from them to all channels (Zhang, Zou, He and Sun, *Accelerating
Very Deep Convolutional Networks*, TPAMI 2015). The directions are computed here from the weights and from generated
pictures. The same network is used for the style and for the canvas, so both have the same small error.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .convolution import ThinConvolution, has_fast_narrow_kernels
from .features import Network, Pooling
from .parallel import torch_threads
from .weights import RELU_NAMES, Weights

#: The directions that a layer keeps, as a part of its channels (RESULTS.md, *Fewer and cheaper steps*). Where
#: Winograd's method is used, shallow layers are fast already, so only deep ones are thin. relu5_1 is fast already,
#: because its grids are small.
_DEEPEST = ("relu3_4", "relu4_1", "relu4_2", "relu4_3", "relu4_4")
_DEEP = {"relu3_2": 1 / 2, "relu3_3": 3 / 8, **dict.fromkeys(_DEEPEST, 1 / 4)}
_ALL = {"relu1_2": 1 / 2, "relu2_1": 1 / 2, "relu2_2": 5 / 8, "relu3_1": 1 / 2, **_DEEP}

#: The generated pictures: their number, the number of those that are noise, and their side in pixels.
_PICTURES, _NOISY, _PICTURE_SIDE = 6, 2, 96

#: Three directions in which the colors of pictures vary independently, the first one most: about light and dark, warm
#: and cold, green and purple.
_TINTS = torch.tensor([[0.6, 0.5, 0.2], [0.6, -0.1, -0.4], [0.5, -0.5, 0.2]])


def thin_network(weights: Weights, device: torch.device, dtype: torch.dtype, pooling: Pooling) -> Network:
    """Return the network with these ``weights``. All layers except relu1_1 and relu5_1 may be thin."""
    shares = _ALL if has_fast_narrow_kernels(device, dtype) else _DEEP
    thin: dict[str, ThinConvolution] = {}
    x = (_pictures() - weights.mean.view(3, 1, 1)) * weights.scale.view(3, 1, 1)
    x = F.pad(x.to(dtype), (1, 1, 1, 1), mode="replicate")
    with torch_threads(1):  # Sums of several threads differ by rounding, and the pictures would differ with them.
        for name in RELU_NAMES[: RELU_NAMES.index(_DEEPEST[-1]) + 1]:
            weight, bias = weights.layers[name]
            x = pooling.before(name, x)
            response = F.conv2d(x, weight.to(dtype), bias.to(dtype), padding=0 if name == "relu1_1" else 1)
            if name in shares:
                mean, directions = _directions(response, round(shares[name] * len(weight)))
                thin[name] = ThinConvolution(weight, bias, mean, directions, device, dtype)
            x = response.relu_()
    return Network(weights, device, dtype, pooling, thin)


def _directions(response: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Return the mean (C,) of responses (N, C, h, w), and the directions (C, count) in which they vary most."""
    f = response.transpose(0, 1).flatten(1).float()
    mean = f.mean(1)
    f = f - mean[:, None]
    vectors: Tensor = torch.linalg.eigh(f @ f.T).eigenvectors  # sorted from the smallest eigenvalue
    return mean, vectors[:, -count:]


def _pictures() -> Tensor:
    """Return pictures (N, 3, H, W) in 0..1: patches of all sizes, hard and soft edges, stripes, spots, and noise."""
    generator = torch.Generator().manual_seed(0)

    def field(channels: int, size: int) -> Tensor:
        """Return smooth noise with spots of ``size`` pixels."""
        side = _PICTURE_SIDE // size + 2
        seeds = torch.randn(_PICTURES, channels, side, side, generator=generator)
        return F.interpolate(seeds, (_PICTURE_SIDE, _PICTURE_SIDE), mode="bicubic", align_corners=False)

    def each(low: float, high: float) -> Tensor:
        """Return a random number for each picture."""
        return low + (high - low) * torch.rand(_PICTURES, 1, 1, 1, generator=generator)

    places = torch.arange(float(_PICTURE_SIDE))
    painted = 0.5 + 0.15 * _tinted(field(3, 32))
    for size in (64, 32, 16, 8, 4, 2):
        for _ in range(5):
            shape = torch.sigmoid((field(1, size) - each(0.3, 1.8)) * each(4, 64))
            angle, pitch, contrast = each(0, 6.28), each(0, 2), each(0, 0.15)
            stripes = torch.sin(pitch * (angle.cos() * places + angle.sin() * places[:, None])) * contrast
            color = _tinted(torch.randn(_PICTURES, 3, 1, 1, generator=generator)) / 2
            patch = 0.5 + color + stripes + 0.06 * field(1, max(2, size // 4))
            painted = painted.lerp(patch.clamp(0, 1), shape)
    for i in range(6):
        noise = _tinted(field(3, 2**i)) * (0.06 * 2 ** (i / 2))
        painted[:_NOISY] = noise[:_NOISY] + (painted[:_NOISY] if i else 0.5)
    grain = 0.02 * torch.randn(painted.shape, generator=generator)
    return (painted + grain).clamp(0, 1)


def _tinted(fields: Tensor) -> Tensor:
    """Return independent fields (N, 3, H, W) as colors."""
    return torch.einsum("ij,njhw->nihw", _TINTS, fields)
