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
from pathlib import Path
from typing import Callable, List, Sequence

from ..bridge import paths
from ..bridge.files import replace_text
from ..job.errors import InstallFailed, NeuralStyleError
from . import develop, diagnosis, hosts, installing, removing
from .builds import DEVICES
from .check import check_engine, worker_command
from .environment import EngineSpec, add_tests, ensure
from .hosts import Host
from .packages import PackageSource
from .reporting import Reporter, Terminal, json_lines

_DEFAULT = "install"


def main(arguments: Sequence[str]) -> int:
    """Run one command of ``install.py``, without a name ``install``. Returns the exit code."""
    options = _parse(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # A path may have letters that a console or a file has not.
    reporter = Reporter(json_lines if options.progress == "json" else Terminal())
    if options.prefix:
        # Our own folder in it, where the user may have other files; itself if it has that name.
        folder = _named(options.prefix)
        home = folder if folder.name == paths.APPLICATION else folder / paths.APPLICATION
        os.environ["NEURAL_STYLE_HOME"] = str(home)
    try:
        code = int(options.run(options, reporter))
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


def _named(path: str) -> Path:
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
    found, spec = _hosts(options), _engine_spec(options)
    own_engine = _interpreter(options.engine)
    for line in installing.describe(found, spec, own_engine):
        reporter.note(line)
    if options.dry_run:
        reporter.done("Nothing was done (--dry-run).")
    elif _agreed(options, reporter):
        installing.install(found, spec, own_engine, reporter)
        reporter.done("Neural Style is installed.")
    return 0


def _engine(options: argparse.Namespace, reporter: Reporter) -> int:
    _refuse_sudo()
    python = ensure(_engine_spec(options), check_engine, reporter)
    pointer = paths.placed_command_file()
    if pointer.exists():
        # This is a placed plug-in, which starts the engine by the command in this file.
        replace_text(pointer, json.dumps({"command": worker_command(python)}))
    reporter.done(f"The engine is installed: {python}")
    return 0


def _demo(options: argparse.Namespace, reporter: Reporter) -> int:
    return develop.demo(ensure(_engine_spec(options), check_engine, reporter), reporter)


def _test(options: argparse.Namespace, reporter: Reporter) -> int:
    return develop.test(_for_tests(options, reporter), options.arguments, reporter)


def _bench(options: argparse.Namespace, reporter: Reporter) -> int:
    return develop.bench(_for_tests(options, reporter), options.arguments)


def _for_tests(options: argparse.Namespace, reporter: Reporter) -> Path:
    spec = _engine_spec(options)
    python = ensure(spec, check_engine, reporter)
    add_tests(spec, reporter)
    return python


def _doctor(options: argparse.Namespace, reporter: Reporter) -> int:
    findings = []
    progress = Reporter(Terminal(sys.stderr)) if options.report else reporter  # the report alone goes to stdout
    for finding in diagnosis.examine(_hosts(options), _engine_spec(options), progress):
        findings.append(finding)
        if not options.report:
            reporter.note(diagnosis.line(finding))
    failed = [finding for finding in findings if finding.remedy]
    progress.done(f"{len(failed)} of {len(findings)} checks failed." if failed else "Everything works.")
    if options.report:
        reporter.done(diagnosis.report(findings))
    return 1 if failed else 0


def _uninstall(options: argparse.Namespace, reporter: Reporter) -> int:
    presets = [paths.settings_folder()] if removing.has_presets() else []
    listed = removing.to_remove() + (presets if options.presets else [])
    if not listed:
        reporter.done("Nothing is installed.")
        return 0
    for path in listed:
        reporter.note(f"Will be removed: {path}")
    if not _agreed(options, reporter):
        return 0
    asks = bool(presets) and not options.yes and not options.presets
    with_presets = installing.agreed("Remove your presets and settings too?", "n") if asks else options.presets
    for path in removing.uninstall(with_presets, reporter):
        reporter.note(f"Left alone, because not all of it is from this installer: {path}")
    reporter.done("Removed." + (f" Your presets stay in {paths.settings_folder()}." if removing.has_presets() else ""))
    return 0


def _package(options: argparse.Namespace, reporter: Reporter) -> int:
    return develop.release("package", _named(options.folder), PackageSource(""), reporter)


def _site(options: argparse.Namespace, reporter: Reporter) -> int:
    return develop.release("site", _named(options.folder), PackageSource(""), reporter)


def _hosts(options: argparse.Namespace) -> List[Host]:
    return [host for host in hosts.find() if not options.host or host.editor in options.host]


def _engine_spec(options: argparse.Namespace) -> EngineSpec:
    folder = str(_named(options.from_wheels)) if options.from_wheels else ""
    if folder and not Path(folder).is_dir():
        raise InstallFailed(f"There is no folder {folder}.", "Name the folder that holds the wheels.")
    return EngineSpec(options.device, PackageSource(folder))


def _interpreter(engine: str) -> str:
    """The interpreter of an environment that was named by its folder, or by the interpreter itself."""
    if not engine:
        return ""
    path = _named(engine)
    python = paths.engine_python(path) if path.is_dir() else path
    if not python.is_file():
        raise InstallFailed(f"There is no Python environment in {path}.", "Name the folder of an environment.")
    return str(python)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="install.py",
        usage="%(prog)s [COMMAND] [OPTION ...]",
        description=f"Install Neural Style for Krita, GIMP and `nst`. Without a COMMAND it is {_DEFAULT}.",
        allow_abbrev=False,
        add_help=False,
    )
    title = "commands, each with a --help of its own"
    commands = parser.add_subparsers(title=title, metavar="COMMAND", prog=parser.prog)
    for name, run, text in COMMANDS:
        # An abbreviation would swallow options that are meant for pytest.
        command = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        command.set_defaults(run=run)
        _add_options(name, command.add_argument)
    # These are only shown: without a command's name, the arguments go to the default's own parser.
    shown = parser.add_argument_group(f"options of {_DEFAULT}").add_argument
    _add_options(_DEFAULT, shown)
    shown("-h", "--help", action="help", help="show this help message and exit")
    named = arguments and (arguments[0] in commands.choices or arguments[0] in ("-h", "--help"))
    options, rest = parser.parse_known_args(arguments if named else [_DEFAULT, *arguments])
    if rest and options.run not in (_test, _bench):
        parser.error(f"unrecognized arguments: {' '.join(rest)}; see --help")
    options.arguments = rest
    return options


