"""Where the engine, its weights, settings and logs live, on each system.

``NEURAL_STYLE_HOME`` moves everything into one folder. The folders are named here and made by those who write to them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Dict

APPLICATION = "neural-style"


def data_folder() -> Path:
    """What was installed: the engine's environment and downloaded weights."""
    return _folder("data")


def settings_folder() -> Path:
    """What the user chose: presets and last settings. An update or uninstallation of the plug-ins leaves it alone."""
    return _folder("config")


def cache_folder() -> Path:
    """What can be made again: downloads."""
    return _folder("cache")


def logs_folder() -> Path:
    """The engine's logs: rotated, bounded, without pixels."""
    return _folder("state") / "logs"


def engine_folder() -> Path:
    """The engine's virtual environment."""
    return data_folder() / "engine"


def engine_python(engine: Path) -> Path:
    """The interpreter of the virtual environment in ``engine``."""
    return engine / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _folder(purpose: str) -> Path:
    override = os.environ.get("NEURAL_STYLE_HOME")
    if override:
        return Path(override) / purpose
    home = Path.home()
    if os.name == "nt":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else home / "AppData" / "Local") / APPLICATION / purpose
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / APPLICATION / purpose
    return _xdg_folder(home, purpose) / APPLICATION


def _xdg_folder(home: Path, purpose: str) -> Path:
    defaults: Dict[str, str] = {"data": ".local/share", "config": ".config", "cache": ".cache", "state": ".local/state"}
    named = os.environ.get(f"XDG_{purpose.upper()}_HOME", "")
    # The specification says to ignore a relative path.
    return Path(named) if Path(named).is_absolute() else home / defaults[purpose]
