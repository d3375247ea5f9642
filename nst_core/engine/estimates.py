"""Estimates of a job's time and memory from the sizes of its pictures, and the choice of a working size."""

from __future__ import annotations

from dataclasses import replace

from nst_core.job.errors import MemoryBudgetTooSmall
from nst_core.job.events import Estimate
from nst_core.job.settings import AUTOMATIC, Settings
from nst_core.job.sizes import JobSizes, automatic_size

from . import devices
from .clock import Clock
from .preparation import effective, planned

#: If a job takes more seconds than this, a smaller working size is offered.
_QUICK = 60.0

#: The working sizes that are offered, in pixels. Smaller ones would have too little detail.
_OFFERED = (3072, 2560, 2048, 1536, 1280, 1024, 768, 512)


def estimate(sizes: JobSizes, settings: Settings) -> Estimate:
    """Return the cost of a job. Raises DeviceUnavailable and MemoryBudgetTooSmall, like the job itself."""
    settings = in_working_size(sizes, settings)
    seconds, memory = _cost(sizes, settings)
    side = min(max(sizes.content), settings.size or max(sizes.content))
    return Estimate(seconds, memory, _quick_size(sizes, settings, side) if seconds > _QUICK else 0, size=side)


def in_working_size(sizes: JobSizes, settings: Settings) -> Settings:
    """Return ``settings`` with a real working size instead of AUTOMATIC. Raises the errors of :func:`estimate`."""
    if settings.size != AUTOMATIC:
        return settings
    full, side = replace(settings, size=0), max(sizes.content)
    if _is_quick(sizes, full):
        return full
    return replace(full, size=automatic_size(sizes.content, _quick_size(sizes, full, side) or _OFFERED[-1]))


def _quick_size(sizes: JobSizes, settings: Settings, side: int) -> int:
    """Return the largest offered size below ``side`` that is quick; 0 if there is none."""
    smaller = (size for size in _OFFERED if size < side and _is_quick(sizes, replace(settings, size=size)))
    return next(smaller, 0)


def _is_quick(sizes: JobSizes, settings: Settings) -> bool:
    """Return True if the job takes at most a minute and fits into memory."""
    try:
        return _cost(sizes, settings)[0] <= _QUICK
    except MemoryBudgetTooSmall:
        return False


def _cost(sizes: JobSizes, settings: Settings) -> tuple[float, int]:
    """Return the seconds of a job, and its peak of memory in bytes."""
    device = devices.select(settings.device)
    octaves, plan = planned(sizes, effective(settings), device)
    return Clock(octaves, str(device), plan.feature_bytes).estimate(), plan.memory(octaves)
