"""The clock of a job: the finished part of its work, and the time that the rest will take."""

from __future__ import annotations

import time
from collections.abc import Sequence

from .pyramid import Octave, style_layers

#: The measured work per pixel of one step, by the deepest style layer. A step through all layers is 1.
_RELATIVE_COST = {"relu3_1": 0.4, "relu4_1": 0.62, "relu5_1": 1.0}

#: The work of each step that does not depend on the size: the transformation of kernels, products of Gram matrices.
_STEP_WORK = 3000

#: The first estimate of the work per second: for two cores, by the bytes of a feature, and for a GPU. Later the rate is
#: measured. A processor with AMX is twice as fast, and one of the largest GPUs is five times as fast.
_CORES_RATE = {2: 330_000.0, 4: 160_000.0}
_CARD_RATE = 5_000_000.0

#: The weight of a new measurement in the average with the earlier ones.
_SMOOTHING = 0.2


class Clock:
    """The work and time of one job. Its first rate is the one that was measured in the last job on the device."""

    last_rates: dict[str, float] = {}  # noqa: RUF012 (shared on purpose)

    def __init__(self, octaves: Sequence[Octave], device: str, feature_bytes: int) -> None:
        self._began = self._last = time.monotonic()
        self.follow(octaves, device, feature_bytes)

    def follow(self, octaves: Sequence[Octave], device: str, feature_bytes: int) -> None:
        """Set the work of the job to ``octaves`` on ``device``."""
        self._work, self._device = [octave.steps * step_work(octave) for octave in octaves], device
        initial = _CORES_RATE[feature_bytes] if device == "cpu" else _CARD_RATE
        self._rate = self.last_rates.get(device, initial)

    @property
    def elapsed(self) -> float:
        """The seconds since the job began."""
        return time.monotonic() - self._began

    def estimate(self) -> float:
        """Return the estimated seconds for all octaves."""
        return sum(self._work) / self._rate

    def resume(self) -> None:
        """Ignore the time since the last step, because it was not used for a step."""
        self._last = time.monotonic()

    def step_done(self, index: int, octave: Octave, number: int) -> tuple[float, float]:
        """Count a step of ``octave``, the one at ``index``. Return the finished fraction and the remaining seconds."""
        now = time.monotonic()
        rate = step_work(octave) / max(now - self._last, 1e-6)
        self._rate += _SMOOTHING * (rate - self._rate)
        self._last, self.last_rates[self._device] = now, self._rate
        total = sum(self._work)
        done = sum(self._work[:index]) + min(number + 1, octave.steps) * step_work(octave)
        return done / total, (total - done) / self._rate


def step_work(octave: Octave) -> float:
    """Return the work of one step on a canvas and on its reduced views."""
    views = sum(_work(height, width, style_layers(max(height, width))) for height, width in octave.views)
    return views + _work(octave.height, octave.width, octave.layers)


def _work(height: int, width: int, layers: Sequence[str]) -> float:
    return _STEP_WORK + height * width * _RELATIVE_COST[layers[-1]]
