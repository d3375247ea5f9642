"""Child processes of the installer: argument lists only, a scrubbed environment, output kept in a log."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from pathlib import Path
from typing import BinaryIO, Callable, Dict, List, Mapping, Optional, Sequence

from ..bridge import log, paths, process
from ..job.errors import InstallFailed
from .storage import make_private

# Variables that a launcher or an editor may have set, beyond those that the engine's process drops as well.
_LEAKED = ("LD_PRELOAD", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV")
_GUARDED = Path(__file__).with_name("guarded.py")


def clean_environment() -> Dict[str, str]:
    """This process's environment without variables that would break another Python."""
    kept = {name: value for name, value in process.clean_environment(os.environ).items() if name not in _LEAKED}
    # pip asks a rustc on the path for its version; that of rustup would make a folder in the home folder.
    return {"RUSTUP_HOME": os.devnull, **kept, "PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1"}


def output_of(command: Sequence[str], environment: Optional[Mapping[str, str]] = None) -> str:
    """The output of a program that answers a question; empty if it does not start, fails, or takes a minute."""
    try:
        answer = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment or clean_environment(),
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.decode("utf-8", "replace").strip() if answer.returncode == 0 else ""


def log_file() -> Path:
    """Where the output of pip and venv is kept."""
    return paths.logs_folder() / "install.log"


def log_end() -> int:
    """How many bytes the log has before the next command: a full one is set aside, as the engine's is."""
    file = log_file()
    with contextlib.suppress(OSError):  # There may be none yet, and Windows does not rename a file that is open.
        log.set_aside_if_full(file)
    return file.stat().st_size if file.exists() else 0


def logged(since: int) -> str:
    """The text in the log beyond its first ``since`` bytes."""
    if not log_file().exists():
        return ""
    with log_file().open("rb") as output:
        output.seek(since)
        return output.read().decode("utf-8", "replace")


def module_command(python: str, module: str, *arguments: str) -> List[str]:
    """The command by which :func:`run_logged` runs a module of ``python``; it ends when this process does."""
    return [python, "-I", "-X", "utf8", str(_GUARDED), module, *arguments]


def _details(_: str) -> str:
    return f"Details are in {log_file()}."


def run_logged(
    command: Sequence[str],
    purpose: str,
    remedy: Callable[[str], str] = _details,
    environment: Optional[Mapping[str, str]] = None,
) -> None:
    """Run ``command`` with its output in the log.

    Raises InstallFailed: ``purpose`` failed; ``remedy`` turns the output into advice.
    """
    make_private(log_file().parent)
    log_end()
    with log_file().open("ab") as output:
        output.write(f"\n{time.strftime('%Y-%m-%d %H:%M:%S')} ".encode() + os.fsencode(" ".join(command)) + b"\n")
        output.flush()
        began = output.tell()
        try:
            code = _run(command, output, environment or clean_environment())
        except OSError as error:
            raise InstallFailed(f"{purpose} failed: {error}.", _details("")) from error
    if code:
        raise InstallFailed(f"{purpose} failed: {_reason(logged(began))}.", remedy(logged(began)))


def _run(command: Sequence[str], output: BinaryIO, environment: Mapping[str, str]) -> int:
    # The pipe closes with this process, or when an exception leaves the block: a guarded module ends then.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=output, env=environment) as child:
        return child.wait()


def _reason(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it ended without a message"])[-1].replace("ERROR: ", "").rstrip(".")
