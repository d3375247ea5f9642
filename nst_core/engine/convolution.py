"""Convolutions, each by the fastest method of this machine: the frozen 3x3 ones with their ReLU, forward and backward,
and 1x1 ones.

The kernel is frozen, so the backward pass needs only the gradient of the input, which is again a convolution, with the
kernel turned around. Each pass uses the fastest way to convolve:

- float32 on a CPU: Winograd's way (Lavin and Gray 2016), as NNPACK brings it, with a fifth of the multiplications;
- bfloat16 on a CPU: oneDNN with the kernel laid out once for all and the ReLU in the same pass;
- elsewhere torch's own.

With torch's own and with oneDNN the channels of a position lie side by side in memory, with Winograd the positions of a
channel do.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F

#: With fewer output positions than this, Winograd's transformation of the kernels costs more than it saves.
_WINOGRAD_POSITIONS = 400

#: With fewer output channels than this, most of the processor's vector units are idle.
_FEW_CHANNELS = 8


#: Sides of a grid for which kernels are laid out. Without it, oneDNN lays some of them out again at each call.
_USUAL_GRID = 64


class FrozenConvolution:
    """``relu(conv(x))`` for x (1, C, H, W), and the way back."""

    def __init__(self, weight: Tensor, bias: Tensor, device: torch.device, dtype: torch.dtype) -> None:
        weight, bias = weight.to(device, dtype), bias.to(device, dtype)
        turned = weight.flip(2, 3).transpose(0, 1)
        kind = _fastest(device, dtype)
        self.channels = weight.shape[0]
        self._convolve = kind(weight, bias)
        self._convolve_back = kind(turned, bias.new_zeros(turned.shape[0]))

    def forward(self, x: Tensor, padding: int) -> Tensor:
        """Features of ``x`` padded with ``padding`` zeros."""
        return self._convolve(x, padding, rectified=True)

    def backward(self, gradient: Tensor, y: Tensor, padding: int) -> Tensor:
        """Gradient for the ``x`` whose features are ``y``, from that for ``y``, which it overwrites."""
        torch.ops.aten.threshold_backward.grad_input(gradient, y, 0, grad_input=gradient)
        return self._convolve_back(gradient, 2 - padding, rectified=False)


class ThinConvolution:
    """A :class:`FrozenConvolution` whose values before the ReLU are ``mean`` (C,) plus few ``directions`` (C, r)."""

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

    ``offset`` (D,) is added at each position as well. This is a 1x1 convolution, and all operands have one precision.
    oneDNN adds before it rounds; it is fastest where ``into`` and ``x`` are whole tensors or whole rows of them.
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
    """Features (1, C, h, w) as a matrix (h w, C), if possible without moving them in memory."""
    return x[0].permute(1, 2, 0).flatten(0, 1) if _is_by_position(x) else x[0].flatten(1).T


def _is_by_position(x: Tensor) -> bool:
    """Whether the channels of a position lie side by side in memory."""
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
    """The matrix (D 9, C) with the contribution of each position to the 3x3 around it: faster for few channels D."""
    return weight.flip(2, 3).permute(0, 2, 3, 1).flatten(0, 2).contiguous()


class _Packed:
    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        weight = weight.contiguous(memory_format=torch.channels_last)
        if weight.shape[2] > 1:  # 1x1 kernels are laid out soon at each call, and slowly if they have been before
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
    """Whether NNPACK is here. It keeps the threads of its first call. So that call is made here, not in a tile."""
    if not torch.backends.nnpack.is_available():  # type: ignore[no-untyped-call]
        return False
    torch._nnpack_spatial_convolution(torch.zeros(1, 64, 8, 8), torch.zeros(64, 64, 3, 3), None, [1, 1])
    return True


def has_fast_narrow_kernels(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether a convolution with half the channels takes half the time even in shallow layers."""
    return _fastest(device, dtype) is not _Winograd


def _fastest(device: torch.device, dtype: torch.dtype) -> type[_Plain] | type[_Winograd] | type[_Packed]:
    if device.type == "cpu" and dtype == torch.float32 and _has_winograd():
        return _Winograd
    if device.type == "cpu" and dtype == torch.bfloat16 and hasattr(torch.ops.mkldnn, "_convolution_pointwise"):
        return _Packed
    return _Plain
