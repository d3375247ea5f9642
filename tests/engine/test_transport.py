"""Relaxed optimal transport: its gradient against automatic differentiation, and its value for near features."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from nst_core.engine.likeness import centered
from nst_core.engine.transport import transport_distance
from tests.engine.toys import features


def slow_distance(x: Tensor, style: Tensor, mean: Tensor) -> Tensor:
    cost = 1 - F.cosine_similarity((x - mean)[:, None], (style - mean)[None], dim=2)
    return torch.maximum(cost.min(1).values.mean(), cost.min(0).values.mean())


@pytest.mark.parametrize(("count", "of_style"), [(12, 40), (40, 12)])
def test_the_gradient_is_that_of_the_distance(count: int, of_style: int) -> None:
    x, style = features(0, count).requires_grad_(), features(1, of_style)
    mean = style.mean(0)
    loss = slow_distance(x, style, mean)
    (expected,) = torch.autograd.grad(loss, x)
    distance, gradient = transport_distance(x.detach(), centered(style, mean), mean)
    assert distance.item() == pytest.approx(loss.item(), rel=1e-10)
    torch.testing.assert_close(gradient, expected, rtol=1e-8, atol=1e-12)


def test_features_of_the_style_are_no_distance_away_in_any_order() -> None:
    style = features(0, 20)
    mean = style.mean(0)
    assert transport_distance(style.flip(0), centered(style, mean), mean)[0] == pytest.approx(0, abs=1e-12)


def test_strokes_that_are_missing_count() -> None:
    style = features(0, 20)
    mean = style.mean(0)
    assert transport_distance(style[:1].expand(20, 5), centered(style, mean), mean)[0] > 0.5


def test_a_style_of_one_color_pulls_nowhere() -> None:
    """Its features differ only by rounding, which has no direction."""
    style = torch.ones((20, 5), dtype=torch.float64) + 1e-7 * features(0, 20)
    mean = style.mean(0)
    _, gradient = transport_distance(style + 1e-7 * features(1, 20), centered(style, mean), mean)
    assert gradient.abs().max() < 1e-3
