"""The folders of the engine, its weights, settings and logs on each system.

``NEURAL_STYLE_HOME`` moves everything into one folder. Here are the names only: each writer makes its own folder.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import Dict, List, Sequence

from nst_core.job.errors import EngineMissing, EngineNotInstalled

from . import json_text
from .language import tr

APPLICATION = "neural-style"

#: The arguments by which the engine's Python becomes a worker. -I keeps the host's environment out.
WORKER_ARGUMENTS = ("-I", "-m", "nst_core.worker")

_COMMAND_REMEDY = 'It must be like {"command": ["ssh", "HOST", "nst", "worker"]}; without it the installed one is used.'


def data_folder() -> Path:
    """The folder of installed things: the engine's environment and downloaded weights."""
    return _folder("data")


def pasted_folder() -> Path:
    """The folder of pictures that were pasted as styles."""
    return data_folder() / "pasted"


def settings_folder() -> Path:
    """The folder of the user's presets and last settings. Updating or uninstalling the plug-ins does not change it."""
    return _folder("config")


def cache_folder() -> Path:
    """The folder of downloads, which can be made again."""
    return _folder("cache")


def logs_folder() -> Path:
    """The folder of the engine's logs: rotated, bounded, without pixels."""
    return _folder("state") / "logs"


def engine_folder() -> Path:
    """The engine's virtual environment."""
    return data_folder() / "engine"


def engine_python(engine: Path) -> Path:
    """The interpreter of the virtual environment in ``engine``."""
    return engine / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def placed_command_file() -> Path:
    """The file with the engine's command, which the installer writes into the copy of this package in an editor."""
    return Path(__file__).resolve().parent.parent / "engine.json"


def engine_command() -> List[str]:
    """The command that starts a worker; raises :class:`EngineMissing` if there is none.

    The first of: the environment variable ``NEURAL_STYLE_ENGINE`` (split as a shell would), ``engine.json`` in the
    settings folder (``{"command": [...]}``), the one that was placed with the plug-in, the installed environment.
    """
    named = os.environ.get("NEURAL_STYLE_ENGINE", "").strip()
    if named:
        return _startable(_split(named), "NEURAL_STYLE_ENGINE", "Correct or unset it")
    file = settings_folder() / "engine.json"
    if file.is_file():
        return _startable(_read_command(file), str(file), "Correct or delete it")
    if placed_command_file().is_file():
        return _read_command(placed_command_file())
    python = engine_python(engine_folder())
    if not python.is_file():
        raise EngineNotInstalled(f"No engine is installed in {engine_folder()}.")
    return [str(python), *WORKER_ARGUMENTS]


def is_installed(command: Sequence[str]) -> bool:
    """Whether ``command`` starts the engine that *Install engine* builds, and not one that the user chose."""
    return list(command) == [str(engine_python(engine_folder())), *WORKER_ARGUMENTS]


def _startable(command: List[str], origin: str, remedy: str) -> List[str]:
    """``command`` with the full path of its program, so that no other one is started.

    Raises EngineMissing without one. Installing does not help where the user chose another command.
    """
    program = shutil.which(command[0])
    if not program:
        raise EngineMissing(
            f"{origin} names {command[0]!r}, which is no program here.",
            f"{remedy}: without it the installed engine is used.",
        )
    return [program, *command[1:]]


def _split(command: str) -> List[str]:
    try:
        return shlex.split(command, posix=os.name == "posix")
    except ValueError as error:
        problem = f"NEURAL_STYLE_ENGINE is no command: {error}."
        raise EngineMissing(problem, tr("Correct its quotes, or unset it.")) from error


def _read_command(file: Path) -> List[str]:
    try:
        command = json_text.parse(file.read_text(encoding="utf-8"))["command"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineMissing(f"{file} can't be read: {error!r}.", _COMMAND_REMEDY) from error
    if not isinstance(command, list) or not command or not all(isinstance(part, str) for part in command):
        raise EngineMissing(f"{file} names no command.", _COMMAND_REMEDY)
    return command


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
    if os.environ.get("SNAP_NAME") in ("krita", "gimp") and purpose != "config":
        # Each new version of a Snap copies the home folder of the old one. The engine is too large for that.
        common = Path(os.environ.get("SNAP_USER_COMMON", home))
        return common if purpose == "data" else common / defaults[purpose]
    named = os.environ.get(f"XDG_{purpose.upper()}_HOME", "")
    # The specification says to ignore a relative path.
    return Path(named) if Path(named).is_absolute() else home / defaults[purpose]
