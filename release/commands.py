"""The commands of ``install.py`` for developers. Only a clone has them, not an installed plug-in.

``demo``, ``test`` and ``bench`` run in the engine's own environment. ``package`` and ``site`` run in a temporary one.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import List, Sequence

from nst_core.bridge import paths
from nst_core.bridge.files import replace_text
from nst_core.installer import builds, installing, packages, pythons, storage
from nst_core.installer.environment import EngineSpec, digest
from nst_core.installer.main import FOR_ENGINE, Command, absolute, engine_spec
from nst_core.installer.packages import Group, PackageSource, pinned
from nst_core.installer.processes import clean_environment
from nst_core.installer.reporting import Reporter, duration
from nst_core.installer.storage import COMPLETE, exclusive

CLONE = Path(__file__).resolve().parents[1]
TORCHVISION = "0.29.1"
#: The lists of packages that only developers need.
LISTS = Path(__file__).with_name("requirements")
#: The lists for the tests: their own tools, and the tools that build a release and the site.
FOR_TESTS = ("tests.txt", "release.txt", "torchvision.txt")


def demo(options: argparse.Namespace, reporter: Reporter) -> int:
    """Paint a bundled photograph in the style of a bundled painting to ``demo.png``. Return the exit code."""
    spec = engine_spec(options)
    installing.install([], spec, None, reporter)
    photograph = CLONE / "docs" / "samples" / "chelsea.jpg"
    painting = CLONE / "nst_core" / "studio" / "paintings" / "road_to_tarascon.jpg"
    output = Path.cwd() / "demo.png"
    began = time.monotonic()
    pictures = [str(photograph), "--style", str(painting), "-o", str(output)]
    code = _run([str(paths.engine_python(spec.engine)), "-I", "-m", "nst_core.cli", "stylize", *pictures], Path.cwd())
    if code == 0:
        reporter.done(f"The picture is {output}; it took {duration(time.monotonic() - began)}.")
    return code


def test(options: argparse.Namespace, reporter: Reporter) -> int:
    """Run all tests, and the checks of code style and types. Other arguments go to pytest. Return the exit code."""
    python = _for_tests(options, reporter)
    reporter.note("Providing the editors that the tests drive")
    _run([str(python), "-m", "tests.hosts.provision"])
    return _run([str(python), "-m", "pytest", *options.arguments])


def bench(options: argparse.Namespace, reporter: Reporter) -> int:
    """Measure speed, memory and quality. Return the exit code."""
    return _run([str(_for_tests(options, reporter)), "-m", "tests.benchmarks", *options.arguments])


def release(work: str, folder: Path, origin: PackageSource, reporter: Reporter) -> int:
    """Build a release (``package``) or the documentation (``site``) in ``folder``. Return the exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        with reporter.busy("Making an environment for the tools"):
            pythons.make_environment(pythons.find_python(), Path(scratch))
        python = str(paths.engine_python(Path(scratch)))
        packages.provide(python, [pinned(origin, "release.txt")], origin, reporter)
        return _run([python, "-m", "release", work, str(folder)], CLONE)


def _for_tests(options: argparse.Namespace, reporter: Reporter) -> Path:
    spec = engine_spec(options)
    installing.install([], spec, None, reporter)
    add_tests(spec, reporter)
    return paths.engine_python(spec.engine)


def add_tests(spec: EngineSpec, reporter: Reporter, lists: Path = LISTS) -> None:
    """Install the packages for the tests into the complete environment."""
    engine, origin = spec.engine, replace(spec.source, requirements=lists)
    plan = {"requirements": digest(origin, *FOR_TESTS)}
    if storage.read(engine, "tests.json") == plan:
        return
    with exclusive(engine.parent / "install.lock"):
        complete = storage.read(engine)
        groups = groups_for_tests(builds.by_tag(str(complete.get("tag", ""))), origin)
        packages.provide(str(paths.engine_python(engine)), groups, origin, reporter)
        files = {**storage.sums(engine), **complete["files"]}
        replace_text(engine / COMPLETE, json.dumps({**complete, "files": files}))
        replace_text(engine / "tests.json", json.dumps(plan))


def groups_for_tests(build: builds.Build, source: PackageSource) -> List[Group]:
    """Return the packages for the tests that the engine does not have."""
    if not build.index:
        return [pinned(source, *FOR_TESTS)]
    return [pinned(source, *FOR_TESTS[:-1]), packages.published(f"torchvision=={TORCHVISION}", build)]


def _run(command: Sequence[str], folder: Path = CLONE) -> int:
    child = subprocess.Popen(command, cwd=str(folder), env=clean_environment())
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # The child gets the signal as well, and handles it.


def _package(options: argparse.Namespace, reporter: Reporter) -> int:
    return release("package", absolute(options.folder or "dist"), PackageSource(requirements=LISTS), reporter)


def _site(options: argparse.Namespace, reporter: Reporter) -> int:
    return release("site", absolute(options.folder or "site"), PackageSource(requirements=LISTS), reporter)


COMMANDS = (
    Command("package", _package, "build all files of a release in the folder dist, or another", ("folder",)),
    Command("site", _site, "build the documentation as a site in the folder site, or another", ("folder",)),
    Command("demo", demo, "paint a bundled picture to demo.png", FOR_ENGINE),
    Command("test", test, "run all tests; further arguments go to pytest", FOR_ENGINE, passes_on=True),
    Command("bench", bench, "run the benchmarks; further arguments go to them", FOR_ENGINE, passes_on=True),
)
