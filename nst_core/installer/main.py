"""The commands of ``install.py`` and their options; the outermost edge of everything that can fail.

Exit codes: 0 done, 1 a check or test failed, 2 an error, which was printed with its remedy, 130 interrupted.
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
from typing import Callable, List, Sequence

from ..bridge import paths
from ..bridge.files import replace_text
from ..job.errors import InstallFailed, NeuralStyleError
from . import diagnosis, hosts, installing, removing
from .builds import DEVICES
from .check import check_engine, worker_command
from .environment import EngineSpec, ensure
from .hosts import Host
from .packages import PackageSource
from .reporting import Reporter, Terminal, json_lines

Add = Callable[..., object]


@dataclass(frozen=True)
class Command:
    """One command; further arguments of one that ``passes_on`` are for another program."""

    name: str
    run: Callable[[argparse.Namespace, Reporter], int]
    text: str
    add_options: Callable[[Add], None]
    passes_on: bool = False


def main(arguments: Sequence[str], more: Sequence[Command] = ()) -> int:
    """Run one command of ``install.py``, or one of ``more``; without a name ``install``. Returns the exit code."""
    options = _parse(arguments, [*COMMANDS, *more])
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # A path may have letters that a console or a file has not.
    reporter = Reporter(json_lines if options.progress == "json" else Terminal())
    if options.prefix:
        # Our own folder in it, where the user may have other files; itself if it has that name.
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
        # The reader, such as `head`, has closed the pipe. Python must not try to print the rest when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        cause = (
            "Make room there" if error.errno == errno.ENOSPC else "Close Krita and GIMP, see that you have access there"
        )
        reporter.failed(InstallFailed(f"{error}.", f"{cause}, then run the same command again: it continues."))
    except KeyboardInterrupt:
        reporter.failed(InstallFailed("Interrupted.", "Run the same command again: it continues."))
        return 130
    return 2


def absolute(path: str) -> Path:
    """The absolute path of ``path``, as a user typed it. PowerShell does not replace a ``~``."""
    # Do not follow links: the letter of a network drive would become its server's name, and the interpreter of an
    # environment is a link to a file outside of it.
    return Path(os.path.abspath(os.path.expanduser(path)))  # noqa: PTH100, PTH111


def _refuse_sudo() -> None:
    """Raise InstallFailed if everything would lie in the user's home folder and belong to root."""
    if "SUDO_UID" in os.environ and os.geteuid() == 0 and Path.home().stat().st_uid != 0:
        raise InstallFailed("With sudo, Krita and GIMP could not write to the new files.", "Run it without sudo.")


def _agreed(options: argparse.Namespace, reporter: Reporter) -> bool:
    if options.yes or installing.agreed():
        return True
    reporter.done("Nothing was done.")
    return False


def _install(options: argparse.Namespace, reporter: Reporter) -> int:
    _refuse_sudo()
    found, spec = _hosts(options), engine_spec(options)
    own_engine = _interpreter(options.engine)
    for line in installing.describe(found, options.host, spec, own_engine):
        reporter.note(line)
    if options.dry_run:
        reporter.done("Nothing was done (--dry-run).")
    elif _agreed(options, reporter):
        installing.install(found, spec, own_engine, reporter)
        reporter.done("Neural Style is installed.")
    return 0


def _engine(options: argparse.Namespace, reporter: Reporter) -> int:
    _refuse_sudo()
    python = ensure(engine_spec(options), check_engine, reporter)
    pointer = paths.placed_command_file()
    if pointer.exists():
        # This is a placed plug-in, which starts the engine by the command in this file.
        replace_text(pointer, json.dumps({"command": worker_command(python)}))
    reporter.done(f"The engine is installed: {python}")
    return 0


