"""The commands of ``install.py`` and their options. Every error is handled here.

Exit codes: 0 done, 1 a check or test failed, 2 an error that was printed with its remedy, 130 interrupted.
"""

from __future__ import annotations

import argparse
import errno
import io
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, List, Sequence, Tuple

from ..bridge import paths
from ..bridge.files import replace_text
from ..job.errors import InstallFailed, NeuralStyleError
from . import diagnosis, hosts, installing, removing
from .builds import DEVICES
from .diagnosis import worker_command
from .environment import EngineSpec
from .hosts import Host
from .packages import PackageSource
from .reporting import Reporter, Terminal, json_lines

_OPTIONS: Dict[str, Dict[str, Any]] = {
    "--device": {"metavar": "NAME", "choices": DEVICES, "help": f"hardware to paint on: {', '.join(DEVICES)}"},
    "--from-wheels": {"metavar": "DIR", "help": "install from these files, without a network"},
    "--host": {"action": "append", "choices": (hosts.KRITA, hosts.GIMP), "help": "only this editor"},
    "--yes": {"action": "store_true", "help": "go on without asking"},
    "--dry-run": {"action": "store_true", "help": "print the steps, and do nothing"},
    "--engine": {"metavar": "PATH", "help": "use this Python environment as the engine"},
    "--report": {"action": "store_true", "help": "print a text for a bug report instead"},
    "--presets": {"action": "store_true", "help": "remove your settings, presets and pasted styles as well"},
    "folder": {"nargs": "?", "help": "where the files go"},
    "--prefix": {"metavar": "DIR", "help": "keep engine, downloads and logs in DIR/neural-style"},
    "--progress": {"metavar": "FORM", "choices": ("text", "json"), "help": "print progress as text or json"},
}
#: The options of commands that build the engine. :func:`engine_spec` reads them.
FOR_ENGINE = ("--device", "--from-wheels")


@dataclass(frozen=True)
class Command:
    """One command with its ``options``. If it ``passes_on`` arguments, unknown ones go to another program."""

    name: str
    run: Callable[[argparse.Namespace, Reporter], int]
    text: str
    options: Tuple[str, ...] = ()
    passes_on: bool = False

    def add_options(self, add: Callable[..., object]) -> None:
        """Add each option of this command with argparse's ``add``."""
        for name in ("--prefix", "--progress", *self.options):
            add(name, **_OPTIONS[name])


def main(arguments: Sequence[str], more: Sequence[Command] = ()) -> int:
    """Run a command of ``install.py`` or of ``more``, and return the exit code. Without a name, run ``install``."""
    options = _parse(arguments, [*COMMANDS, *more])
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # Not every console has all letters.
    reporter = Reporter(json_lines if options.progress == "json" else Terminal())
    if options.prefix:
        # The user may have other files there, so this is our own folder in it, unless it has that name itself.
        folder = absolute(options.prefix)
        home = folder if folder.name == paths.APPLICATION else folder / paths.APPLICATION
        os.environ["NEURAL_STYLE_HOME"] = str(home)
    try:
        code = int(options.command.run(options, reporter))
        sys.stdout.flush()
        return code
    except NeuralStyleError as error:
        reporter.failed(error)
    except BrokenPipeError:
        # The reader, such as `head`, closed the pipe. Python must not print the rest at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        full = error.errno == errno.ENOSPC
        cause = "Make room there" if full else "Close Krita and GIMP, check that you have access there"
        reporter.failed(InstallFailed(f"{error}.", f"{cause}, then run the same command again: it continues."))
    except KeyboardInterrupt:
        reporter.failed(InstallFailed("Interrupted.", "Run the same command again: it continues."))
        return 130
    return 2


def absolute(path: str) -> Path:
    """Return the absolute path of ``path``, as a user typed it. PowerShell does not replace a ``~``."""
    # Links are not followed: the letter of a network drive would become the name of its server, and the interpreter
    # of an environment is a link to a file outside it.
    return Path(os.path.abspath(os.path.expanduser(path)))  # noqa: PTH100, PTH111


def agreed(options: argparse.Namespace, question: str = "Go on?", default: str = "y") -> bool:
    """Return True if the user answers yes.

    With ``--yes``, use the default answer. Raises InstallFailed without a terminal.
    """
    if options.yes:
        return default == "y"
    if not sys.stdin.isatty():
        raise InstallFailed("There is no terminal to ask at.", "Add --yes to continue without a question.")
    try:
        answer = input(f"{question} [{'Y/n' if default == 'y' else 'y/N'}] ").strip().lower()
    except EOFError:  # Ctrl-D
        return False
    return (answer or default) in ("y", "yes")


