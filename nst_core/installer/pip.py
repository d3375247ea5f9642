"""pip, as the engine's environment runs it: the machine's own settings kept, its cache in our folder."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path
from typing import Any, Dict, List, Sequence

from ..bridge import paths
from .processes import logged, module_command, run_logged
from .storage import make_private, remove

# How pip's log begins the lines about a requirement: of an index, of a folder, of another system.
_LOOKED_AT = re.compile(rb"^(?:Collecting|Processing|Ignoring) ", re.MULTILINE)


def resolve(python: str, wanted: Sequence[str], options: Sequence[str]) -> List[Dict[str, Any]]:
    """The items of pip's installation report for the requirements ``wanted``: which file of each package fits."""
    folder = make_private(paths.cache_folder())
    asked, told = folder / "wanted.txt", folder / "resolved.json"
    asked.write_text("\n".join(wanted), encoding="utf-8")
    # Where an index does not serve metadata on its own, fast-deps reads it out of the remote files, instead of fetching
    # gigabytes before the first progress can be told.
    options = [
        "--use-feature=fast-deps",
        "--dry-run",
        "--ignore-installed",
        "--only-binary",
        ":all:",
        "--report",
        str(told),
        *options,
    ]
    _pip(python, "Finding the packages that fit this machine", "install", *options, "-r", str(asked))
    items: List[Dict[str, Any]] = json.loads(told.read_text(encoding="utf-8"))["install"]
    remove(asked)
    remove(told)
    return items


def looked_at(since: int) -> int:
    """How many requirements pip has looked at since the log was ``since`` bytes long."""
    return len(_LOOKED_AT.findall(logged(since)))


def install(python: str, files: Sequence[Path]) -> None:
    """Unpack wheels. What an interrupted run left of them is written over; nothing is asked of the network."""
    # Modules are compiled when they are first used: of torch's 2,000 that is a small part.
    options = ["--no-index", "--no-deps", "--ignore-installed", "--no-compile", "--no-warn-script-location"]
    _pip(python, f"Installing {', '.join(file.name for file in files)}", "install", *options, *map(str, files))


def add(python: str, requirements: Path, purpose: str) -> None:
    """Fetch and install hashed ``requirements`` in one go, as small ones may."""
    _pip(python, purpose, "install", "--require-hashes", "--no-deps", "-r", str(requirements))


def download(python: str, url: str, sha256: str, folder: Path) -> None:
    """Fetch one file with the passwords and certificates that pip is set to."""
    wanted = f"{url}#sha256={sha256}"
    _pip(python, f"Downloading {url}", "download", "--no-deps", "--dest", str(folder), wanted)


def downloaded(python: str) -> int:
    """Bytes that have come of the file that :func:`download` fetches."""
    files = [path for path in _scratch(python).rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files if path.exists())


def _scratch(python: str) -> Path:
    """What pip needs for a while lies in the environment: on its drive, and removed with it after a kill."""
    return Path(python).parents[1] / "tmp"


def _pip(python: str, purpose: str, command: str, *arguments: str) -> None:
    cache = str(paths.cache_folder() / "pip")
    options = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--cache-dir", cache]
    if command == "download":
        options += ["--no-cache-dir"]
    scratch = _scratch(python)
    remove(scratch)  # of a run that was killed
    make_private(scratch)
    try:
        run_logged(module_command(python, "pip", command, *options, *arguments), purpose, {"TMPDIR": str(scratch)})
    finally:
        with contextlib.suppress(OSError):  # What pip did or said counts; the next run tries again.
            remove(scratch)
