"""What the engine is made of: pinned in ``requirements/``, chosen for this machine by pip, fetched by ``downloads``.

pip says which file of each pinned version fits, and unpacks the files at the end without a network. In between, files
of up to several hundred megabytes arrive by downloads that resume across runs, which pip's own do not.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Dict, List, Sequence
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from ..bridge import paths
from ..job.errors import InstallFailed
from . import pip
from .builds import TORCH, TORCHVISION, Build
from .downloads import Refused, fetch, is_whole, remote_size, sum_of
from .processes import log_end
from .reporting import Reporter, Tally, size
from .storage import make_private

REQUIREMENTS = Path(__file__).parent / "requirements"
_SUM = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Source:
    """Where wheels come from: pip's index and those it is told of, or with ``folder`` that folder alone."""

    folder: str = ""
    requirements: Path = REQUIREMENTS

    def options(self, index: str = "") -> List[str]:
        """pip's arguments for it; ``index`` is one more index to look at."""
        if self.folder:
            return ["--no-index", "--find-links", str(Path(self.folder).resolve())]
        return ["--extra-index-url", index] if index else []


@dataclass(frozen=True)
class Wheel:
    """One file to install: the package's name, its address, its SHA-256."""

    name: str
    url: str
    sha256: str

    @property
    def is_local(self) -> bool:
        """Whether it lies on this machine already."""
        return self.url.startswith("file:")

    @property
    def file(self) -> Path:
        """Where it lies, or will lie once downloaded."""
        _, server, path, *_ = urlsplit(self.url)
        if self.is_local:
            # A share of Windows (\\server\share) has its server where the addresses of other files have nothing.
            return Path(url2pathname(f"//{server}{path}" if server else path))
        return paths.cache_folder() / "wheels" / unquote(path).rsplit("/", 1)[-1]


def for_engine(python: str, build: Build, source: Source, reporter: Reporter) -> List[Wheel]:
    """What the engine needs with this build of torch."""
    if not build.index:
        return _pinned(python, ("common.txt", "torch.txt"), source, reporter)
    common = _pinned(python, ("common.txt",), source, reporter)
    names = {wheel.name for wheel in common}
    published = _published(python, f"torch=={TORCH}", build, source, reporter)
    return common + [wheel for wheel in published if wheel.name not in names]


def for_tests(python: str, build: Build, source: Source, reporter: Reporter) -> List[Wheel]:
    """What the tests need on top of it."""
    if not build.index:
        return _pinned(python, ("tests.txt", "torchvision.txt"), source, reporter)
    published = _published(python, f"torchvision=={TORCHVISION}", build, source, reporter)
    vision = [wheel for wheel in published if wheel.name == "torchvision"]
    return _pinned(python, ("tests.txt",), source, reporter) + vision


def _pinned(python: str, files: Sequence[str], source: Source, reporter: Reporter) -> List[Wheel]:
    lists = [(source.requirements / name).read_text(encoding="utf-8") for name in files]
    # Told of the sums, pip would download every file in full to verify it; that is done here, by `downloads`.
    lines = [line for text in lists for line in _SUM.sub("", text).replace("\\\n", "").splitlines()]
    wanted = [line for line in lines if line and not line.startswith("#")]
    wheels = _resolve(python, wanted, ["--no-deps", *source.options()], reporter)
    allowed = {found for text in lists for found in _SUM.findall(text)}
    strange = ", ".join(wheel.name for wheel in wheels if wheel.sha256 not in allowed)
    if strange:
        raise InstallFailed(
            f"Other files than the published ones are offered for {strange}.",
            "Look at which package index pip is set to (`pip config list`), then try again.",
        )
    return wheels


def _published(python: str, requirement: str, build: Build, source: Source, reporter: Reporter) -> List[Wheel]:
    # The local part of the version (+cpu) keeps every other index from answering.
    dependencies = ["--no-deps"] if build.complete else []
    options = [*dependencies, *source.options(build.index)]
    return _resolve(python, [f"{requirement}+{build.tag}"], options, reporter)


