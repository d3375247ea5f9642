"""Builds the engine's environment beside the current one, checks it with a real picture, and then swaps it in.

``complete.json`` is written last. An environment without it, or with other files than it lists, is broken and is built
again. An interrupted installation continues from the downloaded packages. A complete environment that was not yet
swapped in is not built a second time.
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
    """The description of an engine: folder, device (:data:`builds.DEVICES`) and ``source`` of packages.

    A ``portable`` engine has its Python in the home folder, so that a sandboxed editor can start it.
    """

    device: str = "auto"
    source: PackageSource = field(default_factory=PackageSource)
    portable: bool = False
    engine: Path = field(default_factory=paths.engine_folder)


def ensure(spec: EngineSpec, check: Callable[[Path], None], reporter: Reporter) -> Path:
    """Build or repair the environment if needed, and return its interpreter.

    ``check`` gets the interpreter of a new environment, and raises if it does not work. Raises InstallFailed: then
    the current environment is unchanged.
    """
    engine = spec.engine
    manifest.note_own_folders()
    with storage.exclusive(storage.make_private(engine.parent) / "install.lock"):
        storage.require_marked([engine])
        storage.restore(engine)
        discard_old(engine, reporter)
        if not is_intact(engine, spec, reporter):
            if not is_intact(new(engine), spec, reporter):
                _build(spec, check, reporter)
            storage.swap_in(engine)
            discard_old(engine, reporter)
        _discard_new(engine, reporter)  # an interrupted update may have left it
    return paths.engine_python(engine)


def is_intact(engine: Path, spec: EngineSpec, reporter: Reporter) -> bool:
    """Return True if ``engine`` fits ``spec`` and none of its files is missing or changed."""
    if not is_current(engine, spec):
        return False
    with reporter.busy("Verifying the installed files"):
        return not storage.altered(engine)


def is_current(engine: Path, spec: EngineSpec) -> bool:
    """Return True if ``engine`` is complete, starts, and fits ``spec`` in its versions and its device."""
    complete = storage.read(engine)
    if complete.get("packages") != requirements_of(spec.source) or (spec.portable and not complete["portable"]):
        return False
    # If the machine has a new GPU, the engine must use it. A GPU that is not visible now changes nothing.
    suits = complete["asked"] != "auto" or builds.detect() in ("cpu", complete.get("device"))
    if spec.device != "auto":
        suits = spec.device in (complete["asked"], complete["build"])
    return suits and _version(paths.engine_python(engine)) == complete["version"]


def _build(spec: EngineSpec, check: Callable[[Path], None], reporter: Reporter) -> None:
    engine, staging = spec.engine, new(spec.engine)
    _require_programs(engine.parent)  # before the download
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
    """Let the environment ``engine`` import the code beside it, and add the command ``nst``."""
    # Relative, because the environment is renamed after it is built.
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
    """Return the folder of the packages in the environment ``engine``."""
    return next(iter([*engine.glob("lib/python3*/site-packages"), engine / "Lib" / "site-packages"]))


def command_path(engine: Path) -> Path:
    """Return the path of ``nst`` in the environment ``engine``."""
    return paths.engine_python(engine).with_name("nst.cmd" if os.name == "nt" else "nst")


def requirements_of(origin: PackageSource) -> str:
    """Return a short text that changes when the versions of the engine's packages change."""
    return digest(origin, "common.txt", "torch.txt", "cuda.txt")


def digest(origin: PackageSource, *files: str) -> str:
    """Return the SHA-256 of these files of requirements."""
    return hashlib.sha256(b"\0".join((origin.requirements / name).read_bytes() for name in files)).hexdigest()


def _version(python: Path) -> List[int]:
    """Return the version (major, minor) of the interpreter ``python``. Empty: it does not start."""
    answer = output_of([str(python), "-I", "-c", "import sys; print(*sys.version_info[:2])"])
    return [int(part) for part in answer.split()]
