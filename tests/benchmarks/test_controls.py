"""The benchmark of the controls: its measures of evenness."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

import torch

from tests.benchmarks.controls import even_steps, evenness


def test_a_strength_that_acts_everywhere_alike_is_even() -> None:
    content, full = torch.rand((2, 3, 64, 96), generator=torch.Generator().manual_seed(0)) * 255
    half = content + (full - content) / 2
    assert evenness(content, half, full) == pytest.approx((1, 1))
    half[..., :48] = content[..., :48]
    assert evenness(content, half, full) == pytest.approx((0, 2))


def test_even_steps_are_all_one() -> None:
    assert even_steps([0.2, 0.15, 0.1]) == pytest.approx([1, 1])
    assert even_steps([0.2, 0.2, 0.1]) == pytest.approx([0, 2])
