"""The convolutions of the network: 3x3 with ReLU, forward and backward, and 1x1.

The kernels are frozen, so the backward pass needs only the gradient of the input. This gradient is a convolution, too,
with the kernel turned around. Each pass uses the fastest method of this machine:

- float32 on a CPU: Winograd's method (Lavin and Gray 2016) from NNPACK, with a fifth of the multiplications;
- bfloat16 on a CPU: oneDNN, with a kernel that was put into its memory layout before, and the ReLU in the same pass;
- on other devices: torch's own method.

For torch's own method and for oneDNN, the channels of a position are side by side in memory. For Winograd's method, the
positions of a channel are.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F

#: With fewer output positions than this, Winograd's method is slower, because it has to transform the kernels.
_WINOGRAD_POSITIONS = 400

#: With fewer output channels than this, convolutions leave most of the processor's vector units unused.
_FEW_CHANNELS = 8


#: The side of the grid for which oneDNN chooses the layout of kernels. Without a grid, it would change the layout of
#: some kernels at each call.
_USUAL_GRID = 64


class FrozenConvolution:
    """The function ``relu(conv(x))`` for x (1, C, H, W), and its gradient."""

    def __init__(self, weight: Tensor, bias: Tensor, device: torch.device, dtype: torch.dtype) -> None:
        weight, bias = weight.to(device, dtype), bias.to(device, dtype)
        turned = weight.flip(2, 3).transpose(0, 1)
        kind = _fastest(device, dtype)
        self.channels = weight.shape[0]
        self._convolve = kind(weight, bias)
        self._convolve_back = kind(turned, bias.new_zeros(turned.shape[0]))

    def forward(self, x: Tensor, padding: int) -> Tensor:
        """Return the features of ``x``, which is padded with ``padding`` zeros."""
        return self._convolve(x, padding, rectified=True)

    def backward(self, gradient: Tensor, y: Tensor, padding: int) -> Tensor:
        """Return the gradient for the input from ``gradient``, the one for its features ``y``. Overwrites it."""
        torch.ops.aten.threshold_backward.grad_input(gradient, y, 0, grad_input=gradient)
        return self._convolve_back(gradient, 2 - padding, rectified=False)


class ThinConvolution:
    """A fast approximation of a :class:`FrozenConvolution`.

    Its values before the ReLU are ``mean`` (C,) plus a combination of a few ``directions`` (C, r).
    """

    def __init__(
        self, weight: Tensor, bias: Tensor, mean: Tensor, directions: Tensor, device: torch.device, dtype: torch.dtype
    ) -> None:
        kind = _fastest(device, dtype)
        few = (directions.T @ weight.flatten(1)).view(-1, *weight.shape[1:]).to(device, dtype)
        spread = directions[:, :, None, None].to(device, dtype)
        self.channels = weight.shape[0]
        self._convolve = kind(few, (directions.T @ (bias - mean)).to(device, dtype))
        self._spread = kind(spread, mean.to(device, dtype))
        self._spread_back = kind(spread.transpose(0, 1), few.new_zeros(few.shape[0]))
        self._convolve_back = kind(few.flip(2, 3).transpose(0, 1), few.new_zeros(few.shape[1]))

    def forward(self, x: Tensor, padding: int) -> Tensor:
        """See :meth:`FrozenConvolution.forward`."""
        return self._spread(self._convolve(x, padding, rectified=False), 0, rectified=True)

    def backward(self, gradient: Tensor, y: Tensor, padding: int) -> Tensor:
        """See :meth:`FrozenConvolution.backward`."""
        torch.ops.aten.threshold_backward.grad_input(gradient, y, 0, grad_input=gradient)
        gradient = self._spread_back(gradient, 0, rectified=False)
        return self._convolve_back(gradient, 2 - padding, rectified=False)


def add_mixed(into: Tensor, x: Tensor, matrix: Tensor, offset: Tensor | None = None) -> None:
    """Add ``matrix`` (D, C) times the channels of each position of ``x`` (1, C, h, w) to ``into`` (1, D, h, w).

    ``offset`` (D,) is also added at each position. This is a 1x1 convolution. All operands must have the same
    precision. oneDNN adds before it rounds. It is fastest if ``into`` and ``x`` are whole tensors or whole rows of
    them.
    """
    if _fastest(x.device, x.dtype) is _Packed:
        kernel, ones = matrix.contiguous()[:, :, None, None], [1, 1]
        bias = None if offset is None else offset.contiguous()
        add = torch.ops.mkldnn._convolution_pointwise_.binary
        add(into, x, kernel, bias, [0, 0], ones, ones, 1, "add", 1.0, None, [], "")
        return
    if _is_by_position(x):
        into += (positions(x) @ matrix.T).view(*x.shape[2:], -1).permute(2, 0, 1)
    else:
        into += (matrix @ x[0].flatten(1)).view_as(into)
    if offset is not None:
        into += offset[:, None, None]


def positions(x: Tensor) -> Tensor:
    """Return features (1, C, h, w) as a matrix (h w, C), if possible without a copy."""
    return x[0].permute(1, 2, 0).flatten(0, 1) if _is_by_position(x) else x[0].flatten(1).T


def _is_by_position(x: Tensor) -> bool:
    """Return True if the channels of a position are side by side in memory."""
    return x.stride(1) == 1


class _Plain:
    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        self._weight, self._bias = weight.contiguous(memory_format=torch.channels_last), bias

    def __call__(self, x: Tensor, padding: int, rectified: bool) -> Tensor:
        y = F.conv2d(x, self._weight, self._bias, padding=padding)
        return y.relu_() if rectified else y


class _Winograd:
    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        self._weight, self._bias = weight.contiguous(), bias
        self._is_point = weight.shape[2] == 1
        self._is_wide = min(weight.shape[:2]) >= 64
        self._spreads = _spreading(weight) if len(weight) < _FEW_CHANNELS else None

    def __call__(self, x: Tensor, padding: int, rectified: bool) -> Tensor:
        height, width = (side + 2 * padding - 2 for side in x.shape[2:])
        if self._is_point:
            y = torch.addmm(self._bias[:, None], self._weight[:, :, 0, 0], x[0].flatten(1)).view(1, -1, *x.shape[2:])
        elif self._spreads is not None and padding == 2:
            y = F.fold((self._spreads @ x[0].flatten(1))[None], (height, width), 3) + self._bias[:, None, None]
        elif self._is_wide and height * width >= _WINOGRAD_POSITIONS:
            y = torch._nnpack_spatial_convolution(x, self._weight, self._bias, [padding, padding])
        else:
            y = F.conv2d(x, self._weight, self._bias, padding=padding)
        return y.relu_() if rectified else y


def _spreading(weight: Tensor) -> Tensor:
    """Return the matrix (D 9, C) of each position's contributions to the 3x3 positions around it.

    For few output channels D, it is faster than a convolution.
    """
    return weight.flip(2, 3).permute(0, 2, 3, 1).flatten(0, 2).contiguous()


class _Packed:
    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        weight = weight.contiguous(memory_format=torch.channels_last)
        if weight.shape[2] > 1:  # for 1x1 kernels, oneDNN is slower with a layout that was made before
            size = [1, weight.shape[1], _USUAL_GRID, _USUAL_GRID]
            weight = torch.ops.mkldnn._reorder_convolution_weight(weight, [1, 1], [1, 1], [1, 1], 1, size)
        self._weight = weight
        self._bias = bias

    def __call__(self, x: Tensor, padding: int, rectified: bool) -> Tensor:
        after = "relu" if rectified else "none"
        y: Tensor = torch.ops.mkldnn._convolution_pointwise(
            x, self._weight, self._bias, [padding, padding], [1, 1], [1, 1], 1, after, [], ""
        )
        return y


@lru_cache(maxsize=1)
def _has_winograd() -> bool:
    """Return True if NNPACK is available.

    NNPACK always uses the number of threads of its first call. So the first call is made here, not in a tile.
    """
    if not torch.backends.nnpack.is_available():  # type: ignore[no-untyped-call]
        return False
    torch._nnpack_spatial_convolution(torch.zeros(1, 64, 8, 8), torch.zeros(64, 64, 3, 3), None, [1, 1])
    return True


def has_fast_narrow_kernels(device: torch.device, dtype: torch.dtype) -> bool:
    """Return True if a convolution with half the channels takes half the time, also in shallow layers."""
    return _fastest(device, dtype) is not _Winograd


def _fastest(device: torch.device, dtype: torch.dtype) -> type[_Plain] | type[_Winograd] | type[_Packed]:
    if device.type == "cpu" and dtype == torch.float32 and _has_winograd():
        return _Winograd
    if device.type == "cpu" and dtype == torch.bfloat16 and hasattr(torch.ops.mkldnn, "_convolution_pointwise"):
        return _Packed
    return _Plain
