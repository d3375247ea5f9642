"""The engine's environment: built beside the one in use, checked by a real picture, then swapped in.

``engine.new`` is where it is built. It remembers its plan and which wheels it holds, so that a run that was cut off is
continued; downloads continue on their own (``downloads``). ``engine/complete.json`` is written last: without it, or if
files are not what they were (``inventory``), the environment counts as broken and is built again from the downloads.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence

from ..bridge import paths
from . import builds, inventory, pip, record, source, wheels
from .builds import Build
from .drives import require
from .processes import clean_environment, module_command, run_logged
from .pythons import find_python, portable_python
from .removing import discard, discard_old
from .reporting import Reporter
from .storage import bring_back, exclusive, make_private, new, remove, swap_in, take_back, write_atomically
from .unpacking import Unpacking, unpacked_size
from .wheels import Source, Wheel

_BATCH = 20_000_000  # bytes of wheels for one run of pip: the unit of progress, and of what is repeated after a cut


@dataclass(frozen=True)
class Wish:
    """What is to be there: an engine in the folder ``engine``, for a device (:data:`builds.DEVICES`), from ``source``.

    A ``portable`` engine runs on a Python that lies in the home folder, so that a sandboxed editor can start it.
    """

    device: str = "auto"
    source: Source = field(default_factory=Source)
    portable: bool = False
    engine: Path = field(default_factory=paths.engine_folder)


def ensure(
    wish: Wish,
    check: Callable[[Path], None],
    reporter: Reporter,
    thorough: bool = False,
    undo: Optional[ExitStack] = None,
) -> Path:
    """The interpreter of a complete environment that runs this code; builds, continues or repairs it as needed.

    ``check`` gets the interpreter of a new environment and raises if it does not work. ``thorough`` compares what is
    installed with its SHA-256 as well. Raises InstallFailed; the environment that was there before is then unchanged.
    ``undo`` is given what brings it back later, too, and keeps it until then as ``storage.old(engine)``.
    """
    engine = wish.engine
    record.note_own_folders()
    with exclusive(make_private(engine.parent) / "install.lock"):
        bring_back(engine)
        discard_old(engine, reporter)
        if not is_current(engine, wish, reporter) or (thorough and inventory.altered(engine, reporter)):
            reporter.note(_what_is_built(engine))
            _build(engine, wish, check, reporter)
            swap_in(engine, keep_old=True)
            if undo is not None:
                undo.callback(take_back, engine)
            else:
                discard_old(engine, reporter)
        # Of an update that was interrupted, and is wanted no more.
        discard([new(engine)], reporter, "Removing an engine that was never completed")
        if undo is not None:
            undo.callback(source.point_to, engine, source.pointed_to(engine))
        source.refresh(engine)
    return paths.engine_python(engine)


def add_tests(wish: Wish, reporter: Reporter) -> None:
    """Add what the tests need to the complete environment."""
    engine, origin = wish.engine, wish.source
    python = str(paths.engine_python(engine))
    marker = engine / "tests.json"
    plan = {"requirements": _digest([origin.requirements / name for name in ("tests.txt", "torchvision.txt")])}
    if _read(marker) == plan:
        return
    with exclusive(engine.parent / "install.lock"):
        remove(engine / "tests.list")
        wanted = wheels.for_tests(python, _recorded_build(engine), origin, reporter)
        wheels.download(python, wanted, reporter)
        _install(engine, wanted, engine / "tests.list", reporter)
        write_atomically(marker, json.dumps(plan))


def is_current(engine: Path, wish: Wish, reporter: Reporter) -> bool:
    """Whether ``engine`` is complete, unharmed, of the pinned versions, and of the device that was asked for."""
    marker = _read(engine / "complete.json")
    if marker.get("requirements") != _requirements(wish.source) or not _is_unharmed(engine, marker, reporter):
        return False
    if wish.portable and not marker.get("portable"):
        return False
    return wish.device in ("auto", marker["asked"], marker["build"])


def _build(engine: Path, wish: Wish, check: Callable[[Path], None], reporter: Reporter) -> None:
    staging = new(engine)
    require(make_private(engine.parent))
    with reporter.busy("Looking at this machine's hardware", 1):
        build = builds.in_folder(wish.source.folder) if wish.source.folder else builds.choose(wish.device, reporter)
    base = portable_python(engine.parent, reporter) if wish.portable else find_python()
    plan = {
        "requirements": _requirements(wish.source),
        "build": build.name,
        "tag": build.tag,
        "base": base,
        "portable": wish.portable,
    }
    _prepare(staging, plan, base, wish.source, reporter)
    python = str(paths.engine_python(staging))
    wanted = wheels.for_engine(python, build, wish.source, reporter)
    wheels.download(python, wanted, reporter)
    _install(staging, wanted, staging / "wheels.list", reporter)
    source.refresh(staging)
    with reporter.busy("Checking the engine with a small picture", 10):
        check(Path(python))
    marker = {**plan, "asked": wish.device, "version": _version(Path(python)), "files": inventory.lengths(staging)}
    write_atomically(staging / "complete.json", json.dumps(marker))


def _prepare(staging: Path, plan: Dict[str, Any], base: str, origin: Source, reporter: Reporter) -> None:
    """An empty environment at ``staging``, or the one that an interrupted run with the same plan left there."""
    if _read(staging / "plan.json") == plan and _version(paths.engine_python(staging)):
        reporter.note("Continuing the installation that was interrupted.")
        return
    discard([staging], reporter, "Removing an engine that was never completed")
    with reporter.busy(f"Making an environment with {base}", 10):
        make_environment(base, staging)
    if not origin.folder:
        purpose = "Updating the environment's pip"
        with reporter.busy(purpose, 6):
            pip.add(str(paths.engine_python(staging)), origin.requirements / "pip.txt", purpose)
    write_atomically(staging / "plan.json", json.dumps(plan))


def make_environment(base: str, folder: Path) -> None:
    """A virtual environment of the interpreter ``base``, with pip."""
    run_logged(module_command(base, "venv", str(folder)), "Making the environment")


def _install(engine: Path, wanted: Sequence[Wheel], done_list: Path, reporter: Reporter) -> None:
    done = done_list.read_text(encoding="utf-8").split("\n") if done_list.exists() else []
    missing = [wheel.file for wheel in wanted if wheel.file.name not in done]
    reporter.stage(f"Installing {len(missing)} packages")
    behind, total = 0, unpacked_size(missing)
    for batch in _batches(missing):
        name = batch[-1].name.split("-")[0]
        unpacking = Unpacking(engine, batch)
        with reporter.watching(name, partial(_sum, behind, unpacking), total):
            pip.install(str(paths.engine_python(engine)), batch)
        done += [file.name for file in batch]
        write_atomically(done_list, "\n".join(done))
        behind += unpacked_size(batch)
        reporter.progress(name, behind, total)


def _sum(behind: int, unpacking: Unpacking) -> int:
    return behind + unpacking.arrived()


def _batches(files: Sequence[Path]) -> List[List[Path]]:
    batches: List[List[Path]] = [[]]
    for file in files:
        held = sum(other.stat().st_size for other in batches[-1])
        if batches[-1] and held + file.stat().st_size > _BATCH:
            batches.append([])
        batches[-1].append(file)
    return [batch for batch in batches if batch]


def _what_is_built(engine: Path) -> str:
    if not engine.exists():
        return f"Installing the engine to {engine}"
    return f"The engine in {engine} is incomplete, damaged or of another version: building it anew beside it."


def _requirements(origin: Source) -> str:
    return _digest([origin.requirements / name for name in ("common.txt", "torch.txt")])


def _digest(files: Sequence[Path]) -> str:
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def _recorded_build(engine: Path) -> Build:
    marker = _read(engine / "complete.json")
    return builds.by_tag(str(marker.get("tag", "")))


def _read(path: Path) -> Dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _is_unharmed(engine: Path, marker: Dict[str, Any], reporter: Reporter) -> bool:
    """Whether the environment starts and has every file of its inventory in full length."""
    if not marker or _version(paths.engine_python(engine)) != marker["version"]:
        return False
    return inventory.have_lengths(engine, marker["files"], reporter)


def _version(python: Path) -> List[int]:
    """The version (major, minor) of the interpreter ``python``; empty if it does not start."""
    try:
        answer = subprocess.run(
            [str(python), "-I", "-c", "import sys; print(*sys.version_info[:2])"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=clean_environment(),
            timeout=60,
        )
        return [int(part) for part in answer.stdout.split()]
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return []
