"""``nst doctor``: what the engine is made of, and whether it works.

It looks at the engine alone; the editors and the plug-ins in them are the concern of ``install.py doctor``.
"""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from typing import Callable, List

from nst_core import __version__
from nst_core.bridge import paths
from nst_core.job.errors import EngineMissing, NeuralStyleError

#: The instructions that decide how fast convolutions are, by their names in torch.
_FEATURES = ("avx2", "avx512_f", "avx512_bf16", "avx512_fp16", "amx_bf16", "amx_fp16", "neon", "sve", "sve2", "bf16")


def doctor() -> int:
    """Print what there is to know; returns 0 if everything works, 1 otherwise."""
    failures = 0
    for name, examine in _EXAMINATIONS.items():
        try:
            lines = examine()
        except (NeuralStyleError, ImportError, OSError) as error:  # the latter two: a library that is damaged
            failures += 1
            lines = [f"FAILED: {error}"]
        _print(name, lines)
    print("Everything works." if not failures else f"{failures} of {len(_EXAMINATIONS)} checks failed.")
    return 1 if failures else 0


def _print(name: str, lines: List[str]) -> None:
    for label, line in zip([f"{name}:", *[""] * len(lines)], lines):
        print(f"{label:<12} {line}")


def _versions() -> List[str]:
    python = f"Python {platform.python_version()}, {sys.executable}"
    return [f"neural-style {__version__}", python, platform.platform()]


def _libraries() -> List[str]:
    try:
        return [f"{name} {metadata.version(name)}" for name in ("torch", "pillow", "tqdm")]
    except metadata.PackageNotFoundError as error:
        raise EngineMissing(f"The module {error.name} is not installed.", "Run `python3 install.py`.") from error


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


_EXAMINATIONS: dict[str, Callable[[], List[str]]] = {
    "Versions": _versions,
    "Libraries": _libraries,
    "Processor": _processor,
    "Devices": _devices,
    "Weights": _weights,
    "Folders": _folders,
}
