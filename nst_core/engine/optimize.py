"""The optimization of one canvas: L-BFGS on the pixels (Liu and Nocedal 1989), with limits that style transfer needs.

There is no line search, so every evaluation is a step. These rules replace it: the first step changes the picture by
about one gray level. If a step raises the loss by half, or gives numbers that are not finite, it is undone and
shortened. No step changes the picture by more than a few gray levels in the mean. On a large canvas a picture has
hundreds of megabytes, so a computation overwrites its operand if that is not needed anymore.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from nst_core.job.errors import EngineFailed

from .control import Checkpoint, unchecked

Evaluate = Callable[[Tensor], tuple[float, Tensor]]

#: The mean change of the picture (1 is white) by the first step, and the largest mean change by any step.
_FIRST_STEP = 1 / 255
_LONGEST_STEP = 20 / 255

#: A step may raise the loss by this factor. Often the next step of L-BFGS lowers it by more.
_TOLERATED_RISE = 1.5

#: The optimization ends after this number of rejected steps in a row, because the gradient is not useful anymore.
_PATIENCE = 6


@dataclass(frozen=True)
class Step:
    """The picture (3, H, W) after step ``number``, and its loss. The last one has no number and no own loss."""

    number: int | None
    loss: float
    picture: Tensor


def minimize(
    picture: Tensor,
    evaluate: Evaluate,
    steps: int,
    history: int,
    tolerance: float,
    checkpoint: Checkpoint = unchecked,
) -> Iterator[Step]:
    """Yield the picture after each accepted evaluation, and at the end after one more step, which is not evaluated.

    ``steps`` is the largest number of evaluations. The optimization ends earlier if three evaluations together lower
    the loss by less than the part ``tolerance``. ``history`` is the largest number of remembered steps, which need the
    memory of two pictures each. ``checkpoint`` is called before each operation on the whole picture. It may raise an
    exception to stop.
    """
    loss, gradient = evaluate(picture)
    _require_finite(loss, gradient)
    curvature = _Curvature(history, checkpoint)
    losses, rejected = [loss], 0
    step = _bounded(-gradient, _FIRST_STEP)
    yield Step(0, loss, picture)
    for number in range(1, steps):
        checkpoint()
        candidate = picture + step
        new_loss, new_gradient = evaluate(candidate)
        if not _finite(new_loss, new_gradient) or new_loss > _TOLERATED_RISE * loss:
            rejected += 1
            if rejected == _PATIENCE:
                return
            step /= 4
            curvature.forget()
            continue
        rejected = 0
        curvature.remember(step, torch.sub(new_gradient, gradient, out=gradient))
        picture, loss, gradient = candidate, new_loss, new_gradient
        losses.append(loss)
        step = curvature.step(gradient)
        yield Step(number, loss, picture)
        if _have_settled(losses, tolerance):
            break
    if not rejected and bool(torch.isfinite(step.sum())):
        yield Step(None, loss, picture + step)


def _require_finite(loss: float, gradient: Tensor) -> None:
    if not _finite(loss, gradient):
        raise EngineFailed(
            "The first evaluation of the picture gave numbers that are not finite.", "Try the device cpu."
        )


def _have_settled(losses: Sequence[float], tolerance: float) -> bool:
    """Return True if the last three steps together lowered the loss by less than the part ``tolerance``."""
    return len(losses) > 3 and losses[-4] - losses[-1] < tolerance * losses[-4]


class _Curvature:
    """An estimate of the second derivative from the last steps."""

    def __init__(self, history: int, checkpoint: Checkpoint) -> None:
        self._history, self._checkpoint = history, checkpoint
        self._pairs: list[tuple[Tensor, Tensor, Tensor]] = []

    def remember(self, step: Tensor, change: Tensor) -> None:
        product = _dot(step, change)
        if product > 0:
            self._pairs = [*self._pairs, (step, change, product)][-self._history :]

    def forget(self) -> None:
        self._pairs = []

    def step(self, gradient: Tensor) -> Tensor:
        """Return the step that the two loops of L-BFGS compute."""
        if not self._pairs:
            return _bounded(-gradient, _FIRST_STEP)
        self._checkpoint()
        direction = -gradient
        alphas = []
        for step, change, product in reversed(self._pairs):
            self._checkpoint()
            alphas.append(float(_dot(step, direction) / product))
            direction.sub_(change, alpha=alphas[-1])
        _, change, product = self._pairs[-1]
        direction *= product / _dot(change, change)
        for (step, change, product), alpha in zip(self._pairs, reversed(alphas)):
            self._checkpoint()
            direction.add_(step, alpha=alpha - float(_dot(change, direction) / product))
        self._checkpoint()
        direction *= min(1.0, _LONGEST_STEP / _mean_change(direction))
        return direction


def _dot(a: Tensor, b: Tensor) -> Tensor:
    return torch.dot(a.flatten(), b.flatten())


def _bounded(direction: Tensor, mean_change: float) -> Tensor:
    """Return ``direction``, scaled in place to the mean change ``mean_change``."""
    direction *= mean_change / _mean_change(direction)
    return direction


def _mean_change(direction: Tensor) -> float:
    """Return the mean absolute change of the pixels that change. A selection may exclude the others."""
    return float(direction.abs().sum() / direction.count_nonzero().clamp_min(1)) + 1e-30


def _finite(loss: float, gradient: Tensor) -> bool:
    return math.isfinite(loss) and bool(torch.isfinite(gradient.sum()))