def _install(options: argparse.Namespace, reporter: Reporter) -> int:
    found, spec = _hosts(options), engine_spec(options)
    own_engine = absolute(options.engine) if options.engine else None
    if own_engine and own_engine.is_dir():
        own_engine = paths.engine_python(own_engine)
    for line in installing.describe(found, options.host, spec, own_engine):
        reporter.note(line)
    if options.dry_run or not agreed(options):
        reporter.done("Nothing was done (--dry-run)." if options.dry_run else "Nothing was done.")
        return 0
    installing.install(found, spec, own_engine, reporter)
    reporter.done("Neural Style is installed.")
    return 0


def _engine(options: argparse.Namespace, reporter: Reporter) -> int:
    spec = engine_spec(options)
    installing.install([], spec, None, reporter)
    pointer = paths.placed_command_file()
    if pointer.exists():
        # This runs from a placed plug-in. The plug-in starts the engine by the command in this file.
        replace_text(pointer, json.dumps({"command": worker_command(paths.engine_python(spec.engine))}))
    reporter.done(f"The engine is installed: {spec.engine}")
    return 0


def _doctor(options: argparse.Namespace, reporter: Reporter) -> int:
    findings = []
    progress = Reporter(Terminal(sys.stderr)) if options.report else reporter  # stdout has only the report
    for finding in diagnosis.examine(_hosts(options), engine_spec(options), progress):
        findings.append(finding)
        if not options.report:
            reporter.note(diagnosis.line(finding))
    failed = [finding for finding in findings if finding.remedy]
    progress.done(f"{len(failed)} of {len(findings)} checks failed." if failed else "Everything works.")
    if options.report:
        reporter.done(diagnosis.report(findings))
    return 1 if failed else 0


def _uninstall(options: argparse.Namespace, reporter: Reporter) -> int:
    presets = removing.preset_folders()
    listed = removing.to_remove() + (presets if options.presets else [])
    for path in listed:
        reporter.note(f"Will be removed: {path}")
    if not listed or not agreed(options):
        reporter.done("Nothing was done." if listed else "Nothing is installed.")
        return 0
    question = "Remove your presets, settings and pasted styles too?"
    with_presets = options.presets or (bool(presets) and agreed(options, question, "n"))
    for path in removing.uninstall(with_presets, reporter):
        reporter.note(f"Not removed, because it also has files that are not from this installer: {path}")
    kept = " and ".join(map(str, removing.preset_folders()))
    reporter.done("Removed." + (f" Your presets stay in {kept}." if kept else ""))
    return 0


def _hosts(options: argparse.Namespace) -> List[Host]:
    return [host for host in hosts.find() if not options.host or host.editor in options.host]


def engine_spec(options: argparse.Namespace) -> EngineSpec:
    """Return the engine that the options of :data:`FOR_ENGINE` describe. Raises InstallFailed."""
    folder = str(absolute(options.from_wheels)) if options.from_wheels else ""
    if folder and not Path(folder).is_dir():
        raise InstallFailed(f"There is no folder {folder}.", "Name the folder that holds the wheels.")
    return EngineSpec(options.device or "auto", PackageSource(folder))


def _parse(arguments: Sequence[str], commands: Sequence[Command]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="install.py",
        usage="%(prog)s [COMMAND] [OPTION ...]",
        description=f"Install Neural Style for Krita, GIMP and `nst`. Without a COMMAND it is {commands[0].name}.",
        allow_abbrev=False,
        add_help=False,
    )
    title = "commands, each with a --help of its own"
    parsers = parser.add_subparsers(title=title, metavar="COMMAND", prog=parser.prog)
    for command in commands:
        # If options could be shortened, some options for pytest would be taken.
        one = parsers.add_parser(command.name, help=command.text, description=command.text, allow_abbrev=False)
        one.set_defaults(command=command)
        command.add_options(one.add_argument)
    # This only adds help: without a command's name, the parser of the default command reads the arguments.
    shown = parser.add_argument_group(f"options of {commands[0].name}").add_argument
    commands[0].add_options(shown)
    shown("-h", "--help", action="help", help="show this help message and exit")
    named = arguments and arguments[0] in (*parsers.choices, "-h", "--help")
    options, rest = parser.parse_known_args(arguments if named else [commands[0].name, *arguments])
    if rest and not options.command.passes_on:
        parser.error(f"unrecognized arguments: {' '.join(rest)}; see --help")
    options.arguments = rest
    return options


COMMANDS = (
    Command(
        "install",
        _install,
        "find the editors, build the engine, place the plug-ins",
        (*FOR_ENGINE, "--host", "--yes", "--dry-run", "--engine"),
    ),
    Command("engine", _engine, "build or repair the engine, and nothing else", FOR_ENGINE),
    Command("doctor", _doctor, "check everything, and name a command for repairs", (*FOR_ENGINE, "--host", "--report")),
    Command("uninstall", _uninstall, "remove everything that was installed", ("--yes", "--presets")),
)
