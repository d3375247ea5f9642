"""Shared parts of the tests in real editors: the editors' folder, a display without a screen, and the real engine.

If something is missing, the tests that need it are skipped with the reason. On a machine with ``CI`` set they fail, so
that no test passes without running.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, List, NoReturn, Tuple

import pytest

from nst_core.bridge import paths
from nst_core.job.errors import EngineMissing
from tests.hosts import provision


def missing(what: str) -> NoReturn:
    """End the test because ``what`` is missing: fail if the machine must have everything, and skip otherwise."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing on a machine that should have it.")
    pytest.skip(f"{what} is missing; `python -m tests.hosts.provision` provides it as root on Debian.")


def folder(debian: provision.Debian) -> Path:
    """Return the folder of this Debian, or end the test."""
    return debian.folder() or missing(debian.title)


@dataclass(frozen=True)
class RealEngine:
    """The command that starts the installed engine, and the folders that the engine needs."""

    command: Tuple[str, ...]
    folders: Tuple[Path, ...]


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """Yield the name of a separate X display without a screen."""
    if not shutil.which("Xvfb") or not shutil.which("xdotool"):
        missing("Xvfb or xdotool")
    readable, writable = os.pipe()
    options = ["-screen", "0", "1280x960x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writable), *options],
        pass_fds=[writable],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writable)
    with os.fdopen(readable) as number:
        yield f":{number.readline().strip()}"
    server.terminate()
    server.wait()


@pytest.fixture(scope="session")
def real_engine() -> RealEngine:
    """Return the installed engine, or the engine that ``NEURAL_STYLE_ENGINE`` names."""
    try:
        command = paths.engine_command()
    except EngineMissing as error:
        missing(f"The engine ({error})")
    named = [Path(word) for part in command for word in shlex.split(part) if Path(word).name.startswith("python")]
    folders: List[Path] = [paths.data_folder()] if paths.data_folder().is_dir() else []
    for python in named:
        folders += provision.python_folders(python.parent.parent)
    return RealEngine(tuple(command), tuple(folders))
