"""pip, as the engine's environment runs it: the machine's own settings kept, its cache in our folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Sequence

from ..bridge import paths
from .processes import run_logged
from .storage import make_private, remove


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
    run_logged(_pip(python, "install", *options, "-r", str(asked)), "Finding the packages that fit this machine")
    items: List[Dict[str, Any]] = json.loads(told.read_text(encoding="utf-8"))["install"]
    remove(asked)
    remove(told)
    return items


def install(python: str, files: Sequence[Path]) -> None:
    """Unpack wheels. What an interrupted run left of them is written over; nothing is asked of the network."""
    # Modules are compiled when they are first used: of torch's 2,000 that is a small part.
    options = ["--no-index", "--no-deps", "--ignore-installed", "--no-compile", "--no-warn-script-location"]
    run_logged(_pip(python, "install", *options, *map(str, files)), f"Installing {', '.join(f.name for f in files)}")


def add(python: str, requirements: Path, purpose: str) -> None:
    """Fetch and install hashed ``requirements`` in one go, as small ones may."""
    run_logged(_pip(python, "install", "--require-hashes", "--no-deps", "-r", str(requirements)), purpose)


def download(python: str, url: str, sha256: str, folder: Path) -> None:
    """Fetch one file with the passwords and certificates that pip is set to."""
    wanted = f"{url}#sha256={sha256}"
    run_logged(_pip(python, "download", "--no-deps", "--dest", str(folder), wanted), f"Downloading {url}")


def _pip(python: str, command: str, *arguments: str) -> List[str]:
    cache = str(paths.cache_folder() / "pip")
    options = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--cache-dir", cache]
    if command == "download":
        options += ["--no-cache-dir"]
    return [python, "-m", "pip", command, *options, *arguments]
