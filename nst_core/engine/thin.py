"""A network that multiplies half as much and sees almost the same.

The responses of a layer to pictures lie almost in a space of few directions. So a convolution to these directions alone
and a 1x1 convolution from them to all channels give nearly the same features (Zhang, Zou, He and Sun, *Accelerating
Very Deep Convolutional Networks*, TPAMI 2015). The directions are found here from the weights and from invented
pictures. Style and canvas are seen by the same network, so what little it misses is missed in both.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .convolution import ThinConvolution, has_fast_narrow_kernels
from .features import Network, Pooling
from .weights import RELU_NAMES, Weights

#: Directions that a layer keeps, as a share of its channels (RESULTS.md, *Fewer and cheaper steps*). Winograd's way is
#: already short, so it gains only in deep layers. The grids of relu5_1 are so small that it costs little as it is.
_DEEPEST = ("relu3_4", "relu4_1", "relu4_2", "relu4_3", "relu4_4")
_DEEP = {"relu3_2": 1 / 2, "relu3_3": 3 / 8, **dict.fromkeys(_DEEPEST, 1 / 4)}
_ALL = {"relu1_2": 1 / 2, "relu2_1": 1 / 2, "relu2_2": 5 / 8, "relu3_1": 1 / 2, **_DEEP}

#: The invented pictures: their number, how many of them are noise, and their side in pixels.
_PICTURES, _NOISY, _SIDE = 6, 2, 96

#: Three colors in which the colors of pictures vary independently, the first one most: about light, warm and cold, and
#: green and purple.
_TINTS = torch.tensor([[0.6, 0.5, 0.2], [0.6, -0.1, -0.4], [0.5, -0.5, 0.2]])


def thin_network(weights: Weights, device: torch.device, dtype: torch.dtype, pooling: Pooling) -> Network:
    """The network with these ``weights``, thin but for relu1_1 and relu5_1."""
    shares = _ALL if has_fast_narrow_kernels(device, dtype) else _DEEP
    thin: dict[str, ThinConvolution] = {}
    x = (_pictures() - weights.mean.view(3, 1, 1)) * weights.scale.view(3, 1, 1)
    x = F.pad(x.to(dtype), (1, 1, 1, 1), mode="replicate")
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
    """The mean (C,) of responses (N, C, h, w), and the ``count`` directions (C, count) in which they vary most."""
    f = response.transpose(0, 1).flatten(1).float()
    mean = f.mean(1)
    f = f - mean[:, None]
    vectors: Tensor = torch.linalg.eigh(f @ f.T).eigenvectors  # sorted from the smallest eigenvalue
    return mean, vectors[:, -count:]


def _pictures() -> Tensor:
    """Pictures (N, 3, H, W) in 0..1: patches of all sizes with hard and soft edges, striped and mottled, and noise."""
    generator = torch.Generator().manual_seed(0)

    def field(channels: int, size: int) -> Tensor:
        """Smooth noise whose hills are ``size`` pixels wide."""
        side = _SIDE // size + 2
        seeds = torch.randn(_PICTURES, channels, side, side, generator=generator)
        return F.interpolate(seeds, (_SIDE, _SIDE), mode="bicubic", align_corners=False)

    def each(low: float, high: float) -> Tensor:
        """A number for each picture."""
        return low + (high - low) * torch.rand(_PICTURES, 1, 1, 1, generator=generator)

    places = torch.arange(float(_SIDE))
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
    """Independent fields (N, 3, H, W) as colors."""
    return torch.einsum("ij,njhw->nihw", _TINTS, fields)
