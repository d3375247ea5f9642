"""The folders of the engine, its weights, settings and logs on each system.

If the environment variable ``NEURAL_STYLE_HOME`` is set, all of them are in the folder that it names. The functions
only return names: the code that writes a file makes its folder.
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

#: The arguments with which the engine's Python runs the worker. With -I, it ignores the host's environment.
WORKER_ARGUMENTS = ("-I", "-m", "nst_core.worker")

_COMMAND_REMEDY = 'It must be like {"command": ["ssh", "HOST", "nst", "worker"]}; without it the installed one is used.'


def data_folder() -> Path:
    """Return the folder of installed things: the engine's environment and downloaded weights."""
    return _folder("data")


def pasted_folder() -> Path:
    """Return the folder of pictures that were pasted as styles."""
    return data_folder() / "pasted"


def settings_folder() -> Path:
    """Return the folder of the user's presets and last settings. It stays when the plug-ins are updated or removed."""
    return _folder("config")


def cache_folder() -> Path:
    """Return the folder of downloads and other files that may be deleted."""
    return _folder("cache")


def films_folder() -> Path:
    """Return the folder with the frames of the animations that editors paint now."""
    return cache_folder() / "films"


def logs_folder() -> Path:
    """Return the folder of the engine's logs. Their size is limited, and they contain no pixels."""
    return _folder("state") / "logs"


def engine_folder() -> Path:
    """Return the folder of the engine's virtual environment."""
    return data_folder() / "engine"


def engine_python(engine: Path) -> Path:
    """Return the path of Python in the virtual environment ``engine``."""
    return engine / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def placed_command_file() -> Path:
    """Return the path of the file with the engine's command. The installer writes it into the plug-in of an editor."""
    return Path(__file__).resolve().parent.parent / "engine.json"


def engine_command() -> List[str]:
    """Return the command that starts a worker. Raises :class:`EngineMissing` if there is none.

    It is the first of these that exists: the environment variable ``NEURAL_STYLE_ENGINE`` (split like a command in a
    shell), ``engine.json`` in the settings folder (``{"command": [...]}``), ``engine.json`` in the plug-in, and the
    installed environment.
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
    """Return True if ``command`` starts the engine that *Install engine* builds; False if the user chose another."""
    return list(command) == [str(engine_python(engine_folder())), *WORKER_ARGUMENTS]


def _startable(command: List[str], origin: str, remedy: str) -> List[str]:
    """Return ``command`` with the full path of its program, so that always the same program is started.

    Raises EngineMissing if there is no such program. An installation would not help, because the user chose the
    command.
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
        # Each new version of a Snap copies the home folder of the old version. The engine is too large for this.
        common = Path(os.environ.get("SNAP_USER_COMMON", home))
        return common if purpose == "data" else common / defaults[purpose]
    named = os.environ.get(f"XDG_{purpose.upper()}_HOME", "")
    # The XDG specification requires that a relative path is ignored.
    return Path(named) if Path(named).is_absolute() else home / defaults[purpose]
