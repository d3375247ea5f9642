"""The packages of the engine: pinned in ``requirements/``, downloaded to a folder of wheels, installed from there.

pip does the work. The folder is kept: a repair needs no network, and on another machine it is the ``DIR`` of
``--from-wheels``. Pinned wheels are compared with their SHA-256 when they are downloaded and again when they are
unpacked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import List, Sequence, Tuple

from ..bridge import paths
from ..job.errors import InstallFailed
from . import pip
from .builds import COMMON, TORCH, Build
from .processes import last_line
from .reporting import Reporter
from .storage import mark, require_marked

REQUIREMENTS = Path(__file__).parent / "requirements"


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


def for_engine(build: Build, source: PackageSource) -> List[Group]:
    """The packages that the engine needs with this build of torch; the first brings pip up to date."""
    # Without --no-deps, so that pip uninstalls the pip of the new environment first.
    pip_itself = [] if source.folder else [replace(pinned(source, "pip.txt"), options=("--require-hashes",))]
    if build.index:
        return [*pip_itself, pinned(source, "common.txt"), published(f"torch=={TORCH}", build)]
    cuda = ["cuda.txt"] if build == COMMON else []
    return [*pip_itself, pinned(source, "common.txt", "torch.txt", *cuda)]


def pinned(source: PackageSource, *files: str) -> Group:
    """The packages in these files of requirements: exact versions, and the SHA-256 of each of their files.

    A package in several files is pinned to the same version there.
    """
    text = "\n".join((source.requirements / name).read_text(encoding="utf-8") for name in files)
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
    return Group(tuple(dict.fromkeys(lines)), ("--require-hashes", "--no-deps"))


def published(requirement: str, build: Build) -> Group:
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
        # Files that an interrupted run left are written over. Modules are compiled when they are first used.
        again = ["--ignore-installed"] if "--no-deps" in group.options else []
        options = [*_offline(folder), "--no-compile", "--no-warn-script-location", *again, *group.options]
        with reporter.busy(f"Installing {_title(group.wanted)}", detail=last_line):
            pip.run(python, "install", group.wanted, options, {})


def _title(wanted: Sequence[str]) -> str:
    return f"{len(wanted)} packages" if len(wanted) > 1 else re.split("[=+]", wanted[0])[0]


def _offline(folder: Path) -> List[str]:
    return ["--only-binary", ":all:", "--no-index", "--find-links", str(folder)]


def _downloads() -> Path:
    """The folder for downloaded wheels. Raises InstallFailed if the user made a folder of that name."""
    folder = paths.cache_folder() / "packages"
    require_marked([folder])
    return mark(folder)


def _is_downloaded(python: str, group: Group, folder: Path, reporter: Reporter) -> bool:
    if not any(folder.glob("*.whl")):
        return False
    with reporter.busy(f"Looking for {_title(group.wanted)} in {folder}"):
        try:
            pip.run(python, "download", group.wanted, [*_offline(folder), "--dest", str(folder), *group.options], {})
        except InstallFailed:
            return False
    return True


def _download(python: str, group: Group, folder: Path, reporter: Reporter) -> None:
    """Fetch each package in a run of pip of its own: an interrupted download continues with the next package."""
    found = pip.settings(python)
    index = ["--index-url", group.index] if group.index else []
    options = ["--only-binary", ":all:", "--dest", str(folder), *index, *group.options]
    for number, wanted in enumerate(group.wanted):
        with reporter.busy(f"Downloading {_title([wanted])}", number, len(group.wanted), last_line):
            pip.run(python, "download", [wanted], options, pip.transport(found) if group.index else found)
