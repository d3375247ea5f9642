"""Whether an engine can live on a drive: asked before gigabytes are fetched for one that could never start there."""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path
from typing import Sequence

from ..job.errors import InstallFailed
from .processes import clean_environment
from .storage import make_executable, make_private, remove

_ELSEWHERE = "Run `python3 install.py --prefix DIR`, where DIR is a folder on another drive."
# As deep as torch's files lie in ``engine.new``: their folders, and the file.
_DEEPEST = ("d" * 100, "f" * 55)


def require(folder: Path) -> None:
    """Raise InstallFailed unless an engine's environment can live in ``folder``."""
    probe = folder / "probe"
    remove(probe)  # of a run that was killed
    make_private(probe)
    try:
        if not _has_long_names(probe):
            raise InstallFailed(
                f"Windows allows no names as long as an engine's files would have in {folder}.",
                "Choose a folder with a shorter name by `--prefix`.",
            )
        if os.name == "nt":
            return  # An environment is made of files there, and every drive starts programs.
        if not _follows_links(probe):
            raise InstallFailed(
                f"The drive of {folder} knows no links to other drives, which an engine has.", _ELSEWHERE
            )
        if not _runs_programs(probe):
            raise InstallFailed(f"The drive of {folder} lets no programs run, as an engine has to.", _ELSEWHERE)
    finally:
        remove(probe)


def _has_long_names(probe: Path) -> bool:
    try:
        make_private(probe.joinpath(*_DEEPEST[:-1])).joinpath(_DEEPEST[-1]).touch()
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENAMETOOLONG, errno.EINVAL):
            return False
        raise
    return True


def _follows_links(probe: Path) -> bool:
    # Some drives refuse to make a link, such as those formatted exFAT; others to follow it, such as those of sshfs.
    link = probe / "sh"
    try:
        link.symlink_to("/bin/sh")
    except OSError:
        return False
    return _runs([str(link), "-c", ":"])


def _runs_programs(probe: Path) -> bool:
    program = probe / "program"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    try:
        make_executable(program)
    except PermissionError:
        return False
    return _runs([str(program)])


def _runs(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, env=clean_environment(), check=False).returncode == 0
    except OSError:
        return False