COMMANDS = (
    ("install", _install, "find the editors, build the engine, place the plug-ins"),
    ("engine", _engine, "build or repair the engine, and nothing else"),
    ("doctor", _doctor, "check everything, and name the command that repairs it"),
    ("uninstall", _uninstall, "remove everything that was installed"),
    ("package", _package, "build all files of a release"),
    ("site", _site, "build the documentation as a site"),
    ("demo", _demo, "paint a bundled picture to demo.png"),
    ("test", _test, "run all tests; further arguments go to pytest"),
    ("bench", _bench, "run the benchmarks; further arguments go to them"),
)


_BUILDING = {"package": "dist", "site": "site"}


def _add_options(name: str, add: Callable[..., object]) -> None:
    add("--prefix", metavar="DIR", default="", help="keep engine, downloads and logs in DIR/neural-style")
    forms = ("text", "json")
    add("--progress", metavar="FORM", choices=forms, default="text", help="print progress as text or json")
    if name not in ("uninstall", *_BUILDING):
        text = f"hardware to paint on: {', '.join(DEVICES)}"
        add("--device", metavar="NAME", choices=DEVICES, default="auto", help=text)
        add("--from-wheels", metavar="DIR", default="", help="install from these files, without a network")
    if name in ("install", "doctor"):
        add("--host", action="append", choices=(hosts.KRITA, hosts.GIMP), help="only this editor")
    if name in ("install", "uninstall"):
        add("--yes", action="store_true", help="go on without asking")
    if name == "install":
        add("--dry-run", action="store_true", help="print the steps, and do nothing")
        add("--engine", metavar="PATH", default="", help="use this Python environment as the engine")
    elif name == "uninstall":
        add("--presets", action="store_true", help="remove your settings and presets as well")
    elif name == "doctor":
        add("--report", action="store_true", help="print a text for a bug report instead")
    elif name in _BUILDING:
        default = _BUILDING[name]
        add("folder", nargs="?", default=default, help=f"where the files go (default: {default})")
