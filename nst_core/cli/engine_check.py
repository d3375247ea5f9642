"""``nst doctor``: checks the parts of the engine.

It checks only the engine. ``install.py doctor`` also checks the editors and their plug-ins.
"""

from __future__ import annotations

import platform
import shutil
import sys
from importlib import metadata
from typing import Callable, List, Mapping

from nst_core import __version__
from nst_core.bridge import paths
from nst_core.job.errors import EngineMissing, NeuralStyleError

from .running import first_line

Check = Callable[[], List[str]]

#: The processor instructions that make convolutions fast, by their names in torch.
_FEATURES = ("avx2", "avx512_f", "avx512_bf16", "avx512_fp16", "amx_bf16", "amx_fp16", "neon", "sve", "sve2", "bf16")

_LIBRARIES = ("torch", "numpy", "pillow", "imagecodecs", "tifffile", "tqdm")


def check_engine(checks: Mapping[str, Check]) -> int:
    """Print the name and the lines of each check. Return 0 if all checks passed, otherwise 1.

    A check fails by raising a named error, or the error of a damaged library.
    """
    failures = 0
    for name, check in checks.items():
        try:
            lines = check()
        except NeuralStyleError as error:
            failures += 1
            lines = [f"FAILED: {error}"]
        except (ImportError, OSError) as error:
            failures += 1
            lines = [f"FAILED: {first_line(error)}"]
        _print(name, lines)
    print("Everything works." if not failures else f"{failures} of {len(checks)} checks failed.")
    return 1 if failures else 0


def _print(name: str, lines: List[str]) -> None:
    for label, line in zip([f"{name}:", *[""] * len(lines)], lines):
        print(f"{label:<12} {line}")


def _versions() -> List[str]:
    python = f"Python {platform.python_version()}, {sys.executable}"
    return [f"neural-style {__version__}", python, platform.platform()]


def _libraries() -> List[str]:
    try:
        return [f"{name} {metadata.version(name)}" for name in _LIBRARIES]
    except metadata.PackageNotFoundError as error:
        raise EngineMissing(f"The module {error.name} is not installed.", "Run `python3 install.py`.") from error


def _extras() -> List[str]:
    """List the libraries and programs that only some commands need. The check does not fail without them."""
    program = shutil.which("ffmpeg")
    video = f"ffmpeg, {program}" if program else "the program ffmpeg is not installed (https://ffmpeg.org)"
    return [
        f"films: {_extra('opencv-python-headless')}",
        f"video files: {video}",
        f"several machines: {_extra('distributed')}",
    ]


def _extra(package: str) -> str:
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return f"{package} is not installed. Run `{sys.executable} -m pip install {package}`."


def _processor() -> List[str]:
    import torch

    known = torch.cpu.get_capabilities()
    features = [name for name in _FEATURES if known.get(name)]
    return [f"{torch.get_num_threads()} threads; {', '.join(features) or 'no vector instructions known'}"]


def _devices() -> List[str]:
    from nst_core.engine.devices import available

    return available()


def _weights() -> List[str]:
    from nst_core.engine.weights import check

    check("original")
    return ["original: complete and unaltered"]


def _folders() -> List[str]:
    folders = {
        "engine": paths.engine_folder(),
        "settings": paths.settings_folder(),
        "cache": paths.cache_folder(),
        "logs": paths.logs_folder(),
    }
    return [f"{name}: {folder}{'' if folder.is_dir() else ' (not made yet)'}" for name, folder in folders.items()]


CHECKS: Mapping[str, Check] = {
    "Versions": _versions,
    "Libraries": _libraries,
    "Extras": _extras,
    "Processor": _processor,
    "Devices": _devices,
    "Weights": _weights,
    "Folders": _folders,
}
