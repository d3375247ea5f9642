"""``install.py``: finds the editors, builds their engine, places their plug-ins, and shows the next click."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Dict, List, Optional, Sequence

from ..bridge import paths
from ..job.errors import InstallFailed
from . import manifest, placement, plugins
from .diagnosis import check_engine, own_command, worker_command
from .environment import EngineSpec, command_path, ensure
from .hosts import GIMP, KRITA, Host
from .processes import command_line, run_logged
from .reporting import Reporter
from .storage import exclusive

_NAMES = {KRITA: "Krita 5", GIMP: "GIMP 3"}
_CLICKS = {
    KRITA: "In Krita, restarted: Settings > Dockers > Neural Style. Choose a style, press Stylize.",
    GIMP: "In GIMP, restarted: Filters > Artistic > Neural Style.",
}


def describe(hosts: Sequence[Host], wanted: Sequence[str], spec: EngineSpec, own_engine: Optional[Path]) -> List[str]:
    """Describe the found editors and the next steps as lines of text.

    ``wanted`` are the requested editors (empty: all).
    """
    lines = [f"Found {host.name}: the plug-in goes to {plugins.folder_of(host).parent}" for host in hosts]
    found = {host.editor for host in hosts}
    missing = [name for editor, name in _NAMES.items() if editor in (wanted or _NAMES) and editor not in found]
    if missing:
        lines.append(f"Not found: {', '.join(missing)}. If you have it, start it once, then install again.")
    lines += [f"{host.name} was never started: it starts once without a window" for host in hosts if host.first_start]
    if own_engine:
        return [*lines, f"Engine: the environment of {own_engine}"]
    for engine in _engine_folders(hosts, spec):
        state = "there already; missing or damaged files are replaced" if engine.exists() else "1 to 3 GB of downloads"
        lines.append(f"Engine: {engine} ({state})")
    return lines


def install(hosts: Sequence[Host], spec: EngineSpec, own_engine: Optional[Path], reporter: Reporter) -> None:
    """Build the engines that ``hosts`` need (or check the user's ``own_engine``), and place the plug-ins.

    Without ``hosts``, it builds the common engine for nst. Raises InstallFailed. If an engine can't be built or
    plug-ins can't be placed, the current ones are unchanged.
    """
    if "SUDO_UID" in os.environ and os.geteuid() == 0 and Path.home().stat().st_uid != 0:
        raise InstallFailed("With sudo, Krita and GIMP could not write to the new files.", "Run it without sudo.")
    manifest.note_own_folders()
    hosts = _started(hosts, reporter)
    if own_engine:
        with reporter.busy(f"Checking the environment of {own_engine} with a small picture"):
            check_engine(own_engine)
        commands = {host: own_command(own_engine, plugins.folder_of(host)) for host in hosts}
    else:
        commands = _engines(hosts, spec, reporter)
    with reporter.busy("Placing the plug-ins"), exclusive(paths.data_folder() / "install.lock"):
        kept = placement.place(commands, manifest.load())
    for path in kept:
        reporter.note(f"Files that are not from this installer were in the way, and are now in {path}")
    for editor in dict.fromkeys(host.editor for host in hosts):
        reporter.note(_CLICKS[editor])
    if not own_engine:
        nst = command_line([str(command_path(spec.engine)), "stylize", "--help"])
        reporter.note(f"For files, without an editor: {nst}")


def _started(hosts: Sequence[Host], reporter: Reporter) -> List[Host]:
    """Return ``hosts`` without editors that fail at their first start. So a broken editor does not stop the others.

    Raises InstallFailed if none is left.
    """
    failures: Dict[Host, InstallFailed] = {}
    advice = "Start it yourself, then install again."
    for host in (host for host in hosts if host.first_start):
        try:
            with reporter.busy(f"Starting {host.name} once, so that it makes its folders"):
                run_logged(host.first_start, f"Starting {host.name}", lambda _: advice)
        except InstallFailed as error:
            failures[host] = error
    if failures and len(failures) == len(hosts):
        raise next(iter(failures.values()))
    for host, failure in failures.items():
        reporter.note(f"{host.name} is left out. {failure}")
    return [host for host in hosts if host not in failures]


def _engines(hosts: Sequence[Host], spec: EngineSpec, reporter: Reporter) -> Dict[Host, List[str]]:
    """Build the engines, and return their commands by host, and by the place of the code beside each engine."""
    engines = _engine_folders(hosts, spec)
    beside = [plugins.beside(engine) for engine in engines]
    manifest.load().note_targets(target for host in beside for target in plugins.targets(host.editor, host.plugins))
    sandboxed = {host.engine(spec.engine) for host in hosts if host.sandbox}
    for engine in engines:
        ensure(replace(spec, portable=engine in sandboxed, engine=engine), check_engine, reporter)
    commands = {host: worker_command(paths.engine_python(host.engine(spec.engine))) for host in hosts}
    return {**commands, **{host: [] for host in beside}}


def _engine_folders(hosts: Sequence[Host], spec: EngineSpec) -> List[Path]:
    """Return the folder of each engine that ``hosts`` use. Without hosts, return the common engine for nst."""
    return list(dict.fromkeys(host.engine(spec.engine) for host in hosts)) or [spec.engine]
