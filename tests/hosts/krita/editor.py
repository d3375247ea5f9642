"""A real Krita that runs a test's script and quits: the system's Krita 5.1, or the Krita of a Debian folder."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

from nst_core.installer import placement
from nst_core.installer.hosts import KRITA, Host
from nst_core.installer.manifest import Manifest
from tests.hosts import provision, stand_in

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
DRIVER = HERE / "driver"
#: The Kritas of the Debian folders, by the names that tests use.
FOLDERS = {"5.2": provision.TRIXIE, "newest": provision.FORKY}
#: A Krita that has not ended after this many seconds is killed.
PATIENCE = 240

#: This command starts the worker with the stand-in for an engine.
STAND_IN = ["/usr/bin/python3", str(Path(stand_in.__file__).resolve())]


@dataclass(frozen=True)
class Editor:
    """One Krita. ``folder`` is the root of its Debian folder, or None for the system's Krita."""

    version: str
    folder: Optional[Path]

    @classmethod
    def find(cls, name: str) -> Optional[Editor]:
        """Return the Krita ``5.1``, ``5.2`` or ``newest``, or None if this machine lacks it."""
        if name in FOLDERS:
            root = FOLDERS[name].folder()
            return None if root is None else cls(FOLDERS[name].version("krita"), root)
        return cls(name, None) if shutil.which("krita") else None

    def install(self, home: Path, engine: Sequence[str]) -> None:
        """Install the plug-in and the driver in the new home ``home``."""
        for folder in ("data/krita/pykrita", "config", "cache", "run", "nst"):
            (home / folder).mkdir(parents=True, mode=0o700)
        shutil.copytree(DRIVER, home / "data/krita/pykrita", dirs_exist_ok=True)
        (home / "config/kritarc").write_text("[python]\nenable_neural_style_driver=true\n")
        os.environ["NEURAL_STYLE_HOME"] = str(home / "nst")
        try:
            krita = Host(KRITA, "Krita", home / "data/krita", home / "config/kritarc")
            placement.place({krita: engine}, Manifest())
        finally:
            del os.environ["NEURAL_STYLE_HOME"]

    def run(self, home: Path, script: str, display: str, visible: Sequence[Path] = (), **extra: str) -> Dict[str, Any]:
        """Run ``scripts/SCRIPT.py`` in Krita, and return its results. Fail if Krita does not end by itself."""
        results = home / "results.json"
        environment = self._environment(home, display)
        environment.update(
            NEURAL_STYLE_SCRIPT=str(HERE / "scripts" / f"{script}.py"), NEURAL_STYLE_RESULTS=str(results), **extra
        )
        process = subprocess.run(
            self._command(environment, [ROOT, home, *visible]), capture_output=True, timeout=PATIENCE, check=False
        )
        output = (process.stdout + process.stderr).decode("utf-8", "replace")[-3000:]
        assert results.exists(), f"Krita {self.version} ended with {process.returncode} and no results:\n{output}"
        found: Dict[str, Any] = json.loads(results.read_text(encoding="utf-8"))
        assert "error" not in found, f"{found['error']}\n{output}"
        assert process.returncode == 0, f"Krita ended with {process.returncode}:\n{output}"
        return found

    def _command(self, environment: Dict[str, str], visible: List[Path]) -> List[str]:
        plain = ["env", "-i", *(f"{name}={value}" for name, value in environment.items()), "krita", "--nosplash"]
        return plain if self.folder is None else provision.inside(self.folder, plain, visible)

    def _environment(self, home: Path, display: str) -> Dict[str, str]:
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": str(home),
            **{f"XDG_{kind.upper()}_HOME": str(home / kind) for kind in ("config", "data", "cache")},
            "XDG_RUNTIME_DIR": str(home / "run"),
            "NEURAL_STYLE_HOME": str(home / "nst"),
            "LC_ALL": "C.UTF-8",
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "LIBGL_ALWAYS_SOFTWARE": "1",
        }


def real_engine() -> Optional[Sequence[str]]:
    """Return the command of this Python's engine, or None if it can't paint."""
    wanted = os.environ.get("NEURAL_STYLE_ENGINE")
    if wanted:
        return shlex.split(wanted)
    probe = subprocess.run([sys.executable, "-c", "import torch"], capture_output=True, check=False)
    return [sys.executable, str(HERE / "engine.py"), "worker"] if probe.returncode == 0 else None


def engine_folders() -> List[Path]:
    """Return the folders that the real engine's process needs."""
    return provision.python_folders(Path(sys.prefix))
