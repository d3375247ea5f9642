"""The packages of the engine: pinned in ``requirements/``, downloaded to a folder of wheels, installed from there.

pip does the work. A download follows the user's settings of pip: index, mirrors, proxies, certificates. Installing
follows none of them, because they may also say where packages go, or that nothing is installed.

The folder is kept: a repair needs no network, and on another machine it is the ``DIR`` of ``--from-wheels``. Pinned
wheels are compared with their SHA-256 when they are downloaded and again when they are unpacked.
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
#: The advice after a failure, by a pattern in the output of pip. The first that fits counts.
_REMEDIES = (
    ("No space left on device", f"Make room there, {_REPEAT}"),
    ("DO NOT MATCH THE HASHES", _INDEX),
    ("CERTIFICATE_VERIFY_FAILED|Proxy Authentication|ProxyError|[^0-9]40[13] ", "Correct the settings of pip."),
    ("Retrying|[Cc]onnection|timed out|[Ii]ncomplete|Max retries|[^0-9]50[0-4] ", f"Check the network, {_REPEAT}"),
    ("No matching distribution", _INDEX),
)


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
    pip_itself = [] if source.folder else [pinned(source, "pip.txt")]
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
    """One package of pytorch.org's index, and where ``build`` is not complete the packages that it requires."""
    return Group((f"{requirement}+{build.tag}",), ("--no-deps",) if build.complete else (), build.index)


def provide(python: str, groups: List[Group], source: PackageSource, reporter: Reporter) -> None:
    """Install ``groups`` into the environment of ``python``; packages that were downloaded before are reused.

    Raises InstallFailed.
    """
    folder = Path(source.folder).resolve() if source.folder else paths.cache_folder() / "packages"
    if not source.folder:
        require_marked([folder])
        mark(folder)
    # No setting of the user counts; modules are compiled when they are first used.
    options = ["--isolated", "--no-index", "--find-links", str(folder), "--no-compile", "--no-warn-script-location"]

    def install(group: Group) -> None:
        with reporter.busy(f"Installing {_title(group.wanted)}", detail=last_line):
            _pip(python, "install", group.wanted, [*options, *group.options], {"PIP_CONFIG_FILE": os.devnull})

    for group in groups:
        try:
            install(group)
        except InstallFailed:  # Not all of it was downloaded before.
            if source.folder:
                raise
            _download(python, group, folder, reporter)
            install(group)


def _title(wanted: Sequence[str]) -> str:
    return f"{len(wanted)} packages" if len(wanted) > 1 else re.split("[=+]", wanted[0])[0]


def _download(python: str, group: Group, folder: Path, reporter: Reporter) -> None:
    """Fetch each package in a run of pip of its own: an interrupted download continues with the next package."""
    # Settings that say which packages are fetched, and how they are checked, are for other environments.
    settings = {"PIP_CONSTRAINT": os.devnull, "PIP_NO_DEPS": "0", "PIP_REQUIRE_HASHES": "0"}
    if group.index:
        # Nothing is looked for elsewhere: another index could offer a package of the same name.
        settings.update(PIP_INDEX_URL=group.index, PIP_EXTRA_INDEX_URL=group.index)
        settings.update(PIP_FIND_LINKS=os.devnull, PIP_NO_INDEX="0")
    for number, wanted in enumerate(group.wanted):
        with reporter.busy(f"Downloading {_title([wanted])}", number, len(group.wanted), last_line):
            _pip(python, "download", [wanted], ["--dest", str(folder), *group.options], settings)


def _pip(python: str, command: str, wanted: Sequence[str], options: Sequence[str], settings: Mapping[str, str]) -> None:
    """Run ``download`` or ``install`` for the requirements ``wanted``; ``settings`` overrule those of the user.

    Raises InstallFailed.
    """
    temporary = Path(python).parents[1] / "tmp"  # in the environment, so on its drive, and removed with it
    remove(temporary)  # of a run that was killed
    requirements = make_private(temporary) / "requirements.txt"
    requirements.write_text("\n".join(wanted), encoding="utf-8")
    common = ["--disable-pip-version-check", "--no-input", "--no-cache-dir", "--progress-bar", "off"]
    line = module_command(python, "pip", command, *common, *options, "--only-binary", ":all:", "-r", str(requirements))
    environment = {**clean_environment(), "TMPDIR": str(temporary), **settings}
    try:
        run_logged(line, f"pip {command} of {_title(wanted)}", _remedy, environment)
    finally:
        with contextlib.suppress(OSError):  # The result of pip counts; the next run removes it.
            remove(temporary)


def _remedy(output: str) -> str:
    return next((remedy for pattern, remedy in _REMEDIES if re.search(pattern, output)), "")
