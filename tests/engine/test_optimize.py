"""L-BFGS finds minima, even after wrong steps."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from nst_core.engine.optimize import minimize
from nst_core.job.errors import EngineFailed
from tests.engine.toys import noise

SCALES = torch.logspace(0, 2, 3 * 8 * 8, dtype=torch.float64).view(3, 8, 8)


def quadratic(rgb: Tensor) -> tuple[float, Tensor]:
    """Return an ill-conditioned quadratic function with its minimum at 0.5."""
    offset = rgb - 0.5
    return float((SCALES * offset.square()).sum()), 2 * SCALES * offset


def test_a_quadratic_is_solved() -> None:
    start = noise(8, 8)
    *_, last = minimize(start, quadratic, steps=80, history=20, tolerance=-1)
    assert quadratic(last.picture)[0] < 1e-5 * quadratic(start)[0]


def test_steps_are_numbered_and_the_last_one_is_not_judged() -> None:
    steps = list(minimize(noise(8, 8), quadratic, steps=6, history=3, tolerance=-1))
    numbers = [step.number for step in steps]
    assert numbers[0] == 0
    assert numbers[-1] is None
    assert all(number is not None for number in numbers[:-1])
    for step in steps[:-1]:
        assert step.loss == pytest.approx(quadratic(step.picture)[0])


def test_a_plateau_ends_the_work() -> None:
    evaluations = []

    def flat(rgb: Tensor) -> tuple[float, Tensor]:
        evaluations.append(1)
        return 1.0 + 1e-6 * quadratic(rgb)[0], 1e-6 * quadratic(rgb)[1]

    list(minimize(noise(8, 8), flat, steps=50, history=5, tolerance=0.01))
    assert len(evaluations) == 4


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_step_that_is_not_finite_is_taken_back(bad: float) -> None:
    count = 0

    def sometimes_bad(rgb: Tensor) -> tuple[float, Tensor]:
        nonlocal count
        count += 1
        loss, gradient = quadratic(rgb)
        return (bad, torch.full_like(gradient, bad)) if count % 5 == 0 else (loss, gradient)

    start = noise(8, 8)
    steps = list(minimize(start, sometimes_bad, steps=60, history=10, tolerance=-1))
    assert all(bool(torch.isfinite(step.picture).all()) for step in steps)
    assert steps[-1].loss < quadratic(start)[0] / 100


def test_a_start_that_is_not_finite_is_named() -> None:
    with pytest.raises(EngineFailed, match="not finite"):
        next(minimize(noise(4, 4), lambda rgb: (math.nan, rgb), steps=3, history=3, tolerance=0))


def test_a_wall_ends_the_work_where_it_began() -> None:
    """If every step increases the loss, the picture stays as it was."""
    first = True

    def wall(rgb: Tensor) -> tuple[float, Tensor]:
        nonlocal first
        loss, first = (1.0 if first else 100.0), False
        return loss, torch.ones_like(rgb)

    start = noise(4, 4)
    steps = list(minimize(start, wall, steps=50, history=3, tolerance=0))
    assert len(steps) == 1
    assert torch.equal(steps[0].picture, start)
