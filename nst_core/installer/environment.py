"""The engine's environment: built beside the one in use, checked by a real picture, then swapped in.

``complete.json`` is written last: an environment without it, or with other files than it lists, counts as broken and is
built again. An interrupted installation continues from the packages that are downloaded already; an environment that
only had to take its place is not built a second time.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, List

from ..bridge import paths
from ..bridge.files import replace_text
from ..job.errors import InstallFailed
from . import builds, manifest, packages, pythons, storage
from .packages import PackageSource
from .plugins import CODE
from .processes import output_of
from .removing import discard_old
from .reporting import Reporter
from .storage import COMPLETE, new


@dataclass(frozen=True)
class EngineSpec:
    """Which engine is wanted: in the folder ``engine``, for a device (:data:`builds.DEVICES`), from ``source``.

    A ``portable`` engine runs on a Python that lies in the home folder, so that a sandboxed editor can start it.
    """

    device: str = "auto"
    source: PackageSource = field(default_factory=PackageSource)
    portable: bool = False
    engine: Path = field(default_factory=paths.engine_folder)


def ensure(spec: EngineSpec, check: Callable[[Path], None], reporter: Reporter) -> Path:
    """The interpreter of a complete environment; builds or repairs it as needed.

    ``check`` gets the interpreter of a new environment and raises if it does not work. Raises InstallFailed; the
    environment that was there is then unchanged.
    """
    engine = spec.engine
    manifest.note_own_folders()
    with storage.exclusive(storage.make_private(engine.parent) / "install.lock"):
        storage.require_marked([engine])
        storage.bring_back(engine)
        discard_old(engine, reporter)
        if not is_whole(engine, spec, reporter):
            if not is_whole(new(engine), spec, reporter):
                _build(spec, check, reporter)
            storage.swap_in(engine)
            discard_old(engine, reporter)
        _discard_new(engine, reporter)  # left over from an interrupted update
    return paths.engine_python(engine)


def is_whole(engine: Path, spec: EngineSpec, reporter: Reporter) -> bool:
    """Whether ``engine`` is the one that is wanted, and no file of it is lost or changed."""
    if not is_current(engine, spec):
        return False
    with reporter.busy("Verifying the installed files"):
        return not storage.altered(engine)


def is_current(engine: Path, spec: EngineSpec) -> bool:
    """Whether ``engine`` is complete, starts, and is of the pinned versions and for the device that is wanted."""
    complete = storage.read(engine)
    if complete.get("packages") != requirements_of(spec.source) or (spec.portable and not complete["portable"]):
        return False
    # A GPU that was added since is wanted; one that can't be seen at the moment changes nothing.
    suits = complete["asked"] != "auto" or builds.detect() in ("cpu", complete.get("device"))
    if spec.device != "auto":
        suits = spec.device in (complete["asked"], complete["build"])
    return suits and _version(paths.engine_python(engine)) == complete["version"]


def _build(spec: EngineSpec, check: Callable[[Path], None], reporter: Reporter) -> None:
    engine, staging = spec.engine, new(spec.engine)
    _require_programs(engine.parent)  # before anything is downloaded
    state = "" if not engine.exists() else " (the one there is incomplete, damaged or of another version)"
    reporter.note(f"Building the engine in {engine}{state}.")
    with reporter.busy("Looking at this machine's hardware"):
        folder = spec.source.folder
        build = builds.in_folder(folder) if folder else builds.choose(spec.device, reporter)
    base = pythons.portable_python(engine.parent, reporter) if spec.portable else pythons.find_python()
    _discard_new(engine, reporter)
    with reporter.busy(f"Making an environment with {base}"):
        pythons.make_environment(base, storage.mark(staging))
    python = paths.engine_python(staging)
    packages.provide(str(python), packages.for_engine(build, spec.source), spec.source, reporter)
    connect(staging)
    with reporter.busy("Checking the engine with a small picture"):
        check(python)
    complete = {
        "packages": requirements_of(spec.source),
        "build": build.name,
        "tag": build.tag,
        "portable": spec.portable,
        "asked": spec.device,
        "device": builds.detect(),
        "version": _version(python),
        "files": storage.sums(staging),
    }
    replace_text(staging / COMPLETE, json.dumps(complete))


def _require_programs(folder: Path) -> None:
    if sys.platform != "win32" and os.statvfs(folder).f_flag & getattr(os, "ST_NOEXEC", 0):
        raise InstallFailed(
            f"The drive of {folder} runs no programs, but the engine is one.",
            "Run `python3 install.py --prefix DIR`, where DIR is a folder on another drive.",
        )


def _discard_new(engine: Path, reporter: Reporter) -> None:
    if new(engine).exists():
        with reporter.busy("Removing an engine that was never completed"):
            storage.remove(new(engine))


def connect(engine: Path) -> None:
    """Let the environment ``engine`` import the code that is placed beside it, and give it the command ``nst``."""
    # Relative, because the environment is renamed once it is built.
    code = os.path.relpath(engine.parent / CODE, site_packages(engine))
    (site_packages(engine) / "neural_style.pth").write_text(f"{code}\n", encoding="utf-8")
    if os.name == "nt":
        text = '@"%~dp0python.exe" -I -m nst_core.cli %*\n'
    else:
        here = '"$(dirname "$(realpath "$0")")"'
        text = f'#!/bin/sh\nexec {here}/python -I -m nst_core.cli "$@"\n'
    command_path(engine).write_text(text, encoding="utf-8")
    storage.make_executable(command_path(engine))


def site_packages(engine: Path) -> Path:
    """Where the environment ``engine`` keeps its packages."""
    return next(iter([*engine.glob("lib/python3*/site-packages"), engine / "Lib" / "site-packages"]))


def command_path(engine: Path) -> Path:
    """Where ``nst`` is in the environment ``engine``."""
    return paths.engine_python(engine).with_name("nst.cmd" if os.name == "nt" else "nst")


def requirements_of(origin: PackageSource) -> str:
    """A short text that changes with the versions of the engine's packages."""
    return digest(origin, "common.txt", "torch.txt", "cuda.txt")


def digest(origin: PackageSource, *files: str) -> str:
    """The SHA-256 of these files of requirements."""
    return hashlib.sha256(b"\0".join((origin.requirements / name).read_bytes() for name in files)).hexdigest()


def _version(python: Path) -> List[int]:
    """The version (major, minor) of the interpreter ``python``; empty if it does not start."""
    answer = output_of([str(python), "-I", "-c", "import sys; print(*sys.version_info[:2])"])
    return [int(part) for part in answer.split()]
