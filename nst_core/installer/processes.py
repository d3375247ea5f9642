"""Child processes of the installer: argument lists only, a scrubbed environment, output kept in a log."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from pathlib import Path
from typing import BinaryIO, Dict, List, Mapping, Optional, Sequence

from ..bridge import log, paths, process
from ..job.errors import InstallFailed
from .storage import make_private

# What a launcher or an editor may have set beyond the variables that the engine's process drops as well.
_LEAKED = ("LD_PRELOAD", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV")
# What would send pip elsewhere than into the engine's environment.
_PIP_ELSEWHERE = ("TARGET", "PREFIX", "ROOT", "USER", "REQUIRE_VIRTUALENV", "PYTHON", "NO_DEPS", "REQUIREMENT")
_GUARDED = Path(__file__).with_name("guarded.py")


def clean_environment() -> Dict[str, str]:
    """This process's environment without what would break another Python; pip's own settings stay."""
    dropped = {*_LEAKED, *(f"PIP_{name}" for name in _PIP_ELSEWHERE)}
    kept = {name: value for name, value in process.clean_environment(os.environ).items() if name not in dropped}
    # pip asks a rustc on the path for its version, and rustup's answers by making a folder in the home folder.
    rustup = str(paths.cache_folder() / "rustup")
    return {"RUSTUP_HOME": rustup, **kept, "PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1"}


def log_file() -> Path:
    """Where the output of pip and venv is kept."""
    return paths.logs_folder() / "install.log"


def log_end() -> int:
    """How many bytes the log has before the next command: a full one is set aside, as the engine's is."""
    file = log_file()
    with contextlib.suppress(OSError):  # There may be none yet, and Windows renames no file that somebody looks at.
        log.set_aside_if_full(file)
    return file.stat().st_size if file.exists() else 0


def logged(since: int) -> bytes:
    """What the log has beyond its first ``since`` bytes."""
    if not log_file().exists():
        return b""
    with log_file().open("rb") as output:
        output.seek(since)
        return output.read()


def module_command(python: str, module: str, *arguments: str) -> List[str]:
    """The command by which :func:`run_logged` runs a module of ``python``; it ends when this process does."""
    return [python, "-I", "-X", "utf8", str(_GUARDED), module, *arguments]


def run_logged(command: Sequence[str], purpose: str, variables: Optional[Mapping[str, str]] = None) -> None:
    """Run ``command`` with its output in the log and these environment ``variables`` besides.

    Raises InstallFailed, which says why ``purpose`` failed.
    """
    make_private(log_file().parent)
    log_end()
    with log_file().open("ab") as output:
        output.write(f"\n{time.strftime('%Y-%m-%d %H:%M:%S')} ".encode() + os.fsencode(" ".join(command)) + b"\n")
        output.flush()
        began = output.tell()
        try:
            code = _run(command, output, {**clean_environment(), **(variables or {})})
        except OSError as error:
            raise InstallFailed(f"{purpose} failed: {error}.", "Run the same command again.") from error
    if code:
        raise InstallFailed(
            f"{purpose} failed: {_reason(began)}.",
            f"Run the same command again: it continues. Details are in {log_file()}.",
        )


def _run(command: Sequence[str], output: BinaryIO, environment: Mapping[str, str]) -> int:
    # The pipe closes with this process, or when an exception leaves the block: a guarded module ends then.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=output, env=environment) as child:
        return child.wait()


def _reason(began: int) -> str:
    lines = [line.strip() for line in logged(began).decode("utf-8", "replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it ended without a word"])[-1].replace("ERROR: ", "").rstrip(".")