def _resolve(python: str, wanted: Sequence[str], options: Sequence[str], reporter: Reporter) -> List[Wheel]:
    text = "Finding the packages that fit this machine"
    reporter.stage(text)
    with reporter.watching(text, partial(pip.looked_at, log_end()), len(wanted), "packages"):
        wheels = [_wheel(item) for item in pip.resolve(python, wanted, options)]
    local = [wheel.file for wheel in wheels if wheel.is_local]
    if local:
        reporter.stage("Verifying the packages")
    tally = Tally(reporter, sum(file.stat().st_size for file in local))
    return [replace(wheel, sha256=_sum(wheel, tally)) if wheel.is_local else wheel for wheel in wheels]


def _sum(wheel: Wheel, tally: Tally) -> str:
    return sum_of(wheel.file, partial(tally.add, wheel.name))


def _wheel(item: Dict[str, Any]) -> Wheel:
    origin = item["download_info"]
    name = re.sub(r"[-_.]+", "-", item["metadata"]["name"]).lower()
    sha256 = origin.get("archive_info", {}).get("hashes", {}).get("sha256", "")
    wheel = Wheel(name, origin["url"], sha256)
    if not sha256 and not wheel.is_local:
        raise InstallFailed(f"The package index publishes no SHA-256 for {name}.", "Set pip to an index that does.")
    return wheel


def download(python: str, wheels: Sequence[Wheel], reporter: Reporter) -> None:
    """Bring all ``wheels`` onto this machine; what is there already is not fetched again.

    Raises InstallFailed if they do not come, OSError if the disk is full.
    """
    missing = _missing([wheel for wheel in wheels if not wheel.is_local], reporter)
    if not missing:
        return
    folder = make_private(paths.cache_folder() / "wheels")
    lengths = _lengths(missing, reporter)
    behind, total = 0, sum(lengths)
    reporter.stage(f"Downloading {len(missing)} packages ({size(total)}) to {folder}")
    for wheel, length in zip(missing, lengths):
        try:
            fetch(wheel.url, wheel.file, wheel.sha256, partial(_tell, reporter, wheel.name, behind, total))
        except Refused:
            # pip knows the passwords and certificates that it is set to.
            with reporter.watching(wheel.name, partial(_by_pip, python, wheel, behind), total):
                pip.download(python, wheel.url, wheel.sha256, folder)
        come = wheel.file.stat().st_size
        behind, total = behind + come, total + come - length  # The server may not have told the length.
        reporter.progress(wheel.name, behind, total)


def _lengths(wheels: Sequence[Wheel], reporter: Reporter) -> List[int]:
    reporter.stage(f"Asking for the sizes of {len(wheels)} packages")
    tally = Tally(reporter, len(wheels), "packages")
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(partial(_length, tally), wheels))


def _length(tally: Tally, wheel: Wheel) -> int:
    length = remote_size(wheel.url)
    tally.add(wheel.name)
    return length


def _by_pip(python: str, wheel: Wheel, behind: int) -> int:
    underway = pip.downloaded(python)
    return behind + max(underway, wheel.file.stat().st_size if wheel.file.exists() else 0)


def _missing(wheels: Sequence[Wheel], reporter: Reporter) -> List[Wheel]:
    sizes = [wheel.file.stat().st_size if wheel.file.exists() else 0 for wheel in wheels]
    if any(sizes):
        reporter.stage("Verifying what is downloaded already")
    tally = Tally(reporter, sum(sizes))
    return [wheel for wheel in wheels if not is_whole(wheel.file, wheel.sha256, partial(tally.add, wheel.name))]


def _tell(reporter: Reporter, name: str, behind: int, total: int, have: int) -> None:
    reporter.progress(name, behind + have, total)
