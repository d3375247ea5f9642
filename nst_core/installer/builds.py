"""Which build of torch suits this machine's hardware.

The package index has one build for each system: CUDA on Linux (2.5 GB with its libraries), CPU on Windows, MPS on
macOS. The others come from pytorch.org's own index, if this machine can reach it.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from typing import Dict
from urllib.parse import urlsplit
from urllib.request import urlopen

from ..job.errors import InstallFailed
from .reporting import Reporter
from .source import installer_command

TORCH = "2.14.1"
TORCHVISION = "0.29.1"
_PROBE_SECONDS = 3.0
DEVICES = ("auto", "cpu", "cuda", "rocm", "xpu", "mps")


@dataclass(frozen=True)
class Build:
    """One build of torch: ``tag`` is the local part of its version and its folder in pytorch.org's index.

    An empty ``tag`` is the build of the package index. ``complete`` builds contain their libraries; the others require
    further packages of pytorch.org's index.
    """

    name: str
    tag: str = ""
    complete: bool = True

    @property
    def index(self) -> str:
        """The address of the index that has it; empty: the one that pip is set to."""
        return f"https://download.pytorch.org/whl/{self.tag}" if self.tag else ""


COMMON = Build("common")
CPU = Build("cpu", "cpu")
_WINDOWS_CUDA = Build("cuda", "cu130")
_ROCM = Build("rocm", "rocm7.1", complete=False)
_XPU = Build("xpu", "xpu", complete=False)
_PUBLISHED = (CPU, _WINDOWS_CUDA, _ROCM, _XPU)


def by_tag(tag: str) -> Build:
    """The build with this ``tag``."""
    return next((build for build in _PUBLISHED if build.tag == tag), COMMON)


def in_folder(folder: str) -> Build:
    """The build that lies as a wheel in ``folder``."""
    names = [path.name for path in Path(folder).glob(f"torch-{TORCH}*.whl")]
    return next((build for build in _PUBLISHED if any(f"+{build.tag}-" in name for name in names)), COMMON)


def choose(device: str, reporter: Reporter) -> Build:
    """The build for ``device`` (one of :data:`DEVICES`); the choice and its reason are reported as a note.

    Raises InstallFailed where torch has no build for this machine at all, or the one that was asked for is not offered.
    """
    _check_machine()
    wanted = detect() if device == "auto" else device
    build = _on_this_system(wanted)
    if build.index and not offers_torch(build.index):
        problem = f"{urlsplit(build.index).hostname} does not answer, or has no {wanted} build of torch"
        if device not in ("auto", "cpu"):
            raise InstallFailed(f"{problem}.", "Try again later, or with `--device auto`, which takes another build.")
        reporter.note(f"{problem}: the package index's own build is taken. {_without(wanted)}")
        return COMMON
    reason = "as asked" if device != "auto" else _reasons()[wanted]
    reporter.note(f"Build of torch: {wanted} ({reason}).")
    return build


def _without(wanted: str) -> str:
    """How the package index's own build differs."""
    if wanted == "cpu":
        return "It is larger, and works the same."
    return f"It can't use this GPU: `{installer_command('engine', '--device', wanted)}` tries again."


def detect() -> str:
    """The device that this machine has: cuda, rocm, xpu, mps or cpu."""
    if sys.platform == "darwin":
        return "mps"
    if _has_nvidia():
        return "cuda"
    if Path("/dev/kfd").exists():
        return "rocm"
    return "xpu" if _has_intel_gpu() else "cpu"


def _reasons() -> Dict[str, str]:
    return {
        "cuda": "an NVIDIA GPU was found",
        "rocm": "an AMD GPU with its compute driver was found",
        "xpu": "an Intel Arc GPU with its compute driver was found",
        "mps": "an Apple GPU",
        "cpu": "no supported GPU was found",
    }


def _on_this_system(wanted: str) -> Build:
    if sys.platform == "darwin":
        return COMMON
    windows = os.name == "nt"
    builds = {
        "cpu": COMMON if windows else CPU,
        "cuda": _WINDOWS_CUDA if windows else COMMON,
        "rocm": _ROCM,
        "xpu": _XPU,
    }
    if wanted not in builds:
        raise InstallFailed(f"torch has no {wanted} build for this system.", f"Choose one of {', '.join(builds)}.")
    return builds[wanted]


def _check_machine() -> None:
    machine = platform.machine().lower()
    if sys.platform == "darwin" and machine == "x86_64":
        if "ARM64" in platform.version():  # This process is translated; the system's kernel names the real processor.
            raise InstallFailed(
                "This Python runs as on a Mac with an Intel processor, for which torch is no longer made.",
                "Install Python 3.12 from python.org, and run it in a terminal that is not opened using Rosetta.",
            )
        raise InstallFailed(
            "torch is no longer made for Macs with an Intel processor.",
            "Install on a Mac with Apple silicon, or use `--engine` with an environment that you built yourself.",
        )
    if machine not in ("x86_64", "amd64", "aarch64", "arm64"):
        raise InstallFailed(f"torch is not made for this processor ({machine}).", "Use a 64-bit x86 or ARM machine.")


def _has_nvidia() -> bool:
    # Files of the driver. Windows' subsystem for Linux shows the GPU only by the tool in its own folder.
    traces = (Path("/proc/driver/nvidia/version"), Path("/usr/lib/wsl/lib/nvidia-smi"))
    return shutil.which("nvidia-smi") is not None or any(trace.exists() for trace in traces)


def _has_intel_gpu() -> bool:
    # Integrated graphics use the same driver; the compute library is there only where somebody installed it.
    libraries = ("/usr/lib/x86_64-linux-gnu/libze_intel_gpu.so.1", "/usr/lib64/libze_intel_gpu.so.1")
    return any(Path(library).exists() for library in libraries)


def offers_torch(index: str) -> bool:
    """Whether ``index`` answers in time and lists the pinned torch."""
    answers: Queue[bytes] = Queue()
    # In a thread, because looking up a name can take longer than any timeout that can be set.
    threading.Thread(target=_read_page, args=(f"{index}/torch/", answers), daemon=True).start()
    try:
        return f"torch-{TORCH}".encode() in answers.get(timeout=2 * _PROBE_SECONDS)
    except Empty:
        return False


def _read_page(address: str, answers: Queue[bytes]) -> None:
    try:
        with urlopen(address, timeout=_PROBE_SECONDS) as page:
            answers.put(page.read())
    except OSError:
        answers.put(b"")
