"""The commands for developers. ``demo``, ``test`` and ``bench`` run in the engine's own environment."""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path
from typing import Sequence

from ..bridge import paths
from ..job.errors import InstallFailed
from . import packages
from .environment import make_environment
from .processes import clean_environment
from .pythons import find_python
from .reporting import Reporter, duration
from .source import PACKAGE

CLONE = PACKAGE.parent


def demo(python: Path, reporter: Reporter) -> int:
    """Paint a bundled photograph in the style of a bundled picture to ``demo.png``. Returns the exit code."""
    samples = CLONE / "docs" / "samples"
    output = Path.cwd() / "demo.png"
    began = time.monotonic()
    pictures = [str(samples / "chelsea.jpg"), "--style", str(samples / "great_wave.jpg"), "-o", str(output)]
    code = _run([str(python), "-I", "-m", "nst_core.cli", "stylize", *pictures], Path.cwd())
    if code == 0:
        reporter.done(f"The picture is {output}; it took {duration(time.monotonic() - began)}.")
    return code


def test(python: Path, arguments: Sequence[str], reporter: Reporter) -> int:
    """Run every test, also of style and types; ``arguments`` go to pytest. Returns the exit code."""
    reporter.note("Providing the editors that the tests drive")
    _run([str(python), "-m", "tests.hosts.provision"])
    return _run([str(python), "-m", "pytest", *arguments])


def bench(python: Path, arguments: Sequence[str]) -> int:
    """Measure speed, memory and quality. Returns the exit code."""
    return _run([str(python), "-m", "tests.benchmarks", *arguments])


def release(work: str, folder: Path, origin: packages.PackageSource, reporter: Reporter) -> int:
    """Build a release (``package``) or the site of the documentation (``site``) in ``folder``. Returns the exit code.

    The tools for it go to an environment that is removed at the end. Raises InstallFailed.
    """
    if not (CLONE / "release").is_dir():
        raise InstallFailed(f"{CLONE} is not a clone of the project.", "Run install.py of a clone.")
    with tempfile.TemporaryDirectory() as scratch:
        with reporter.busy("Making an environment for the tools"):
            make_environment(find_python(), Path(scratch))
        python = str(paths.engine_python(Path(scratch)))
        packages.provide(python, [packages.pinned(origin, "release.txt")], origin, reporter)
        return _run([python, "-m", "release", work, str(folder)], CLONE)


def _run(command: Sequence[str], folder: Path = CLONE) -> int:
    child = subprocess.Popen(command, cwd=str(folder), env=clean_environment())
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # The child got the signal as well, and reacts to it.
