"""VGG-19 with named layers: a picture in, the features after any of its ReLUs out (Simonyan and Zisserman 2015).

The convolutions are frozen, so their backward pass needs only the gradient of their input, which is again a convolution
(with the kernel turned around). That lets both passes use the fastest convolution at hand: on CPUs Winograd's
(Lavin and Gray 2016), as NNPACK brings it, computes the same sums with a fifth of the multiplications.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.nn import functional as F

from .weights import BLOCKS, RELU_NAMES, Weights

#: A side below which a picture can't pass all pooling layers and still leave something to measure.
SMALLEST_SIDE = 16

#: Fewer output positions than this, and transforming the kernels costs Winograd more than it saves.
_WINOGRAD_POSITIONS = 400


def max_pool(x: Tensor) -> Tensor:
    """The largest of each 2 x 2 positions."""
    return F.max_pool2d(x, 2)


def average_pool(x: Tensor) -> Tensor:
    """The mean of each 2 x 2 positions."""
    return F.avg_pool2d(x, 2)


class Network:
    """Frozen VGG-19 on ``device``, its convolutions computed in ``dtype``.

    ``pool`` halves the sides of a (1, C, H, W) tensor: :func:`max_pool` is the network as it was trained,
    :func:`average_pool` is better to paint with (Gatys et al. 2016). The gradient of a maximum goes to one pixel of
    four, which leaves a pattern of dots in flat areas; that of a mean leaves none.
    """

    def __init__(
        self,
        weights: Weights,
        device: torch.device,
        dtype: torch.dtype = torch.float32,
        pool: Callable[[Tensor], Tensor] = max_pool,
    ) -> None:
        self.device, self.dtype, self._pool = device, dtype, pool
        self._mean = weights.mean.to(device, torch.float32 if dtype != torch.float64 else dtype).view(3, 1, 1)
        self._scale = weights.scale.to(self._mean).view(3, 1, 1)
        self._layers = {name: _Convolution(w, b, device, dtype) for name, (w, b) in weights.layers.items()}

    def __call__(self, rgb: Tensor, names: Collection[str]) -> dict[str, Tensor]:
        """Features of ``rgb`` (3, H, W; sRGB-encoded, 0..1) by layer name, each (C, h, w) with h = H // stride.

        The first layer replicates the border and so leaves no frame in the picture; the others pad with zeros as they
        were trained.
        """
        found: dict[str, Tensor] = {}
        x = ((rgb - self._mean) * self._scale).to(self.dtype)[None]
        for name in RELU_NAMES[: max(RELU_NAMES.index(n) for n in names) + 1]:
            if name.endswith("_1"):
                x = F.pad(x, (1, 1, 1, 1), mode="replicate") if name == "relu1_1" else self._pool(x)
            x = self._layers[name](x, padding=0 if name == "relu1_1" else 1)
            if name in names:
                found[name] = x[0]
        return found

    def channels(self, name: str) -> int:
        """Features at each position of a layer."""
        return self._layers[name].weight.shape[0]


def stride(name: str) -> int:
    """Pixels of the picture between two neighbors on a layer's grid: 1, 2, 4, 8 or 16."""
    return 1 << (int(name[4]) - 1)


def halo(names: Collection[str]) -> int:
    """Pixels around a tile on which its features at ``names`` depend: a bound that is a multiple of the stride.

    A convolution reaches one position of its own grid to each side, so a layer in block b adds 2^(b-1) pixels; pooling
    starts on multiples of the stride and reaches less than one position to the right.
    """
    deepest = max(names, key=RELU_NAMES.index)
    reach = sum(stride(name) for name in RELU_NAMES[: RELU_NAMES.index(deepest) + 1])
    step = stride(deepest)
    return -(-reach // step) * step


def grid_size(name: str, height: int, width: int) -> tuple[int, int]:
    """Height and width of a layer's features of a picture: pooling drops what does not fill a window."""
    return height // stride(name), width // stride(name)


def total_stride() -> int:
    """Stride of the deepest block: tiles that start on its multiples line up with every layer's grid."""
    return 1 << (len(BLOCKS) - 1)


class _Convolution:
    """One frozen 3x3 convolution and its ReLU, with the turned kernel that the backward pass needs."""

    def __init__(self, weight: Tensor, bias: Tensor, device: torch.device, dtype: torch.dtype) -> None:
        layout = torch.contiguous_format if _winograd(device, dtype) else torch.channels_last
        self.weight = weight.to(device, dtype).contiguous(memory_format=layout)
        self.turned = weight.flip(2, 3).transpose(0, 1).to(device, dtype).contiguous(memory_format=layout)
        self.bias = bias.to(device, dtype)
        self.no_bias = self.bias.new_zeros(weight.shape[1])

    def __call__(self, x: Tensor, padding: int) -> Tensor:
        result: Tensor = _ConvolutionReLU.apply(x, self, padding)
        return result


class _ConvolutionReLU(Function):
    """``relu(conv(x))`` that keeps nothing for its backward pass but its own output."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, layer: _Convolution, padding: int) -> Tensor:
        y = _convolve(x, layer.weight, layer.bias, padding).relu_()
        ctx.save_for_backward(y)
        ctx.layer, ctx.padding = layer, padding
        return y

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        (y,) = ctx.saved_tensors
        at_convolution = torch.ops.aten.threshold_backward(gradients[0], y, 0)
        return _convolve(at_convolution, ctx.layer.turned, ctx.layer.no_bias, 2 - ctx.padding), None, None


def _convolve(x: Tensor, weight: Tensor, bias: Tensor, padding: int) -> Tensor:
    positions = (x.shape[2] + 2 * padding - 2) * (x.shape[3] + 2 * padding - 2)
    wide = min(weight.shape[:2]) >= 64
    if wide and positions >= _WINOGRAD_POSITIONS and _winograd(x.device, x.dtype):
        return torch._nnpack_spatial_convolution(x, weight, bias, [padding, padding])
    return F.conv2d(x, weight, bias, padding=padding)


def _winograd(device: torch.device, dtype: torch.dtype) -> bool:
    if device.type != "cpu" or dtype != torch.float32:
        return False
    return bool(torch.backends.nnpack.is_available())  # type: ignore[no-untyped-call]
