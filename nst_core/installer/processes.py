"""Child processes of the installer: argument lists only, a scrubbed environment, output kept in a log."""

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

# Variables that a launcher or an editor may have set, beyond those that the engine's process drops as well.
_LEAKED = ("LD_PRELOAD", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV")
# The characters that PowerShell needs no quotes for; those that it reads as single quotes.
_PLAIN = re.compile(r"[\w.:\\/=+-]+")
_QUOTES = re.compile("['\u2018-\u201b]")
_GUARDED = Path(__file__).with_name("guarded.py")


def clean_environment() -> Dict[str, str]:
    """This process's environment without variables that would break another Python."""
    kept = {name: value for name, value in process.clean_environment(os.environ).items() if name not in _LEAKED}
    # pip asks a rustc on the path for its version; that of rustup would make a folder in the home folder.
    return {"RUSTUP_HOME": os.devnull, **kept, "PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1"}


def output_of(command: Sequence[str], seconds: float = 60.0) -> str:
    """The output of a program that answers a question; empty if it does not start, fails, or takes too long."""
    nothing, env = subprocess.DEVNULL, clean_environment()
    try:
        answer = subprocess.check_output(command, stdin=nothing, stderr=nothing, env=env, timeout=seconds)
        return answer.decode("utf-8", "replace").strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def log_file() -> Path:
    """Where the output of pip and venv is kept."""
    return paths.logs_folder() / "install.log"


def last_line() -> str:
    """The last line of the log that the program that runs wrote, if it wrote any."""
    line = log_file().read_text("utf-8", "replace").strip().split("\n")[-1]
    return "" if line.startswith("$ ") else line


def module_command(python: str, module: str, *arguments: str) -> List[str]:
    """The command by which :func:`run_logged` runs a module of ``python``; it ends when this process does."""
    return [python, "-I", "-X", "utf8", str(_GUARDED), module, *arguments]


def run_logged(
    command: Sequence[str],
    purpose: str,
    remedy: Callable[[str], str] = lambda output: "",
    environment: Optional[Mapping[str, str]] = None,
) -> None:
    """Run ``command`` with its output in the log.

    Raises InstallFailed: ``purpose`` failed; ``remedy`` turns the output into advice, or into nothing.
    """
    make_private(log_file().parent)
    details = f"Details are in {log_file()}."
    with contextlib.suppress(OSError):  # There may be none yet, and Windows does not rename a file that is open.
        log.rename_if_full(log_file())
    with log_file().open("a+b") as output:
        output.write(f"\n$ {time.strftime('%Y-%m-%d %H:%M:%S')} ".encode() + os.fsencode(" ".join(command)) + b"\n")
        output.flush()
        began, env = output.tell(), environment or clean_environment()
        try:
            # The pipe closes with this process, or when an exception leaves the block: a guarded module ends then.
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
    """The line that runs this installer again, to be shown and copied."""
    script, here = Path(__file__).resolve().parents[2] / "install.py", Path("install.py")
    name = "install.py" if here.exists() and here.samefile(script) else str(script)
    prefix = os.environ.get("NEURAL_STYLE_HOME", "")
    options = ["--prefix", prefix] if prefix else []
    python = "python3" if os.name != "nt" else "py" if shutil.which("py") else "python"
    return command_line([python, name, *arguments, *options])


def command_line(words: Sequence[str], windows: bool = os.name == "nt") -> str:
    """``words`` as a line that can be copied into this system's shell: on Windows that is PowerShell."""
    if not windows:
        return " ".join(map(shlex.quote, words))
    quoted = [word if _PLAIN.fullmatch(word) else "'" + _QUOTES.sub(r"\g<0>\g<0>", word) + "'" for word in words]
    # PowerShell prints a line that begins with a quote instead of running it.
    return " ".join(["&", *quoted] if quoted[0].startswith("'") else quoted)
