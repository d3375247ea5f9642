"""The time and memory of a job before it is started, from the sizes of its pictures alone."""

from __future__ import annotations

from dataclasses import replace

from nst_core.job.events import Estimate
from nst_core.job.settings import Settings
from nst_core.job.sizes import JobSizes

from . import devices
from .clock import Clock
from .preparation import effective, planned

#: Seconds that a job may take without an offer of a smaller working size.
_QUICK = 60.0

#: Working sizes that are offered, in pixels: smaller ones leave too little detail to enlarge.
_OFFERED = (3072, 2560, 2048, 1536, 1280, 1024, 768, 512)


def estimate(sizes: JobSizes, settings: Settings) -> Estimate:
    """The cost of a job. Raises DeviceUnavailable and MemoryBudgetTooSmall, as the job itself would."""
    seconds, memory = _cost(sizes, settings)
    side = min(max(sizes.content), settings.size or max(sizes.content))
    smaller = (size for size in _OFFERED if size < side and _cost(sizes, replace(settings, size=size))[0] <= _QUICK)
    return Estimate(seconds, memory, next(smaller, 0) if seconds > _QUICK else 0)


def _cost(sizes: JobSizes, settings: Settings) -> tuple[float, int]:
    """Seconds, and bytes at the peak."""
    device = devices.select(settings.device)
    octaves, plan = planned(sizes, effective(settings), device)
    return Clock(octaves, str(device), plan.feature_bytes).estimate(), plan.memory(octaves)
