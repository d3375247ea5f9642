"""VGG-19 with named layers: a picture in, the features after any of its ReLUs out (Simonyan and Zisserman 2015).

It is a chain of frozen layers, so the way back is the same chain walked from its end. It is written out here rather
than left to autograd: otherwise the work between the convolutions would cost as much as they do.
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

#: The shortest side of a picture that still has features behind all pooling layers.
SMALLEST_SIDE = 16

#: Features (1, C, h, w) by layer name, with h = H // stride.
Features = dict[str, Tensor]

#: Adds the gradient of a loss at a layer's features to the gradient (1, C, h, w) from deeper layers, in place.
AddSlope = Callable[[str, Tensor], None]


@dataclass(frozen=True)
class Pooling:
    """Halves the sides: ``maximum`` times the largest of each 2 x 2 positions, plus the rest times their mean.

    1 is the network as it was trained. For painting, a pure maximum is bad: its gradient reaches only one pixel of four
    and leaves specks in flat areas. A mean (Gatys et al. 2016) shifts the input of deeper layers, and leaves a mesh.
    Half of each leaves neither.
    """

    maximum: float

    def forward(self, x: Tensor) -> Tensor:
        """Features (1, C, h, w) of ``x`` (1, C, H, W); an odd last row or column is dropped."""
        if self.maximum == 1:
            return _of_four(x, torch.maximum)
        mean = _of_four(x, torch.add).div_(4)
        return mean.lerp_(_of_four(x, torch.maximum), self.maximum) if self.maximum else mean

    def before(self, name: str, x: Tensor) -> Tensor:
        """The input of layer ``name`` from the features ``x`` (N, C, H, W) of the layer before it."""
        return self.forward(x) if _starts_block(name) else x

    def backward(self, gradient: Tensor, x: Tensor) -> Tensor:
        """Gradient for ``x`` from that for the smaller features."""
        spread = self._to_largest(gradient, x) if self.maximum else torch.zeros_like(x)
        if self.maximum < 1:
            height, width = gradient.shape[2:]
            even = spread[:, :, : 2 * height, : 2 * width]
            fours = even.unflatten(3, (width, 2)).unflatten(2, (height, 2))  # type: ignore[no-untyped-call]
            fours.add_(gradient[:, :, :, None, :, None], alpha=(1 - self.maximum) / 4)
        return spread

    def _to_largest(self, gradient: Tensor, x: Tensor) -> Tensor:
        _, places = F.max_pool2d(x, 2, return_indices=True)  # slower than _of_four, but it picks one of equal values
        back = torch.ops.aten.max_pool2d_with_indices_backward
        spread: Tensor = back(gradient * self.maximum, x, [2, 2], [2, 2], [0, 0], [1, 1], False, places)
        return spread


def _of_four(x: Tensor, combine: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
    """Each 2 x 2 positions in one, by rows and then by columns: slices are faster than torch's pooling."""
    height, width = (side // 2 * 2 for side in x.shape[2:])
    rows = combine(x[:, :, 0:height:2, :width], x[:, :, 1:height:2, :width])
    return combine(rows[..., 0::2], rows[..., 1::2])


class Network:
    """Frozen VGG-19 on ``device``, its convolutions computed in ``dtype``. Some may be ``thin`` ones."""

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
        """Features of ``rgb`` (3, H, W; sRGB-encoded, 0..1) at ``names``.

        With ``keep_all`` those on the way to them as well, because :meth:`backward` needs them. The first layer
        replicates the border and so leaves no frame in the picture; the others pad with zeros as they were trained.
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
        """Gradient (3, H, W) for the picture; ``features`` are all up to the deepest of ``names``, let go on the way.

        ``add_slope`` is called for each of ``names``, from the deepest on.
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
        """Features at each position of a layer."""
        return self._layers[name].channels


def _up_to(names: Collection[str]) -> tuple[str, ...]:
    """The layers on the way to the deepest of ``names``."""
    return RELU_NAMES[: max(RELU_NAMES.index(name) for name in names) + 1]


def _starts_block(name: str) -> bool:
    return name.endswith("_1") and name != "relu1_1"


def _without_border(gradient: Tensor) -> Tensor:
    """The gradient of a picture from that of the picture with a replicated border of one pixel, which it overwrites.

    Torch's own way adds in no certain order on a GPU, and the same job would not give the same picture twice.
    """
    for axis in (2, 3):
        for inner, border in ((1, 0), (-2, -1)):
            gradient.select(axis, inner).add_(gradient.select(axis, border))
    return gradient[:, :, 1:-1, 1:-1]


def stride(name: str) -> int:
    """Pixels of the picture between two neighbors on a layer's grid: 1, 2, 4, 8 or 16."""
    return 1 << (int(name[4]) - 1)


def values_per_pixel(names: Collection[str]) -> float:
    """Features for each pixel of a picture that are kept on the way to ``names``."""
    return sum(values_at(name) for name in _up_to(names))


def values_at(name: str) -> float:
    """Features of one layer for each pixel of a picture."""
    return CHANNELS[int(name[4]) - 1] / stride(name) ** 2


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
    """Height and width of a layer's features of a picture: pooling drops rows and columns that do not fill a window."""
    return height // stride(name), width // stride(name)


def total_stride() -> int:
    """Stride of the deepest block: tiles that start on its multiples line up with every layer's grid."""
    return 1 << (len(BLOCKS) - 1)
