"""A Python that torch supports, wherever on this machine it is.

The Python that runs the installer may be an editor's own, too old, too new, or without ``venv``: each candidate is
started and asked.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Iterator, List, Optional

from ..bridge import paths
from ..job.errors import InstallFailed
from . import packages
from .packages import PackageSource
from .processes import module_command, output_of, run_logged
from .reporting import Reporter
from .source import command_line
from .storage import mark, remove, require_marked

OLDEST, NEWEST = (3, 10), (3, 14)
PREFERRED = ("3.12", "3.13", "3.11", "3.14", "3.10")
# Systems (sysconfig.get_platform) for which torch is not made: of GIMP's own Python on Windows, of Intel Macs.
_WITHOUT_TORCH = re.compile("mingw|macosx.*x86_64")
QUESTION = """
import json, sys, sysconfig
try:
    import ensurepip, venv
    able = "WindowsApps" not in sys.base_prefix
except ImportError:
    able = False
print(json.dumps([list(sys.version_info[:2]), sys.maxsize > 2**32, able, sys.executable, sysconfig.get_platform()]))
"""


def find_python() -> str:
    """The path of a 64-bit Python that torch supports and that can make environments.

    Raises InstallFailed, which names the Python to install, if there is none.
    """
    if "WindowsApps" in sys.base_prefix:
        # Windows moves files that it writes below AppData to a place where only this Python finds them.
        raise InstallFailed(
            "This Python is from the Microsoft Store: Krita and GIMP can't see the files that it installs.",
            "Install Python 3.12 (64-bit) from python.org, then try again with that one.",
        )
    for candidate in _candidates():
        found = ask(candidate)
        if found:
            return found
    raise InstallFailed(
        "No Python from {}.{} to {}.{} that can make environments was found.".format(*OLDEST, *NEWEST), _python_advice()
    )


def portable_python(home: Path, reporter: Reporter) -> str:
    """The path of a Python in the folder ``home`` that needs nothing of the system; uv installs it there.

    An editor in a sandbox sees the home folder, but another /usr: a Python of the system would not start in it. Raises
    InstallFailed if uv, which is fetched where it is missing, can't bring one.
    """
    require_marked((home / "python", home / "tools"))
    uv = _uv() or _fetch_uv(home / "tools", reporter)
    version = PREFERRED[0]
    fetch = [uv, "python", "install", version, "--install-dir", str(mark(home / "python"))]
    with reporter.busy(f"Fetching Python {version} for an editor in a sandbox"):
        run_logged(fetch, f"Fetching Python {version} with uv")
    found = next((home / "python").glob(f"cpython-{version}*/bin/python{version}"), None)
    if found is None or not ask([str(found)]):
        # uv does not fetch a Python again that is already there, except with this option.
        again = command_line([*fetch, "--reinstall"])
        raise InstallFailed(f"uv brought no Python {version} that works.", f"Run `{again}`, then try again.")
    return str(found)


def _fetch_uv(tools: Path, reporter: Reporter) -> str:
    remove(tools)
    with reporter.busy("Making an environment for uv"):
        run_logged(module_command(find_python(), "venv", str(mark(tools))), "Making an environment for uv")
    origin, python = PackageSource(), paths.engine_python(tools)
    packages.provide(str(python), [packages.pinned(origin, "uv.txt")], origin, reporter)
    return str(python.with_name("uv"))


def ask(command: List[str]) -> Optional[str]:
    """The interpreter behind ``command`` if torch can live in it, otherwise None."""
    try:
        version, wide, able, executable, platform = json.loads(output_of([*command, "-I", "-c", QUESTION]))
    except ValueError:
        return None
    fits = OLDEST <= tuple(version) <= NEWEST and wide and able and not _WITHOUT_TORCH.match(platform)
    return executable if fits else None


def _candidates() -> Iterator[List[str]]:
    # In an editor with Python built in, sys.executable is the editor itself, which must not be started a second time.
    if Path(sys.executable or "").name.lower().startswith("python"):
        yield [sys.executable]
    launcher, uv = shutil.which("py") if os.name == "nt" else None, _uv()
    if launcher:
        yield from ([launcher, f"-{version}"] for version in PREFERRED)
    for name in (*(f"python{version}" for version in PREFERRED), "python3", "python"):
        found = shutil.which(name) or shutil.which(name, path="/opt/homebrew/bin")
        if found:
            yield [found]
    # uv knows the Pythons that it manages, and where a system hides its own.
    for version in PREFERRED if uv else ():
        found = output_of([str(uv), "python", "find", version])
        if found:
            yield [found]


def _uv() -> Optional[str]:
    return shutil.which("uv") or shutil.which("uv", path=str(Path.home() / ".local" / "bin"))


def _python_advice() -> str:
    if os.name == "nt":
        return "Install Python 3.12 (64-bit) from python.org, not from the Microsoft Store, then try again."
    if sys.platform == "darwin":
        return "Install Python 3.12 from python.org, then try again."
    install = "Run `sudo apt install python3-venv`" if shutil.which("apt-get") else "Install Python 3.12"
    return f"{install} (or install uv and run `uv python install 3.12`), then try again."
