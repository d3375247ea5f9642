"""Likeness: its gradient against automatic differentiation, and where the content has detail."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from nst_core.engine.likeness import detailed, directions, likeness_distance
from nst_core.engine.similarity import pair_weights, self_similarity, similarity_distance


def features(seed: int, count: int = 12, channels: int = 5) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand((count, channels), generator=generator, dtype=torch.float64)


def from_mean(x: Tensor) -> Tensor:
    return directions(x, x.mean(0))[0]


def test_the_gradient_is_that_of_the_distance() -> None:
    x, target, weights = features(0).requires_grad_(), from_mean(features(1)), features(2)[:, 0]
    loss = (weights * (1 - F.cosine_similarity(x - x.mean(0), target, dim=1))).mean()
    (expected,) = torch.autograd.grad(loss, x)
    distance, gradient = likeness_distance(x.detach(), target, weights)
    assert distance.item() == pytest.approx(loss.item(), rel=1e-9)
    torch.testing.assert_close(gradient, expected, rtol=1e-9, atol=1e-12)


def test_the_mean_and_the_contrast_may_change() -> None:
    x, ones = features(0), torch.ones(12, dtype=torch.float64)
    assert likeness_distance(3 * x + features(1, 1), from_mean(x), ones)[0] < 1e-10


def test_it_notices_turned_features_which_self_similarity_does_not() -> None:
    """A river that becomes rocks has other features, but the same distances from everything else."""
    x, ones = features(0), torch.ones(12, dtype=torch.float64)
    turned = x @ torch.linalg.qr(features(1, 5)).Q
    assert similarity_distance(turned, self_similarity(x), pair_weights(ones))[0] < 1e-10
    assert likeness_distance(turned, from_mean(x), ones)[0] > 0.2


def test_a_painting_without_detail_gives_no_huge_gradient() -> None:
    x = torch.ones((20, 5)) + 1e-7 * torch.rand((20, 5), generator=torch.Generator().manual_seed(0))
    distance, gradient = likeness_distance(x, from_mean(features(0, 20).float()), torch.ones(20))
    assert 0.5 < float(distance) < 1.5 and float(gradient.abs().max()) < 10


def test_detail_is_contrast_that_can_be_seen() -> None:
    picture = torch.full((3, 64, 96), 0.5)
    picture[:, :, 64:] += 0.2 * torch.randn((3, 64, 32), generator=torch.Generator().manual_seed(0))
    picture[:, :, :32] += 1 / 255 * torch.randn((3, 64, 32), generator=torch.Generator().manual_seed(1))
    mask = detailed(picture)
    assert mask.shape == (64, 96)
    assert float(mask[:, :40].max()) < 0.05 and float(mask[:, 80:].min()) > 0.9
