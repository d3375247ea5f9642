"""The packages of the engine: pinned in ``requirements/``, downloaded to a folder of wheels, installed from there.

pip does the work. The folder is kept: a repair needs no network, and on another machine it is the ``DIR`` of
``--from-wheels``. Pinned wheels are compared with their SHA-256 when they are downloaded and again when they are
unpacked.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import List, Sequence, Tuple

from ..bridge import paths
from ..job.errors import InstallFailed
from . import pip
from .builds import TORCH, TORCHVISION, Build
from .reporting import Reporter, size
from .source import site_packages
from .storage import MARK, mark, require_marked

REQUIREMENTS = Path(__file__).parent / "requirements"
#: What the tests need: besides their own tools those that build a release and the site.
FOR_TESTS = ("tests.txt", "release.txt", "torchvision.txt")


@dataclass(frozen=True)
class PackageSource:
    """Where packages come from: the index that pip is set to or, with ``folder``, that folder of wheels alone."""

    folder: str = ""
    requirements: Path = REQUIREMENTS


@dataclass(frozen=True)
class Group:
    """Packages that are installed together: ``wanted`` has the text of one requirement for each.

    ``options`` are pip's. ``index`` is the only index that they come from; empty: those that pip is set to.
    """

    wanted: Tuple[str, ...]
    options: Tuple[str, ...]
    index: str = ""

    def __str__(self) -> str:
        return f"{len(self.wanted)} packages" if len(self.wanted) > 1 else self.wanted[0].split("==")[0]


def for_engine(build: Build, source: PackageSource) -> List[Group]:
    """The packages that the engine needs with this build of torch; the first brings pip up to date."""
    # Without --no-deps, so that pip uninstalls the pip of the new environment first.
    pip_itself = [] if source.folder else [replace(pinned(source, "pip.txt"), options=("--require-hashes",))]
    if not build.index:
        return [*pip_itself, pinned(source, "common.txt", "torch.txt")]
    return [*pip_itself, pinned(source, "common.txt"), _published(f"torch=={TORCH}", build)]


def for_tests(build: Build, source: PackageSource) -> List[Group]:
    """The packages that the tests need beyond those of the engine."""
    if not build.index:
        return [pinned(source, *FOR_TESTS)]
    return [pinned(source, *FOR_TESTS[:-1]), _published(f"torchvision=={TORCHVISION}", build)]


def pinned(source: PackageSource, *files: str) -> Group:
    """The packages in these files of requirements: exact versions, and the SHA-256 of each of their files.

    A package in several files is pinned to the same version there.
    """
    text = "\n".join((source.requirements / name).read_text(encoding="utf-8") for name in files)
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
    return Group(tuple(dict.fromkeys(lines)), ("--require-hashes", "--no-deps"))


def _published(requirement: str, build: Build) -> Group:
    """One package of pytorch.org's index, and where ``build`` is not complete the packages that it requires.

    Nothing is looked for elsewhere: another index could offer a package of the same name.
    """
    return Group((f"{requirement}+{build.tag}",), ("--no-deps",) if build.complete else (), build.index)


def provide(python: str, groups: List[Group], source: PackageSource, reporter: Reporter) -> None:
    """Install ``groups`` into the environment of ``python``; packages that were downloaded before are reused.

    Raises InstallFailed.
    """
    folder = Path(source.folder).resolve() if source.folder else _downloads()
    for group in groups:
        if not source.folder and not _is_downloaded(python, group, folder, reporter):
            _download(python, group, folder, reporter)
        _install(python, group, folder, reporter)


def _downloads() -> Path:
    """The folder for downloaded wheels. Raises InstallFailed if the user made a folder of that name."""
    folder = paths.cache_folder() / "packages"
    require_marked([folder])
    return mark(folder)


def _is_downloaded(python: str, group: Group, folder: Path, reporter: Reporter) -> bool:
    if not any(folder.glob("*.whl")):
        return False
    with reporter.busy(f"Looking for {group} in {folder}"):
        try:
            _fetch(python, group.wanted, group, folder, ["--no-index", "--find-links", str(folder)], {})
        except InstallFailed:
            return False
    return True


def _download(python: str, group: Group, folder: Path, reporter: Reporter) -> None:
    """Fetch each package in a run of pip of its own: an interrupted download continues with the next package."""
    reporter.stage(f"Downloading {group} to {folder}")
    found = pip.settings(python)
    options = ["--index-url", group.index] if group.index else []
    for number, wanted in enumerate(group.wanted):
        with reporter.watching(partial(_arrived, python, wanted, number), len(group.wanted)):
            _fetch(python, [wanted], group, folder, options, pip.transport(found) if group.index else found)
    _report_end(group, reporter)


def _report_end(group: Group, reporter: Reporter) -> None:
    # Packages that are for other systems were counted, but not seen.
    reporter.progress("complete", len(group.wanted), len(group.wanted), "packages")


def _fetch(
    python: str, wanted: Sequence[str], group: Group, folder: Path, options: Sequence[str], found: pip.Settings
) -> None:
    arguments = ["--only-binary", ":all:", "--dest", str(folder), *options, *group.options]
    there = {*folder.glob("*.whl")}
    _note_names(folder, [text.split("==")[0] for text in wanted])
    pip.run(python, "download", wanted, arguments, found)
    _note_names(folder, [wheel.name.split("-")[0] for wheel in folder.glob("*.whl") if wheel not in there])


def _note_names(folder: Path, names: Sequence[str]) -> None:
    """List packages in the mark of the folder of wheels: another wheel there is the user's, and stays."""
    with (folder / MARK).open("a", encoding="utf-8") as file:
        file.writelines(f"{_normalized(name)}\n" for name in names)


def downloaded(folder: Path) -> List[Path]:
    """The wheels in ``folder`` that were downloaded to it."""
    listed = (folder / MARK).read_text(encoding="utf-8", errors="replace").splitlines()
    return [wheel for wheel in folder.glob("*.whl") if _normalized(wheel.name.split("-")[0]) in listed]


def _normalized(name: str) -> str:
    """The ``name`` of a package as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _arrived(python: str, wanted: str, number: int) -> Tuple[str, int]:
    """The package in work with the bytes of it that have arrived, and the number of those before it."""
    arrived = 0
    with contextlib.suppress(OSError):  # pip removes files meanwhile.
        arrived = sum(path.stat().st_size for path in pip.scratch(python).rglob("*"))
    return f"{wanted.split('==')[0]} ({size(arrived)} so far)", number


def _install(python: str, group: Group, folder: Path, reporter: Reporter) -> None:
    reporter.stage(f"Installing {group}")
    site = site_packages(Path(python).parents[1])
    # Files that an interrupted run left are written over. Modules are compiled when they are first used.
    again = ["--ignore-installed"] if "--no-deps" in group.options else []
    options = ["--no-index", "--find-links", str(folder), "--only-binary", ":all:", "--no-compile", *again]
    with reporter.watching(partial(_unpacked, site, _complete(site)), len(group.wanted)):
        pip.run(python, "install", group.wanted, [*options, "--no-warn-script-location", *group.options], {})
    _report_end(group, reporter)


def _unpacked(site: Path, before: int) -> Tuple[str, int]:
    return "unpacking", _complete(site) - before


def _complete(site: Path) -> int:
    """The number of packages in ``site``: pip writes a file INSTALLER for each that it has unpacked."""
    return sum(1 for _ in site.glob("*.dist-info/INSTALLER"))
