"""Self-similarity: its gradient against automatic differentiation, and the changes that it notices or ignores."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from nst_core.engine.similarity import pair_weights, self_similarity, similarity_distance
from tests.engine.toys import features


def slow_similarity(x: Tensor) -> Tensor:
    distances = 1 - F.cosine_similarity(x[:, None], x[None], dim=2)
    return distances / (distances.mean(0) + 3e-3)


def test_it_is_the_cosine_distance_relative_to_its_column() -> None:
    x = features(0)
    torch.testing.assert_close(self_similarity(x), slow_similarity(x))


def test_the_gradient_is_that_of_the_distance() -> None:
    x, target, weights = features(0).requires_grad_(), self_similarity(features(1)), features(2)[:, 0]
    difference = slow_similarity(x) - target
    pairs = torch.minimum(weights[:, None], weights)
    loss = (pairs * ((difference.square() + 0.02**2).sqrt() - 0.02)).mean()
    (expected,) = torch.autograd.grad(loss, x)
    distance, gradient = similarity_distance(x.detach(), target, pair_weights(weights))
    assert distance.item() == pytest.approx(loss.item(), rel=1e-6)
    torch.testing.assert_close(gradient, expected, rtol=1e-5, atol=1e-9)


def test_only_the_layout_counts() -> None:
    """Rotated and scaled features have the same self-similarity. Moved features have another one."""
    x, ones = features(0), torch.ones((12, 12), dtype=torch.float64)
    turned = 3 * x @ torch.linalg.qr(features(1, 5)).Q
    assert similarity_distance(turned, self_similarity(x), ones)[0] < 1e-10
    assert similarity_distance(x.roll(1, 0), self_similarity(x), ones)[0] > 0.1


def test_where_everything_is_alike_rounding_does_not_count() -> None:
    x = torch.ones((20, 5)) + 1e-6 * torch.rand((20, 5), generator=torch.Generator().manual_seed(0))
    assert self_similarity(x).max() < 0.01
    distance, gradient = similarity_distance(x, self_similarity(features(0, 20).float()), torch.ones((20, 20)))
    assert bool(torch.isfinite(distance)) and bool(torch.isfinite(gradient).all())
