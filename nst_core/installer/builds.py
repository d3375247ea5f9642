"""Chooses the build of torch for this machine's hardware.

The package index has one build for each system: CUDA on Linux (3 GB with its libraries), CPU on Windows, MPS on macOS.
The other builds come from the index of pytorch.org, if this machine can reach it.
"""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..job.errors import InstallFailed
from .processes import installer_command, output_of
from .reporting import Reporter

TORCH = "2.14.1"
_PROBE_SECONDS = 3.0
DEVICES = ("auto", "cpu", "cuda", "rocm", "xpu", "mps")


@dataclass(frozen=True)
class Build:
    """One build of torch. ``tag`` is the local part of its version, and its folder in the index of pytorch.org.

    The build of the package index has an empty ``tag``. A ``complete`` build contains its libraries. Other builds
    require more packages from the index of pytorch.org.
    """

    name: str
    tag: str = ""
    complete: bool = True

    @property
    def index(self) -> str:
        """The address of the index with this build. Empty: the index in the settings of pip."""
        return f"https://download.pytorch.org/whl/{self.tag}" if self.tag else ""


COMMON = Build("common")
#: The build of the package index, without the packages that only an NVIDIA GPU needs.
LEAN = Build("cpu")
CPU = Build("cpu", "cpu")
_WINDOWS_CUDA = Build("cuda", "cu130")
_ROCM = Build("rocm", "rocm7.1", complete=False)
_XPU = Build("xpu", "xpu", complete=False)
_PUBLISHED = (CPU, _WINDOWS_CUDA, _ROCM, _XPU)
_ON_SYSTEM = {
    "darwin": {"mps": COMMON, "cpu": COMMON},
    "win32": {"cpu": COMMON, "cuda": _WINDOWS_CUDA, "xpu": _XPU},
    "linux": {"cpu": CPU, "cuda": COMMON, "rocm": _ROCM, "xpu": _XPU},
}


def by_tag(tag: str) -> Build:
    """Return the build with this ``tag``."""
    return next((build for build in _PUBLISHED if build.tag == tag), COMMON)


def in_folder(folder: str) -> Build:
    """Return the build whose wheel is in ``folder``."""
    names = [path.name for path in Path(folder).glob(f"torch-{TORCH}*.whl")]
    common = COMMON if any(Path(folder).glob("triton-*.whl")) else LEAN
    return next((build for build in _PUBLISHED if any(f"+{build.tag}-" in name for name in names)), common)


def choose(device: str, reporter: Reporter) -> Build:
    """Choose the build for ``device`` (one of :data:`DEVICES`), and report the choice and its reason as a note.

    Raises InstallFailed if torch has no build for this machine, or if the requested build is not available.
    """
    _check_machine()
    wanted = detect() if device == "auto" else device
    offered = _ON_SYSTEM.get(sys.platform, _ON_SYSTEM["linux"])
    if wanted not in offered:
        raise InstallFailed(f"torch has no {wanted} build for this system.", f"Choose one of {', '.join(offered)}.")
    build = offered[wanted]
    if build.index and not offers_torch(build.index):
        problem = f"{urlsplit(build.index).hostname} does not answer, or has no {wanted} build of torch"
        if device not in ("auto", "cpu"):
            raise InstallFailed(f"{problem}.", "Try again later, or with `--device auto`, which takes another build.")
        again = f"It can't use this GPU: `{installer_command('engine', '--device', wanted)}` tries again."
        differs = "It is larger, and works in the same way." if wanted == "cpu" else again
        reporter.note(f"{problem}: the build of the package index is used instead. {differs}")
        return LEAN
    reporter.note(f"Build of torch: {wanted} ({'as asked' if device != 'auto' else _SIGNS[wanted][0]}).")
    return build


#: For each device, the reason for the choice, and files that prove the device. In Windows' subsystem for Linux, only
#: the tool in its own folder proves an NVIDIA GPU. The driver of Intel Arc also serves integrated graphics, so only
#: the compute library, which a user installs, proves an Intel GPU.
_SIGNS = {
    "mps": ("an Apple GPU", ()),
    "cuda": ("an NVIDIA GPU was found", ("/proc/driver/nvidia/version", "/usr/lib/wsl/lib/nvidia-smi")),
    "rocm": ("an AMD GPU with its compute driver was found", ("/dev/kfd",)),
    "xpu": (
        "an Intel Arc GPU with its compute driver was found",
        ("/usr/lib/x86_64-linux-gnu/libze_intel_gpu.so.1", "/usr/lib64/libze_intel_gpu.so.1"),
    ),
    "cpu": ("no supported GPU was found", ()),
}


def detect() -> str:
    """Return the device of this machine: cuda, rocm, xpu, mps or cpu."""
    if sys.platform == "darwin":
        return "mps"
    if shutil.which("nvidia-smi"):
        return "cuda"
    return next((device for device, (_, files) in _SIGNS.items() if any(Path(file).exists() for file in files)), "cpu")


def _check_machine() -> None:
    machine = platform.machine().lower()
    if sys.platform == "darwin" and machine == "x86_64":
        # A Python for Intel processors also gets this answer on Apple silicon, where it runs translated.
        problem = "torch is no longer made for Macs with an Intel processor, and this Python runs as on one."
        remedy = (
            "On Apple silicon, run it in a terminal that is not opened using Rosetta, with Python 3.12 from python.org."
        )
        raise InstallFailed(problem, remedy)
    if machine not in ("x86_64", "amd64", "aarch64", "arm64"):
        raise InstallFailed(f"torch is not made for this processor ({machine}).", "Use a 64-bit x86 or ARM machine.")


def offers_torch(index: str) -> bool:
    """Return True if ``index`` answers in time and lists the pinned torch."""
    # In a process that can be killed: looking up a name ignores the timeout.
    read = f"from urllib.request import urlopen; print(urlopen({index + '/torch/'!r}, timeout={_PROBE_SECONDS}).read())"
    return f"torch-{TORCH}" in output_of([sys.executable, "-c", read], seconds=2 * _PROBE_SECONDS)
