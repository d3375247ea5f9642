"""The commands of ``install.py`` and their options; the outermost edge of everything that can fail.

Exit codes: 0 done, 1 a check or test failed, 2 an error that was told with its remedy, 130 interrupted.
"""

from __future__ import annotations

import argparse
from typing import Sequence

from ..bridge.errors import InstallFailed, NeuralStyleError
from . import develop
from .builds import DEVICES
from .check import check_engine
from .environment import Wish, add_tests, ensure
from .reporting import Reporter, Terminal, json_lines
from .wheels import Source


def main(arguments: Sequence[str]) -> int:
    """Run one command of ``install.py``. Returns the exit code."""
    options = _parser().parse_args(arguments)
    reporter = Reporter(json_lines if options.progress == "json" else Terminal())
    try:
        return int(options.run(options, reporter))
    except NeuralStyleError as error:
        reporter.failed(error)
    except OSError as error:
        reporter.failed(InstallFailed(f"{error}.", "Make room or give yourself access there, then run it again."))
    except KeyboardInterrupt:
        reporter.failed(InstallFailed("Interrupted.", "Run the same command again: it continues."))
        return 130
    return 2


def _engine(options: argparse.Namespace, reporter: Reporter) -> int:
    python = ensure(_wish(options), check_engine, reporter)
    reporter.done(f"The engine is installed: {python}")
    return 0


def _demo(options: argparse.Namespace, reporter: Reporter) -> int:
    return develop.demo(ensure(_wish(options), check_engine, reporter), reporter)


def _test(options: argparse.Namespace, reporter: Reporter) -> int:
    python = ensure(_wish(options), check_engine, reporter)
    add_tests(reporter, _wish(options).source)
    return develop.test(python, options.arguments, reporter)


def _bench(options: argparse.Namespace, reporter: Reporter) -> int:
    python = ensure(_wish(options), check_engine, reporter)
    add_tests(reporter, _wish(options).source)
    return develop.bench(python, options.arguments)


def _wish(options: argparse.Namespace) -> Wish:
    return Wish(options.device, Source(options.from_wheels))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="install.py", description="Install Neural Style for Krita, GIMP and `nst`.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    common = _engine_options()
    for name, run, text in (
        ("engine", _engine, "build the engine's environment, and nothing else"),
        ("demo", _demo, "paint a bundled picture to demo.png"),
        ("test", _test, "run all tests; further arguments go to pytest"),
        ("bench", _bench, "measure speed, memory and quality"),
    ):
        command = commands.add_parser(name, help=text, description=text, parents=[common])
        command.set_defaults(run=run)
        if name in ("test", "bench"):
            command.add_argument("arguments", nargs=argparse.REMAINDER, help="passed on")
    return parser


def _engine_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--device", choices=DEVICES, default="auto", help="the hardware to paint on (auto: found)")
    options.add_argument("--from-wheels", metavar="DIR", default="", help="install from these files, without a network")
    options.add_argument("--progress", choices=("text", "json"), default="text", help="how progress is told")
    return options
