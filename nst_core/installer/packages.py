"""Installs the pinned packages of the engine: pip downloads wheels to a folder, and installs from there.

A download follows the user's settings of pip: index, mirrors, proxies, certificates. An installation ignores them,
because they could change the target folder, or forbid the installation.

The folder of wheels is kept, so a repair needs no network. On another machine, it can be the ``DIR`` of
``--from-wheels``. pip checks the SHA-256 of pinned wheels at the download and again at the installation.
"""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import List, Mapping, Sequence, Tuple

from ..bridge import paths
from ..job.errors import InstallFailed
from .builds import COMMON, TORCH, Build
from .processes import clean_environment, last_line, module_command, run_logged
from .reporting import Reporter
from .storage import make_private, mark, remove, require_marked

REQUIREMENTS = Path(__file__).parent / "requirements"
_REPEAT = "then run the same command again: it continues."
_INDEX = "Use a package index (`pip config list` shows yours) or a folder of wheels that has the published files."
#: The advice after a failure, by a pattern in the output of pip. The first match is used.
_REMEDIES = (
    ("No space left on device", f"Make room there, {_REPEAT}"),
    ("DO NOT MATCH THE HASHES", _INDEX),
    ("CERTIFICATE_VERIFY_FAILED|Proxy Authentication|ProxyError|[^0-9]40[13] ", "Correct the settings of pip."),
    ("Retrying|[Cc]onnection|timed out|[Ii]ncomplete|Max retries|[^0-9]50[0-4] ", f"Check the network, {_REPEAT}"),
    ("No matching distribution", _INDEX),
)


@dataclass(frozen=True)
class PackageSource:
    """The source of packages: the index in the settings of pip or, with ``folder``, only this folder of wheels."""

    folder: str = ""
    requirements: Path = REQUIREMENTS


@dataclass(frozen=True)
class Group:
    """Packages that are installed together. ``wanted`` has one requirement for each package.

    ``options`` are options of pip. ``index`` is the only index for the packages; empty: the settings of pip decide.
    """

    wanted: Tuple[str, ...]
    options: Tuple[str, ...]
    index: str = ""


def for_engine(build: Build, source: PackageSource) -> List[Group]:
    """Return the packages of the engine with this build of torch. The first group updates pip."""
    pip_itself = [] if source.folder else [pinned(source, "pip.txt")]
    if build.index:
        return [*pip_itself, pinned(source, "common.txt"), published(f"torch=={TORCH}", build)]
    cuda = ["cuda.txt"] if build == COMMON else []
    return [*pip_itself, pinned(source, "common.txt", "torch.txt", *cuda)]


def pinned(source: PackageSource, *files: str) -> Group:
    """Return the packages in these files of requirements, with exact versions and the SHA-256 of each file.

    A package in several files has the same version in each.
    """
    text = "\n".join((source.requirements / name).read_text(encoding="utf-8") for name in files)
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
    return Group(tuple(dict.fromkeys(lines)), ("--require-hashes", "--no-deps"))


def published(requirement: str, build: Build) -> Group:
    """Return one package of pytorch.org's index.

    If ``build`` is not complete, the group also gets the packages that it requires.
    """
    return Group((f"{requirement}+{build.tag}",), ("--no-deps",) if build.complete else (), build.index)


def provide(python: str, groups: List[Group], source: PackageSource, reporter: Reporter) -> None:
    """Install ``groups`` into the environment of ``python``. Downloaded packages are reused.

    Raises InstallFailed.
    """
    folder = Path(source.folder).resolve() if source.folder else paths.cache_folder() / "packages"
    if not source.folder:
        require_marked([folder])
        mark(folder)
    # The user's settings are ignored. Modules are compiled later, at their first use.
    options = ["--isolated", "--no-index", "--find-links", str(folder), "--no-compile", "--no-warn-script-location"]

    def install(group: Group) -> None:
        with reporter.busy(f"Installing {_title(group.wanted)}", detail=last_line):
            _pip(python, "install", group.wanted, [*options, *group.options], {"PIP_CONFIG_FILE": os.devnull})

    for group in groups:
        try:
            install(group)
        except InstallFailed:  # Some packages are not downloaded yet.
            if source.folder:
                raise
            _download(python, group, folder, reporter)
            install(group)


def _title(wanted: Sequence[str]) -> str:
    return f"{len(wanted)} packages" if len(wanted) > 1 else re.split("[=+]", wanted[0])[0]


def _download(python: str, group: Group, folder: Path, reporter: Reporter) -> None:
    """Download each package with a separate run of pip. After an interruption, the download continues."""
    # The user's settings for the choice and the check of packages are meant for other environments.
    settings = {"PIP_PYTHON": python, "PIP_CONSTRAINT": os.devnull, "PIP_NO_DEPS": "0", "PIP_REQUIRE_HASHES": "0"}
    if group.index:
        # Only this index is used: another index could offer a package with the same name.
        settings.update(PIP_INDEX_URL=group.index, PIP_EXTRA_INDEX_URL=group.index)
        settings.update(PIP_FIND_LINKS=os.devnull, PIP_NO_INDEX="0")
    for number, wanted in enumerate(group.wanted):
        with reporter.busy(f"Downloading {_title([wanted])}", number, len(group.wanted), last_line):
            _pip(python, "download", [wanted], ["--dest", str(folder), *group.options], settings)


def _pip(python: str, command: str, wanted: Sequence[str], options: Sequence[str], settings: Mapping[str, str]) -> None:
    """Run ``download`` or ``install`` for the requirements ``wanted``. ``settings`` replace the user's settings.

    Raises InstallFailed.
    """
    temporary = Path(python).parents[1] / "tmp"  # inside the environment: on the same drive, and removed with it
    remove(temporary)  # a killed run may have left it
    requirements = make_private(temporary) / "requirements.txt"
    requirements.write_text("\n".join(wanted), encoding="utf-8")
    common = ["--disable-pip-version-check", "--no-input", "--no-cache-dir", "--progress-bar", "off"]
    line = module_command(python, "pip", command, *common, *options, "--only-binary", ":all:", "-r", str(requirements))
    environment = {**clean_environment(), "TMPDIR": str(temporary), **settings}
    try:
        run_logged(line, f"pip {command} of {_title(wanted)}", _remedy, environment)
    finally:
        with contextlib.suppress(OSError):  # A failed removal does not matter: the next run removes the folder.
            remove(temporary)


def _remedy(output: str) -> str:
    return next((remedy for pattern, remedy in _REMEDIES if re.search(pattern, output)), "")
