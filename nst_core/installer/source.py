"""This package's own code in the engine's environment.

The code lies in ``engine/code/DIGEST/nst_core``; one line in ``neural_style.pth`` names the DIGEST in use. Replacing
that file is the whole update, so that a worker that starts at that moment imports the old code or the new.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
from pathlib import Path
from typing import Iterator, Sequence

from ..bridge import paths
from ..bridge.files import move, replace_text
from .storage import make_executable, make_private, new, remove

PACKAGE = Path(__file__).resolve().parent.parent
POINTER = "neural_style.pth"
# engine.json is the pointer of one placed copy; macOS leaves .DS_Store in each folder that is looked at.
_NOT_CODE = ("engine.json", "__pycache__", ".mypy_cache", ".ruff_cache", ".DS_Store")
# The characters that PowerShell needs no quotes for; those that it reads as single quotes.
_PLAIN = re.compile(r"[\w.:\\/=+-]+")
_QUOTES = re.compile("['\u2018-\u201b]")


def files_of(folder: Path) -> Iterator[Path]:
    """The files of code below ``folder``, in order."""
    for path in sorted(folder.iterdir()):
        if path.name in _NOT_CODE:
            continue
        if path.is_dir():
            yield from files_of(path)
        elif path.suffix != ".pyc":
            yield path


def digest(folder: Path = PACKAGE) -> str:
    """A short name for the contents of ``folder``."""
    sums = hashlib.sha256()
    for path in files_of(folder):
        sums.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        sums.update(path.read_bytes())
    return sums.hexdigest()[:16]


def copy(source: Path, target: Path) -> None:
    """Copy the file ``source`` to ``target``, whose folder is made."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def refresh(engine: Path) -> None:
    """Make the environment ``engine`` run this code, whatever it ran before."""
    name = digest()
    code = make_private(engine / "code")
    if not _is_whole(code / name):
        remove(new(code / name))
        for path in files_of(PACKAGE):
            copy(path, new(code / name) / "nst_core" / path.relative_to(PACKAGE))
        remove(code / name)
        move(new(code / name), code / name)
    if _pointed_to(engine) != _line(engine):
        replace_text(site_packages(engine) / POINTER, _line(engine))
    _forget_old_code(code, name)
    _place_command(engine)


def runs_this_code(engine: Path) -> bool:
    """Whether the environment ``engine`` runs this code, undamaged."""
    return _pointed_to(engine) == _line(engine) and _is_whole(engine / "code" / digest())


def _pointed_to(engine: Path) -> str:
    pointer = site_packages(engine) / POINTER
    return pointer.read_text(encoding="utf-8", errors="replace") if pointer.is_file() else ""


def _line(engine: Path) -> str:
    # Relative, because the environment is renamed once it is built.
    return f"{os.path.relpath(engine / 'code' / digest(), site_packages(engine))}\n"


def _is_whole(code: Path) -> bool:
    package = code / "nst_core"
    return package.is_dir() and digest(package) == code.name


def site_packages(engine: Path) -> Path:
    """Where the environment ``engine`` keeps its packages."""
    return next(iter([*engine.glob("lib/python3*/site-packages"), engine / "Lib" / "site-packages"]))


def _forget_old_code(code: Path, current: str) -> None:
    # The code before this one stays: a worker that runs may still have modules of it to import.
    others = sorted((path for path in code.iterdir() if path.name != current), key=lambda path: path.stat().st_mtime)
    for path in others[:-1]:
        remove(path)


def command_path(engine: Path) -> Path:
    """Where ``nst`` is in the environment ``engine``."""
    return paths.engine_python(engine).with_name("nst.cmd" if os.name == "nt" else "nst")


def _place_command(engine: Path) -> None:
    """``nst`` beside the environment's Python, which it finds by its own place, because the environment is renamed."""
    if os.name == "nt":
        text = '@"%~dp0python.exe" -I -m nst_core.cli %*\n'
    else:
        here = '"$(dirname "$(realpath "$0")")"'
        text = f'#!/bin/sh\nexec {here}/python -I -m nst_core.cli "$@"\n'
    command = command_path(engine)
    if not command.exists() or command.read_bytes() != text.encode():  # bytes, because a damaged file may not be UTF-8
        replace_text(command, text)
        make_executable(command)


def installer_command(*arguments: str) -> str:
    """The line that runs this installer again, to be shown and copied."""
    script, here = PACKAGE.parent / "install.py", Path("install.py")
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
