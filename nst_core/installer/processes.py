"""Runs the installer's child processes: without a shell, in a clean environment, and with their output in a log."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path
from typing import Callable, Dict, List, Mapping, Optional, Sequence

from ..bridge import log, paths, process
from ..job.errors import InstallFailed
from .storage import make_private

# Variables of a launcher or an editor, in addition to those that ``process.clean_environment`` removes.
_LEAKED = ("LD_PRELOAD", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV")
# Characters that need no quotes in PowerShell, and characters that it reads as single quotes.
_PLAIN = re.compile(r"[\w.:\\/=+-]+")
_QUOTES = re.compile("['\u2018-\u201b]")
_GUARDED = Path(__file__).with_name("guarded.py")


def clean_environment() -> Dict[str, str]:
    """Return this process's environment without variables that would break another Python."""
    kept = {name: value for name, value in process.clean_environment(os.environ).items() if name not in _LEAKED}
    # pip asks rustc for its version. Without this variable, the rustc of rustup would make a folder in the home folder.
    return {"RUSTUP_HOME": os.devnull, **kept, "PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1"}


def output_of(command: Sequence[str], seconds: float = 60.0) -> str:
    """Run a short program, and return its output. Empty: it does not start, fails, or takes too long."""
    nothing, env = subprocess.DEVNULL, clean_environment()
    try:
        answer = subprocess.check_output(command, stdin=nothing, stderr=nothing, env=env, timeout=seconds)
        return answer.decode("utf-8", "replace").strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def log_file() -> Path:
    """Return the path of the log for the output of pip and venv."""
    return paths.logs_folder() / "install.log"


def last_line() -> str:
    """Return the last line that the current program wrote to the log, or an empty text."""
    line = log_file().read_text("utf-8", "replace").strip().split("\n")[-1]
    return "" if line.startswith("$ ") else line


def module_command(python: str, module: str, *arguments: str) -> List[str]:
    """Return the command for :func:`run_logged` to run a module of ``python``. It ends when this process ends."""
    return [python, "-I", "-X", "utf8", str(_GUARDED), module, *arguments]


def run_logged(
    command: Sequence[str],
    purpose: str,
    remedy: Callable[[str], str] = lambda output: "",
    environment: Optional[Mapping[str, str]] = None,
) -> None:
    """Run ``command`` with its output in the log.

    Raises InstallFailed with ``purpose`` in its problem. ``remedy`` turns the output into advice.
    """
    make_private(log_file().parent)
    details = f"Details are in {log_file()}."
    with contextlib.suppress(OSError):  # The file may not exist yet, and Windows does not rename an open file.
        log.rename_if_full(log_file())
    with log_file().open("a+b") as output:
        output.write(f"\n$ {time.strftime('%Y-%m-%d %H:%M:%S')} ".encode() + os.fsencode(" ".join(command)) + b"\n")
        output.flush()
        began, env = output.tell(), environment or clean_environment()
        try:
            # The pipe closes when this process ends or when an exception leaves the block. Then a guarded module ends.
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=output, env=env) as child:
                child.wait()
        except OSError as error:
            raise InstallFailed(f"{purpose} failed: {error}.", details) from error
        output.seek(began)
        printed = output.read().decode("utf-8", "replace")
    if child.returncode:
        raise InstallFailed(f"{purpose} failed: {_reason(printed)}.", f"{remedy(printed)} {details}".strip())


def _reason(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it ended without a message"])[-1].replace("ERROR: ", "").rstrip(".")


def installer_command(*arguments: str) -> str:
    """Return the command line that runs this installer again, so that a user can copy it."""
    script, here = Path(__file__).resolve().parents[2] / "install.py", Path("install.py")
    name = "install.py" if here.exists() and here.samefile(script) else str(script)
    prefix = os.environ.get("NEURAL_STYLE_HOME", "")
    options = ["--prefix", prefix] if prefix else []
    python = "python3" if os.name != "nt" else "py" if shutil.which("py") else "python"
    return command_line([python, name, *arguments, *options])


def command_line(words: Sequence[str], windows: bool = os.name == "nt") -> str:
    """Return ``words`` as a line for this system's shell. On Windows, it is PowerShell."""
    if not windows:
        return " ".join(map(shlex.quote, words))
    quoted = [word if _PLAIN.fullmatch(word) else "'" + _QUOTES.sub(r"\g<0>\g<0>", word) + "'" for word in words]
    # Without this, PowerShell prints a line that begins with a quote, and does not run it.
    return " ".join(["&", *quoted] if quoted[0].startswith("'") else quoted)