def _doctor(options: argparse.Namespace, reporter: Reporter) -> int:
    findings = []
    progress = Reporter(Terminal(sys.stderr)) if options.report else reporter  # the report alone goes to stdout
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
    if not listed:
        reporter.done("Nothing is installed.")
        return 0
    for path in listed:
        reporter.note(f"Will be removed: {path}")
    if not _agreed(options, reporter):
        return 0
    asks = bool(presets) and not options.yes and not options.presets
    question = "Remove your presets, settings and pasted styles too?"
    with_presets = installing.agreed(question, "n") if asks else options.presets
    for path in removing.uninstall(with_presets, reporter):
        reporter.note(f"Left alone, because not all of it is from this installer: {path}")
    kept = " and ".join(map(str, removing.preset_folders()))
    reporter.done("Removed." + (f" Your presets stay in {kept}." if kept else ""))
    return 0


def _hosts(options: argparse.Namespace) -> List[Host]:
    return [host for host in hosts.find() if not options.host or host.editor in options.host]


def engine_spec(options: argparse.Namespace) -> EngineSpec:
    """The engine that the options of :func:`add_engine_options` ask for. Raises InstallFailed."""
    folder = str(absolute(options.from_wheels)) if options.from_wheels else ""
    if folder and not Path(folder).is_dir():
        raise InstallFailed(f"There is no folder {folder}.", "Name the folder that holds the wheels.")
    return EngineSpec(options.device, PackageSource(folder))


def _interpreter(engine: str) -> str:
    """The interpreter of an environment that was named by its folder, or by the interpreter itself."""
    if not engine:
        return ""
    path = absolute(engine)
    python = paths.engine_python(path) if path.is_dir() else path
    if not python.is_file():
        raise InstallFailed(f"There is no Python environment in {path}.", "Name the folder of an environment.")
    return str(python)


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
        # An abbreviation would swallow options that are meant for pytest.
        one = parsers.add_parser(command.name, help=command.text, description=command.text, allow_abbrev=False)
        one.set_defaults(command=command)
        _add_options(command, one.add_argument)
    # These are only shown: without a command's name, the arguments go to the default's own parser.
    shown = parser.add_argument_group(f"options of {commands[0].name}").add_argument
    _add_options(commands[0], shown)
    shown("-h", "--help", action="help", help="show this help message and exit")
    named = arguments and (arguments[0] in parsers.choices or arguments[0] in ("-h", "--help"))
    options, rest = parser.parse_known_args(arguments if named else [commands[0].name, *arguments])
    if rest and not options.command.passes_on:
        parser.error(f"unrecognized arguments: {' '.join(rest)}; see --help")
    options.arguments = rest
    return options


def _add_options(command: Command, add: Add) -> None:
    add("--prefix", metavar="DIR", default="", help="keep engine, downloads and logs in DIR/neural-style")
    forms = ("text", "json")
    add("--progress", metavar="FORM", choices=forms, default="text", help="print progress as text or json")
    command.add_options(add)


def add_engine_options(add: Add) -> None:
    """Add the options of commands that build the engine: :func:`engine_spec` reads them."""
    add("--device", metavar="NAME", choices=DEVICES, default="auto", help=f"hardware to paint on: {', '.join(DEVICES)}")
    add("--from-wheels", metavar="DIR", default="", help="install from these files, without a network")


def _add_host(add: Add) -> None:
    add("--host", action="append", choices=(hosts.KRITA, hosts.GIMP), help="only this editor")


def _add_yes(add: Add) -> None:
    add("--yes", action="store_true", help="go on without asking")


def _add_install_options(add: Add) -> None:
    add_engine_options(add)
    _add_host(add)
    _add_yes(add)
    add("--dry-run", action="store_true", help="print the steps, and do nothing")
    add("--engine", metavar="PATH", default="", help="use this Python environment as the engine")


def _add_doctor_options(add: Add) -> None:
    add_engine_options(add)
    _add_host(add)
    add("--report", action="store_true", help="print a text for a bug report instead")


def _add_uninstall_options(add: Add) -> None:
    _add_yes(add)
    add("--presets", action="store_true", help="remove your settings, presets and pasted styles as well")


COMMANDS = (
    Command("install", _install, "find the editors, build the engine, place the plug-ins", _add_install_options),
    Command("engine", _engine, "build or repair the engine, and nothing else", add_engine_options),
    Command("doctor", _doctor, "check everything, and name the command that repairs it", _add_doctor_options),
    Command("uninstall", _uninstall, "remove everything that was installed", _add_uninstall_options),
)
