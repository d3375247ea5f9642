"""Finds a Python on this machine that torch supports, and makes environments with it.

The Python that runs the installer may belong to an editor, be too old or too new, or have no ``venv``. So each
candidate is started and asked.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Iterator, List

from ..bridge import paths
from ..job.errors import InstallFailed
from . import packages
from .packages import PackageSource
from .processes import log_file, module_command, output_of, run_logged
from .reporting import Reporter
from .storage import mark, remove, require_marked

PREFERRED = ("3.12", "3.13", "3.11", "3.14", "3.10")
_FROM = "Install Python 3.12 (64-bit) from python.org"
_DEBIAN = "On Debian and Ubuntu, run `sudo apt install python3-venv`. Elsewhere, install Python 3.12"
_ADVICE = f"{_DEBIAN if sys.platform == 'linux' else _FROM}, or run `uv python install 3.12`; then try again."
#: A program that prints the path of its interpreter if torch supports this interpreter, and it has 64 bits and can make
#: environments. There is no torch for GIMP's own Python on Windows (mingw) and for Intel Macs. A Python from the
#: Microsoft Store does not fit either: Windows moves its files below AppData to a place that only this Python finds.
QUESTION = """
import ensurepip, re, sys, sysconfig, venv
fits = (3, 10) <= sys.version_info < (3, 15) and sys.maxsize > 2**32 and "WindowsApps" not in sys.base_prefix
print(sys.executable if fits and not re.match("mingw|macosx.*x86_64", sysconfig.get_platform()) else "")
"""


def find_python() -> str:
    """Return the path of a 64-bit Python that torch supports and that can make environments.

    Raises InstallFailed if there is no such Python. The error names a Python to install.
    """
    if "WindowsApps" in sys.base_prefix:
        # It can't even place plug-ins where an editor finds them.
        problem = "This Python is from the Microsoft Store: Krita and GIMP can't see the files that it installs."
        raise InstallFailed(problem, f"{_FROM}; then try again.")
    found = next(filter(None, map(ask, _candidates())), "")
    if not found:
        raise InstallFailed("No Python from 3.10 to 3.14 that can make environments was found.", _ADVICE)
    return found


def portable_python(home: Path, reporter: Reporter) -> str:
    """Let uv install a Python in the folder ``home``, and return its path. This Python needs no files of the system.

    An editor in a sandbox sees the home folder, but another /usr. So a Python of the system would not start there. If
    uv is missing, it is downloaded first. Raises InstallFailed if uv can't install a Python.
    """
    folder, version = home / "python", PREFERRED[0]
    require_marked([folder])

    def installed() -> str:
        found = folder.glob(f"cpython-{version}*/bin/python{version}")
        return next(filter(None, (ask([str(python)]) for python in found)), "")

    if not installed():
        uv = _uv() or _fetch_uv(mark(folder) / "uv", reporter)
        with reporter.busy(f"Fetching Python {version} for an editor in a sandbox"):
            fetch = [uv, "python", "install", version, "--reinstall", "--install-dir", str(mark(folder))]
            run_logged(fetch, f"Fetching Python {version} with uv")
    if not installed():
        raise InstallFailed(f"uv brought no Python {version} that works.", f"Details are in {log_file()}.")
    return installed()


def _fetch_uv(folder: Path, reporter: Reporter) -> str:
    remove(folder)  # a killed run may have left it
    with reporter.busy("Making an environment for uv"):
        make_environment(find_python(), folder)
    origin, python = PackageSource(), paths.engine_python(folder)
    packages.provide(str(python), [packages.pinned(origin, "uv.txt")], origin, reporter)
    return str(python.with_name("uv"))


def make_environment(base: str, folder: Path) -> None:
    """Make a virtual environment of the interpreter ``base``, with pip. Raises InstallFailed."""
    elsewhere = "If its drive has no links, name a folder on another one: `python3 install.py --prefix DIR`."
    run_logged(module_command(base, "venv", str(folder)), "Making the environment", lambda _: elsewhere)


def ask(command: List[str]) -> str:
    """Return the interpreter that ``command`` starts if torch supports it, otherwise an empty text."""
    found = output_of([*command, "-I", "-c", QUESTION])
    return found if Path(found).is_file() else ""


def _candidates() -> Iterator[List[str]]:
    yield [sys.executable]
    launcher, uv = shutil.which("py"), _uv()
    if launcher:
        yield from ([launcher, f"-{version}"] for version in PREFERRED)
    for name in (*(f"python{version}" for version in PREFERRED), "python3", "python"):
        found = shutil.which(name) or shutil.which(name, path="/opt/homebrew/bin")
        if found:
            yield [found]
    if uv:
        # uv finds the Pythons that it manages, and Pythons of the system that are not on the path.
        yield [output_of([uv, "python", "find", ">=3.10,<3.15"])]


def _uv() -> str:
    return shutil.which("uv") or shutil.which("uv", path=str(Path.home() / ".local" / "bin")) or ""
