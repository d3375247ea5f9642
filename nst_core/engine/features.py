"""VGG-19 with named layers (Simonyan and Zisserman 2015): it computes the features of a picture after each ReLU.

The network is a chain of frozen layers. This module computes the gradient itself, from the last layer to the first.
With autograd, the operations between the convolutions would take as much time as the convolutions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor
from torch.nn import functional as F

from .convolution import FrozenConvolution, ThinConvolution
from .weights import BLOCKS, CHANNELS, RELU_NAMES, Weights

#: The shortest side of a picture that has features after all pooling layers.
SMALLEST_SIDE = 16

#: Features (1, C, h, w) by layer name, with h = H // stride.
Features = dict[str, Tensor]

#: A function that adds the gradient of a loss for a layer's features to the gradient (1, C, h, w) from deeper layers.
AddSlope = Callable[[str, Tensor], None]


@dataclass(frozen=True)
class Pooling:
    """A pooling layer, which halves both sides.

    Its output is ``maximum`` times the largest of 2 x 2 positions, plus ``1 - maximum`` times their mean. The network
    was trained with 1. For painting, this is bad: the gradient changes only one pixel of four, so there are specks in
    flat areas. With the mean alone (Gatys et al. 2016), the input of deeper layers changes, and a mesh appears. With
    0.5 both faults disappear.
    """

    maximum: float

    def forward(self, x: Tensor) -> Tensor:
        """Return the pooled features (1, C, h, w) of ``x`` (1, C, H, W). An odd last row or column is dropped."""
        if self.maximum == 1:
            return _of_four(x, torch.maximum)
        mean = _of_four(x, torch.add).div_(4)
        return mean.lerp_(_of_four(x, torch.maximum), self.maximum) if self.maximum else mean

    def before(self, name: str, x: Tensor) -> Tensor:
        """Return the input of the layer ``name``. ``x`` (N, C, H, W) are the features of the layer before it."""
        return self.forward(x) if _starts_block(name) else x

    def backward(self, gradient: Tensor, x: Tensor) -> Tensor:
        """Return the gradient for ``x`` from the gradient for the pooled features."""
        spread = self._to_largest(gradient, x) if self.maximum else torch.zeros_like(x)
        if self.maximum < 1:
            height, width = gradient.shape[2:]
            even = spread[:, :, : 2 * height, : 2 * width]
            fours = even.unflatten(3, (width, 2)).unflatten(2, (height, 2))  # type: ignore[no-untyped-call]
            fours.add_(gradient[:, :, :, None, :, None], alpha=(1 - self.maximum) / 4)
        return spread

    def _to_largest(self, gradient: Tensor, x: Tensor) -> Tensor:
        _, places = F.max_pool2d(x, 2, return_indices=True)  # slower than _of_four, but it chooses one of equal values
        back = torch.ops.aten.max_pool2d_with_indices_backward
        spread: Tensor = back(gradient * self.maximum, x, [2, 2], [2, 2], [0, 0], [1, 1], False, places)
        return spread


def _of_four(x: Tensor, combine: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
    """Combine 2 x 2 positions into one, first rows and then columns. Slices are faster than torch's pooling."""
    height, width = (side // 2 * 2 for side in x.shape[2:])
    rows = combine(x[:, :, 0:height:2, :width], x[:, :, 1:height:2, :width])
    return combine(rows[..., 0::2], rows[..., 1::2])


class Network:
    """A frozen VGG-19 on ``device``, with the precision ``dtype``. The layers in ``thin`` are replaced by thin ones."""

    def __init__(
        self,
        weights: Weights,
        device: torch.device,
        dtype: torch.dtype,
        pooling: Pooling,
        thin: Mapping[str, ThinConvolution] = MappingProxyType({}),
    ) -> None:
        self.device, self.dtype, self._pooling = device, dtype, pooling
        self._mean = weights.mean.to(device, torch.float32 if dtype != torch.float64 else dtype).view(3, 1, 1)
        self._scale = weights.scale.to(self._mean).view(3, 1, 1)
        self._layers: dict[str, FrozenConvolution | ThinConvolution] = {
            name: thin[name] if name in thin else FrozenConvolution(w, b, device, dtype)
            for name, (w, b) in weights.layers.items()
        }

    @torch.no_grad()
    def forward(self, rgb: Tensor, names: Collection[str], keep_all: bool = False) -> Features:
        """Return the features of ``rgb`` (3, H, W; sRGB-encoded, 0..1) at the layers ``names``.

        With ``keep_all``, return those of all layers before them, too, because :meth:`backward` needs them. The first
        layer repeats the pixels of the border, so that no frame appears in the picture. The other layers pad with
        zeros, as in their training.
        """
        found: Features = {}
        x = F.pad(((rgb - self._mean) * self._scale).to(self.dtype)[None], (1, 1, 1, 1), mode="replicate")
        for name in _up_to(names):
            x = self._pooling.before(name, x)
            x = self._layers[name].forward(x, padding=0 if name == "relu1_1" else 1)
            if keep_all or name in names:
                found[name] = x
        return found

    @torch.no_grad()
    def backward(self, features: Features, names: Collection[str], add_slope: AddSlope) -> Tensor:
        """Return the gradient (3, H, W) for the picture.

        ``features`` are those of all layers up to the deepest of ``names``. They are removed as soon as they are not
        needed. ``add_slope`` is called for each of ``names``, the deepest first.
        """
        passed = _up_to(names)
        gradient = torch.zeros_like(features[passed[-1]])
        for name, before in reversed([*zip(passed, ("", *passed))]):
            if name in names:
                add_slope(name, gradient)
            gradient = self._layers[name].backward(gradient, features.pop(name), padding=1 if before else 0)
            if _starts_block(name):
                gradient = self._pooling.backward(gradient, features[before])
        return _without_border(gradient)[0].to(self._scale.dtype) * self._scale

    def channels(self, name: str) -> int:
        """Return the number of features at each position of a layer."""
        return self._layers[name].channels


def _up_to(names: Collection[str]) -> tuple[str, ...]:
    """Return all layers up to the deepest of ``names``."""
    return RELU_NAMES[: max(RELU_NAMES.index(name) for name in names) + 1]


def _starts_block(name: str) -> bool:
    return name.endswith("_1") and name != "relu1_1"


def _without_border(gradient: Tensor) -> Tensor:
    """Return the gradient for a picture from that for the picture with a repeated border of one pixel. Overwrites it.

    On a GPU, torch's own function adds in a random order, so the same job would not always give the same picture.
    """
    for axis in (2, 3):
        for inner, border in ((1, 0), (-2, -1)):
            gradient.select(axis, inner).add_(gradient.select(axis, border))
    return gradient[:, :, 1:-1, 1:-1]


def stride(name: str) -> int:
    """Return the distance in pixels between two neighbors on a layer's grid: 1, 2, 4, 8 or 16."""
    return 1 << (int(name[4]) - 1)


def values_per_pixel(names: Collection[str]) -> float:
    """Return the number of features of all layers up to ``names``, per pixel of the picture."""
    return sum(values_at(name) for name in _up_to(names))


def values_at(name: str) -> float:
    """Return the number of features of one layer, per pixel of the picture."""
    return CHANNELS[int(name[4]) - 1] / stride(name) ** 2


def halo(names: Collection[str]) -> int:
    """Return the width in pixels of a border around a tile, so that its features at ``names`` depend only on both.

    It is a multiple of the stride. A convolution uses one more position of its grid at each side, so a layer in block b
    adds 2^(b-1) pixels. Pooling starts on multiples of the stride and uses less than one position to the right.
    """
    deepest = max(names, key=RELU_NAMES.index)
    reach = sum(stride(name) for name in RELU_NAMES[: RELU_NAMES.index(deepest) + 1])
    step = stride(deepest)
    return -(-reach // step) * step


def grid_size(name: str, height: int, width: int) -> tuple[int, int]:
    """Return the height and width of a layer's grid. Pooling drops rows and columns that do not fill a window."""
    return height // stride(name), width // stride(name)


def total_stride() -> int:
    """Return the stride of the deepest block. Tiles that start on its multiples fit to the grid of every layer."""
    return 1 << (len(BLOCKS) - 1)
