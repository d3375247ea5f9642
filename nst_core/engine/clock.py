"""How much work is done, and how long the rest will take."""

from __future__ import annotations

import time
from collections.abc import Sequence

from .pyramid import Octave

#: Work of one step per pixel by the deepest style layer, relative to a step through all of them: measured.
_RELATIVE_COST = {"relu1_1": 0.14, "relu2_1": 0.4, "relu3_1": 0.4, "relu4_1": 0.62, "relu5_1": 1.0}

#: Work of a step of any size: kernels to transform, Gram matrices to multiply.
_STEP_WORK = 3000

#: The first guess of work per second: of two cores, by the bytes of a feature, and of a GPU. Later it is measured. A
#: processor with AMX does twice as much, and one of the largest GPUs five times.
_CORES_RATE = {2: 330_000.0, 4: 160_000.0}
_CARD_RATE = 5_000_000.0

#: Weight of a new measurement against those before it.
_SMOOTHING = 0.2


class Clock:
    """Work and time of one job. The measured rate of the last job on a device is the first guess for the next."""

    last_rates: dict[str, float] = {}  # noqa: RUF012 (shared on purpose)

    def __init__(self, octaves: Sequence[Octave], device: str, feature_bytes: int) -> None:
        self._began = self._last = time.monotonic()
        self.follow(octaves, device, feature_bytes)

    def follow(self, octaves: Sequence[Octave], device: str, feature_bytes: int) -> None:
        """From now on the job works through ``octaves`` on ``device``."""
        self._work, self._device = [octave.steps * step_work(octave) for octave in octaves], device
        initial = _CORES_RATE[feature_bytes] if device == "cpu" else _CARD_RATE
        self._rate = self.last_rates.get(device, initial)

    @property
    def elapsed(self) -> float:
        """Seconds since the job began."""
        return time.monotonic() - self._began

    def estimate(self) -> float:
        """Seconds that all octaves will take."""
        return sum(self._work) / self._rate

    def resume(self) -> None:
        """Do not count the time since the last step: it was spent on something else."""
        self._last = time.monotonic()

    def step_done(self, index: int, octave: Octave, number: int) -> tuple[float, float]:
        """Note a step of ``octave``, the one at ``index``; returns the fraction of the work done, and seconds left."""
        now = time.monotonic()
        rate = step_work(octave) / max(now - self._last, 1e-6)
        self._rate += _SMOOTHING * (rate - self._rate)
        self._last, self.last_rates[self._device] = now, self._rate
        total = sum(self._work)
        done = sum(self._work[:index]) + min(number + 1, octave.steps) * step_work(octave)
        return done / total, (total - done) / self._rate


def step_work(octave: Octave) -> float:
    """Work of one step on a canvas: its pixels, what they cost relative to a step through all layers, and its views."""
    seen = sum(_work(height, width, 1.0) for height, width in octave.views)
    return seen + _work(octave.height, octave.width, _RELATIVE_COST[octave.layers[-1]])


def _work(height: int, width: int, cost: float) -> float:
    return _STEP_WORK + height * width * cost
