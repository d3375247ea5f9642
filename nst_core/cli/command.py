"""The parser of ``nst`` and its way out.

Exit codes: 0 a picture was written (also the picture so far, after Ctrl-C), 1 the engine failed, 2 the command can't be
carried out and stderr says why, 130 aborted.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path
from typing import Optional, Sequence

from nst_core import __version__
from nst_core.job import errors
from nst_core.job.pixels import MAXIMUM_SIDE

from .options import DEFAULT_SIZE, OfTheStyleBefore, Parser, add_settings, parse_size, parse_style
from .running import REPAIR_IT, first_line
from .streams import LossyStream, lossy_streams

_FAILURES = (
    errors.OutOfMemory,
    errors.EngineFailed,
    errors.WorkerDied,
    errors.WorkerUnresponsive,
    errors.ProtocolMismatch,
    errors.ProtocolError,
)


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run ``nst`` with ``arguments`` (default: the process's) and return its exit code."""
    with lossy_streams() as output, warnings.catch_warnings():
        if not sys.warnoptions:
            warnings.simplefilter("ignore")  # those of libraries are for programmers
        return _run(arguments, output)


def _run(arguments: Optional[Sequence[str]], output: LossyStream) -> int:
    try:
        options = make_parser().parse_args(arguments)
        code = int(options.run(options))
        output.flush()
        return 1 if output.is_broken and options.run is _doctor else code
    except errors.NeuralStyleError as error:
        print(f"nst: {error}", file=sys.stderr)
        return 1 if isinstance(error, _FAILURES) else 2
    except ModuleNotFoundError as error:
        remedy = "Run `python3 install.py`, or start nst from the engine's environment."
        print(f"nst: This Python has no module {error.name}. {remedy}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("nst: aborted.", file=sys.stderr)
        return 130
    except ImportError as error:
        print(f"nst: A library can't be loaded ({first_line(error)}). {REPAIR_IT}", file=sys.stderr)
        return 2


def make_parser() -> Parser:
    """The parser of all commands; what it returns has the command to call in ``run``."""
    parser = Parser(prog="nst", description="Paint a picture in the style of others.")
    parser.add_argument("--version", action="version", version=f"nst {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_stylize(commands.add_parser("stylize", help="paint a picture", description="Paint CONTENT in a style."))
    text = "say what is installed and whether it works"
    commands.add_parser("doctor", help=text, description=f"Check the engine: {text}.").set_defaults(run=_doctor)
    text = "serve an editor over stdin and stdout, also from another machine: ssh HOST nst worker"
    commands.add_parser("worker", help=text, description=f"Run the engine: {text}.").set_defaults(run=_worker)
    return parser


def _add_stylize(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_stylize)
    parser.add_argument("content", metavar="CONTENT", type=Path, help="the picture to paint")
    parser.add_argument(
        "--style", metavar="IMAGE[=WEIGHT]", type=parse_style, action="append", required=True, dest="styles",
        help="a picture whose style is taken, and its share in the mixture (above 0; default: 1); may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--region", metavar="MASK", type=Path, action=OfTheStyleBefore, default=argparse.SUPPRESS,
        help="where on the content the --style before it paints: white everywhere, black nowhere (default: everywhere)",
    )  # fmt: skip
    parser.add_argument(
        "--source", metavar="MASK", type=Path, action=OfTheStyleBefore, default=argparse.SUPPRESS,
        help="which part of the --style before it is used (default: all that is not transparent)",
    )  # fmt: skip
    parser.add_argument(
        "--selection", metavar="MASK", type=Path,
        help="what may change; the rest of the content stays as it is (default: everything)",
    )  # fmt: skip
    parser.add_argument(
        "--keep-mask", metavar="MASK", type=Path,
        help="where --keep-content holds: white fully, black as at 0 (default: everywhere)",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", metavar="OUT", type=Path, required=True,
        help="the file to write; its extension picks PNG, JPEG, WebP or TIFF",
    )  # fmt: skip
    parser.add_argument(
        "--size", metavar="PX|full", type=parse_size, dest="output_size",
        help="longest side of the output, to which the content is scaled first; full keeps the content's own size "
        f"(1 to {MAXIMUM_SIDE} px or full; default: {DEFAULT_SIZE}, or the content's size if that is smaller)",
    )  # fmt: skip
    add_settings(parser)
    telling = parser.add_argument_group("what is told")
    telling.add_argument("--previews", metavar="DIR", type=Path, help="write the picture to DIR as it forms")
    telling.add_argument("--json", action="store_true", help="one event a line on stdout, as JSON, for scripts")
    telling.add_argument("--quiet", action="store_true", help="say nothing but errors")
    telling.add_argument("--worker", action="store_true", help="paint in the process that the editors use")


# The commands import what they need when they run, so that help and complaints about options come at once.


def _stylize(options: argparse.Namespace) -> int:
    from .stylize import stylize

    return stylize(options)


def _doctor(options: argparse.Namespace) -> int:
    from .engine_check import CHECKS, check_engine

    return check_engine(CHECKS)


def _worker(options: argparse.Namespace) -> int:
    from nst_core.worker import main as serve

    return serve()
