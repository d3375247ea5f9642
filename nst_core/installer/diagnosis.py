"""``install.py doctor``: whether everything is there and works, and for each failure the command that repairs it."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

from .. import __version__
from ..bridge import json_text, log, paths
from ..job.errors import NeuralStyleError
from . import inventory, kritarc, manifest, placement, plugins
from .check import paint_small, worker_command
from .environment import EngineSpec, is_current
from .hosts import Host
from .processes import log_file
from .reporting import Reporter
from .source import command_path, installer_command, runs_this_code

_LOG_LINES = 40
_WORKER = tuple(paths.WORKER_ARGUMENTS)  # the arguments of an engine that this installer built


@dataclass(frozen=True)
class Finding:
    """The result of one check; ``remedy`` is the command that repairs it, empty if it is in order."""

    title: str
    detail: str
    remedy: str = ""


def examine(hosts: Sequence[Host], spec: EngineSpec, reporter: Reporter) -> Iterator[Finding]:
    """Look at everything, the quickest first; painting a small picture with each engine comes last."""
    yield Finding("Installer", f"{__version__}, Python {platform.python_version()}, {platform.platform()}")
    yield Finding("Folder", str(paths.data_folder()))
    if not hosts:
        yield Finding("Editors", "no Krita and no GIMP 3 was found; one that was never started can't be seen")
    chosen = manifest.load().targets
    for host in hosts:
        folder = plugins.folder_of(host)
        if chosen and str(folder) not in chosen and not folder.exists():
            yield Finding(host.name, f"not chosen; `{installer_command('--host', host.editor)}` installs for it")
            continue
        yield _plugin(host)
    users = _users(hosts, spec)
    for engine in dict.fromkeys(Path(command[0]).parents[1] for command in users if command[1:] == _WORKER):
        yield _environment(EngineSpec(spec.device, spec.source, engine=engine), hosts, reporter)
    for command, names in users.items():
        if command[1:] == _WORKER and not Path(command[0]).exists():
            continue  # It was reported as missing.
        with reporter.busy("Painting a small picture"):
            finding = _painting(list(command), names, hosts)
        yield finding


def _environment(spec: EngineSpec, hosts: Sequence[Host], reporter: Reporter) -> Finding:
    engine = spec.engine
    problem, altered = "", []
    if not engine.exists():
        problem = "missing"
    elif not is_current(engine, spec):
        problem = "incomplete, of another version, or not for this hardware"
    elif not runs_this_code(engine):
        problem = "runs other code than this installer's"
    else:
        with reporter.busy("Verifying the installed files"):
            altered = inventory.altered(engine)
        problem = "damaged" if altered else ""
    if problem:
        return Finding("Engine", f"{problem}: {[*altered, engine][0]}", _repair(engine, hosts))
    return Finding("Engine", f"complete and unaltered; the command nst is {command_path(engine)}")


def _repair(engine: Path, hosts: Sequence[Host]) -> str:
    """The command that builds ``engine`` again. The engine of a sandboxed editor is built with its plug-in."""
    owners = [host.editor for host in hosts if host.engine_home and host.engine(engine) == engine]
    return installer_command("--yes", "--host", owners[0]) if owners else installer_command("engine")


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


def _users(hosts: Sequence[Host], spec: EngineSpec) -> Dict[Tuple[str, ...], List[str]]:
    """Each command that starts an engine, with the names of the programs that use it.

    The common engine is nst's, too. It is not missed if all editors use an environment of the user's own.
    """
    users: Dict[Tuple[str, ...], List[str]] = {}
    for host in hosts:
        command = _placed_command(host)
        if command:
            users.setdefault(tuple(command), []).append(host.name)
    if spec.engine.exists() or not users:
        users.setdefault(tuple(worker_command(paths.engine_python(spec.engine))), []).append("nst")
    return users


def _placed_command(host: Host) -> Optional[List[str]]:
    file = plugins.folder_of(host) / "nst_core" / "engine.json"
    try:
        command = json_text.parse(file.read_text(encoding="utf-8"))["command"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return [str(part) for part in command]


def _painting(command: List[str], users: Sequence[str], hosts: Sequence[Host]) -> Finding:
    title = f"Painting ({', '.join(users)})"
    ours = tuple(command[1:]) == _WORKER
    repair = _repair(Path(command[0]).parents[1], hosts) if ours else installer_command("--engine", command[0])
    try:
        ready, result = paint_small(command)
    except NeuralStyleError as error:
        return Finding(title, error.problem, repair)
    if ready.engine_version != __version__:
        return Finding(title, f"the engine is version {ready.engine_version}, not {__version__}", repair)
    return Finding(title, f"works on {result.device} (of {', '.join(ready.devices)}), in {result.seconds:.1f} s")


def line(finding: Finding) -> str:
    """``finding`` as a line to read, with the command that repairs it."""
    if finding.remedy:
        return f"FAILED  {finding.title}: {finding.detail}\n        Repair it: {finding.remedy}"
    return f"ok      {finding.title}: {finding.detail}"


def report(findings: Sequence[Finding]) -> str:
    """A text for a bug report: the findings and the ends of the logs, each path cut down to its last part."""
    lines = [f"{'FAILED' if finding.remedy else 'ok':7} {finding.title}: {finding.detail}" for finding in findings]
    for file in (log_file(), paths.logs_folder() / "engine.log"):
        # One that was full lies beside it, and may hold all but the last lines.
        parts = [part for part in (log.earlier(file), file) if part.is_file()]
        logged = [line for part in parts for line in part.read_text("utf-8", "replace").splitlines()]
        lines += ["", f"{file.name}:", *logged[-_LOG_LINES:]] if logged else []
    return log.without_folders("\n".join(lines).encode("utf-8", "replace")).decode("utf-8", "replace")
