"""``install.py doctor``: whether everything is there and works, and for each failure the command that mends it."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

from .. import __version__
from ..bridge import log, paths
from ..job.errors import NeuralStyleError
from . import inventory, kritarc, plugins
from .check import paint_small, worker_command
from .environment import Wish, is_current
from .hosts import Host
from .processes import log_file
from .reporting import Reporter
from .source import command_line, command_path, installer_command, runs_this_code

_LOG_LINES = 40
_WORKER = tuple(paths.WORKER_ARGUMENTS)  # what starts an engine that this installer built


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``remedy`` is the command that mends it, empty if it is in order."""

    title: str
    detail: str
    remedy: str = ""


def examine(hosts: Sequence[Host], wish: Wish, reporter: Reporter) -> Iterator[Finding]:
    """Look at everything, the quickest first; painting a small picture with each engine comes last."""
    yield Finding("Installer", f"{__version__}, Python {platform.python_version()}, {platform.platform()}")
    yield _folders()
    if not hosts:
        yield Finding("Editors", "no Krita and no GIMP 3 was found; one that was never started can't be seen")
    for host in hosts:
        yield _plugin(host)
        if host.settings:
            yield _enabling(host.name, host.settings)
    users = _users(hosts, wish)
    for engine in dict.fromkeys(Path(command[0]).parents[1] for command in users if command[1:] == _WORKER):
        yield _environment(Wish(wish.device, wish.source, engine=engine), reporter)
    for command, names in users.items():
        if command[1:] == _WORKER and not Path(command[0]).exists():
            continue  # it was told to be missing
        with reporter.busy("Painting a small picture", 10):
            finding = _painting(list(command), names)
        yield finding


def _folders() -> Finding:
    """Whether other users of this machine could change what our programs run."""
    folders = [folder for folder in (paths.data_folder(), paths.settings_folder()) if folder.exists()]
    open_ones = [str(folder) for folder in folders if os.name == "posix" and folder.stat().st_mode & 0o022]
    if open_ones:
        return Finding(
            "Folders", f"others can write to {', '.join(open_ones)}", command_line(["chmod", "go-w", *open_ones])
        )
    return Finding("Folders", str(paths.data_folder()))


def _environment(wish: Wish, reporter: Reporter) -> Finding:
    engine = wish.engine
    mend = _mend(engine)
    if not engine.exists():
        return Finding("Engine", f"missing: {engine}", mend)
    if not is_current(engine, wish, reporter):
        return Finding("Engine", f"incomplete, damaged or of another version: {engine}", mend)
    if not runs_this_code(engine):
        return Finding("Engine", f"runs other code than this installer's: {engine}", mend)
    altered = inventory.altered(engine, reporter)
    if altered:
        more = f" and {len(altered) - 1} more" if len(altered) > 1 else ""
        return Finding("Engine", f"damaged: {altered[0]}{more}", mend)
    return Finding("Engine", f"complete and unaltered; the command nst is {command_path(engine)}")


def _mend(engine: Path) -> str:
    """The command that builds ``engine`` anew; one of a sandboxed editor is built with its plug-in."""
    return installer_command("engine") if engine == paths.engine_folder() else installer_command("--yes")


def _plugin(host: Host) -> Finding:
    folder = plugins.folder_of(host)
    mend = installer_command("--host", host.editor)
    if not folder.exists():
        return Finding(host.name, f"the plug-in is not placed in {folder.parent}", mend)
    altered = plugins.altered(host)
    if altered:
        return Finding(host.name, f"damaged or of another version than this installer: {altered[0]}", mend)
    return Finding(host.name, f"the plug-in is in {folder}")


def _enabling(name: str, settings: Path) -> Finding:
    text = settings.read_text(encoding="utf-8", errors="surrogateescape") if settings.is_file() else ""
    if kritarc.is_enabled(text):
        return Finding(name, "the plug-in is enabled")
    return Finding(name, "the plug-in is not enabled", installer_command("--host", "krita"))


def _users(hosts: Sequence[Host], wish: Wish) -> Dict[Tuple[str, ...], List[str]]:
    """Each command that starts an engine, with the names of those who use it.

    The common engine is nst's, too. Who chose an environment of their own has none, and it is not missed.
    """
    users: Dict[Tuple[str, ...], List[str]] = {}
    for host in hosts:
        command = _placed_command(host)
        if command:
            users.setdefault(tuple(command), []).append(host.name)
    if wish.engine.exists() or not users:
        users.setdefault(tuple(worker_command(paths.engine_python(wish.engine))), []).append("nst")
    return users


def _placed_command(host: Host) -> Optional[List[str]]:
    file = plugins.folder_of(host) / "nst_core" / "engine.json"
    try:
        command = json.loads(file.read_text(encoding="utf-8"))["command"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return [str(part) for part in command]


def _painting(command: List[str], users: Sequence[str]) -> Finding:
    title = f"Painting ({', '.join(users)})"
    ours = tuple(command[1:]) == _WORKER
    mend = _mend(Path(command[0]).parents[1]) if ours else installer_command("--engine", command[0])
    try:
        ready, result = paint_small(command)
    except NeuralStyleError as error:
        return Finding(title, error.problem, mend)
    if ready.engine_version != __version__:
        return Finding(title, f"the engine is version {ready.engine_version}, not {__version__}", mend)
    return Finding(title, f"works on {result.device} (of {', '.join(ready.devices)}), in {result.seconds:.1f} s")


def line(finding: Finding) -> str:
    """``finding`` as a line to read, with the command that mends it."""
    if finding.remedy:
        return f"FAILED  {finding.title}: {finding.detail}\n        Mend it: {finding.remedy}"
    return f"ok      {finding.title}: {finding.detail}"


def report(findings: Sequence[Finding]) -> str:
    """A text for a bug report: the findings and the ends of the logs, without the names of the user and of folders."""
    lines = [f"{'FAILED' if finding.remedy else 'ok':7} {finding.title}: {finding.detail}" for finding in findings]
    for file in (log_file(), paths.logs_folder() / "engine.log"):
        # One that was full lies beside it, and may hold all but the last lines.
        parts = [part for part in (log.earlier(file), file) if part.is_file()]
        logged = [line for part in parts for line in part.read_text("utf-8", "replace").splitlines()]
        lines += ["", f"{file.name}:", *logged[-_LOG_LINES:]] if logged else []
    return anonymous("\n".join(lines))


def anonymous(text: str) -> str:
    """``text`` without private paths: each is cut down to its last part."""
    return log.without_folders(text.encode("utf-8", "replace")).decode("utf-8", "replace")
