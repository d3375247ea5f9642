"""The losses and their gradients against slow references that are written like the formulas."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from nst_core.engine.convolution import add_mixed
from nst_core.engine.losses import (
    add_moments_gradient,
    moment_sums,
    moments_distance,
    relative_distance,
    total_variation,
)
from tests.engine.toys import noise


def slow_moments(features: Tensor, weight: Tensor) -> Tensor:
    channels, height, width = features.shape[1:]
    gram = torch.zeros((channels, channels + 1), dtype=features.dtype)
    for i in range(channels):
        for j in range(channels):
            for y in range(height):
                for x in range(width):
                    gram[i, j] += weight[y, x] * features[0, i, y, x] * features[0, j, y, x]
        gram[i, channels] = (weight * features[0, i]).sum()
    return gram


@pytest.mark.parametrize("at_once", [1, 12, 1000])
@pytest.mark.parametrize("weighted", [False, True])
def test_moments_are_sums_over_positions(weighted: bool, at_once: int) -> None:
    features, weight = noise(4, 5)[None], noise(4, 5, seed=1)[0]
    expected = slow_moments(features, weight if weighted else torch.ones_like(weight))
    sums = moment_sums(features, weight if weighted else None, at_once)
    torch.testing.assert_close(sums, expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("weighted", [False, True])
def test_style_gradient_is_that_of_the_distance(weighted: bool) -> None:
    features = noise(4, 5)[None].requires_grad_()
    weight = noise(4, 5, seed=1)[0] if weighted else None
    target = moment_sums(noise(4, 5, seed=2)[None])
    squares = (moment_sums(features, weight) - target).square()
    loss = squares[:, :-1].sum() / target[:, :-1].square().sum() + squares[:, -1].sum() / target[:, -1].square().sum()
    (expected,) = torch.autograd.grad(loss, features)
    distance, slope = moments_distance(moment_sums(features.detach(), weight), target)
    assert distance.item() == pytest.approx(loss.item(), rel=1e-12)
    gradient = noise(4, 5, seed=3)[None]
    expected = expected + gradient
    add_moments_gradient(gradient, features.detach(), slope, weight)
    torch.testing.assert_close(gradient, expected, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("by_position", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_channels_are_mixed_into_a_part_of_a_gradient(dtype: torch.dtype, by_position: bool) -> None:
    layout = torch.channels_last if by_position else torch.contiguous_format
    gradient, features = (
        torch.randn((1, 64, 9, 11), generator=torch.Generator().manual_seed(seed)).to(dtype, memory_format=layout)
        for seed in (0, 1)
    )
    matrix = torch.randn((64, 65), generator=torch.Generator().manual_seed(2)).to(dtype)
    mixed = torch.einsum("dc,nchw->ndhw", matrix[:, :-1].double(), features[:, :, 2:8, 1:10].double())
    mixed += matrix[:, -1].double()[:, None, None]
    expected = gradient.double()
    expected[:, :, 2:8, 1:10] += mixed
    add_mixed(gradient[:, :, 2:8, 1:10], features[:, :, 2:8, 1:10], matrix[:, :-1], matrix[:, -1])
    rounding = 4 * torch.finfo(dtype).eps
    torch.testing.assert_close(gradient.double(), expected, rtol=rounding, atol=rounding * mixed.abs().max().item())


def test_relative_distance_of_equal_values_is_zero_and_that_to_nothing_is_one() -> None:
    value = noise(3, 3)
    assert relative_distance(value.clone(), value)[0] == 0
    assert relative_distance(torch.zeros_like(value), value)[0] == pytest.approx(1)


def test_total_variation_and_its_gradient() -> None:
    rgb = noise(4, 6).requires_grad_()
    loss = ((rgb[:, 1:] - rgb[:, :-1]) ** 2).sum() + ((rgb[:, :, 1:] - rgb[:, :, :-1]) ** 2).sum()
    loss = loss / rgb.numel()
    (expected,) = torch.autograd.grad(loss, rgb)
    value, gradient = total_variation(rgb.detach())
    assert value.item() == pytest.approx(loss.item(), rel=1e-12)
    torch.testing.assert_close(gradient, expected, rtol=1e-10, atol=1e-14)


def test_total_variation_of_a_single_row_has_no_vertical_part() -> None:
    value, gradient = total_variation(torch.full((3, 1, 5), 0.5))
    assert value == 0
    assert not gradient.any()
