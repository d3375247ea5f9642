"""The devices of this machine, their precision and their free memory. All of this is detected."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

import torch

from nst_core.job.errors import DeviceUnavailable

from . import cgroups

#: The assumed bytes of a process with the engine, for systems that do not report them.
_USUAL_RESIDENT = 700 << 20

#: The accelerators, the preferred one first. In ROCm builds of torch, an AMD GPU has the name cuda.
_ACCELERATORS = ("cuda", "xpu", "mps")


def available() -> list[str]:
    """Return the names of the devices that work here, the preferred one first. ``cpu`` is always one of them."""
    names: list[str] = []
    for kind in _ACCELERATORS:
        backend = getattr(torch, kind, None)
        if backend is not None and backend.is_available():
            count = backend.device_count()
            names += [kind] + [f"{kind}:{i}" for i in range(1, count)]
    return [*names, "cpu"]


def select(name: str) -> torch.device:
    """Return the device called ``name``, or the preferred one for ``auto``. Raises DeviceUnavailable."""
    names = available()
    chosen = names[0] if name == "auto" else name
    if chosen.endswith(":0"):
        chosen = chosen[:-2]
    if chosen not in names:
        raise DeviceUnavailable(f"There is no device {name!r} here.", f"Choose one of {', '.join(['auto', *names])}.")
    return torch.device(chosen)


def is_accelerator(device: torch.device) -> bool:
    """Return True if the device is not the CPU. It has its own memory. If that runs out, the CPU is used."""
    return device.type != "cpu"


def convolution_dtype(device: torch.device) -> torch.dtype:
    """Return the precision of convolutions: bfloat16 if the hardware can multiply it natively, otherwise float32."""
    if device.type == "cuda":
        # With float16, the gradient would be 0 on a large canvas, because it is smaller than the smallest number there.
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32
    if device.type == "cpu" and (torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()):
        return torch.bfloat16
    return torch.float32


def free_memory(device: torch.device) -> int:
    """Return the bytes that a job can use now, if no other program has to free memory."""
    if device.type in ("cuda", "xpu"):
        backend = getattr(torch, device.type)
        free, _ = backend.mem_get_info(device)
        # torch keeps memory of an earlier job that it does not use. The next job can use it.
        return int(free + backend.memory_reserved(device) - backend.memory_allocated(device))
    if device.type == "mps":
        return max(0, torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory())
    return _free_host_memory()


def held_memory(device: torch.device) -> int:
    """Return the bytes of the device's memory that this process uses now."""
    if device.type in ("cuda", "xpu"):
        return int(getattr(torch, device.type).memory_allocated(device))
    return torch.mps.current_allocated_memory() if device.type == "mps" else _resident()


def return_unused_memory() -> None:
    """Return unused memory to the system.

    torch keeps the freed memory of a GPU in pieces that are too small for larger canvases. glibc keeps memory that
    threads have freed if it is between blocks that are in use.
    """
    for kind in _ACCELERATORS:
        backend = getattr(torch, kind, None)
        if backend is not None and backend.is_available():
            backend.empty_cache()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def _resident() -> int:
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return _USUAL_RESIDENT


def _free_host_memory() -> int:
    """Return the available memory of the machine, within the limits of this process's control groups."""
    limits = [_available_by_meminfo(), cgroups.available_memory()]
    known = [limit for limit in limits if limit is not None]
    return min(known) if known else 4 << 30


def _available_by_meminfo() -> int | None:
    path = Path("/proc/meminfo")
    if path.exists():
        for line in path.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    return _available_by_windows()


def _available_by_windows() -> int | None:
    if os.name != "nt":
        return None

    class MemoryStatus(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong)] + [
            (name, ctypes.c_ulonglong) for name in ("total", "free", "a", "b", "c", "d", "e")
        ]

    status = MemoryStatus(length=ctypes.sizeof(MemoryStatus))
    ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))  # type: ignore[attr-defined]
    return int(status.free)
