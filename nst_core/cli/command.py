"""The parser of ``nst`` and its exit codes.

0: a picture was written (after Ctrl-C, an unfinished one). 1: the engine failed. 2: the command can't be carried out,
and stderr says why. 3: some pictures of a batch could not be painted. 130: aborted.
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

from .many_options import add_animate, add_batch, add_contact_sheet, add_farm, add_machines
from .options import DEFAULT_SIZE, Parser, StyleOption, add_settings, parse_size, parse_style
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
    """Run ``nst`` with ``arguments`` (default: those of the process), and return its exit code."""
    with lossy_streams() as output, warnings.catch_warnings():
        if not sys.warnoptions:
            warnings.simplefilter("ignore")  # libraries print warnings for programmers
        return _run(arguments, output)


def _run(arguments: Optional[Sequence[str]], output: LossyStream) -> int:
    try:
        options, unknown = make_parser().parse_known_args(arguments)
        if unknown:
            options.parser.refuse(unknown)
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
    except ImportError as error:
        print(f"nst: A library can't be loaded ({first_line(error)}). {REPAIR_IT}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as stop:  # the message of a film says how to continue
        print(f"nst: {stop}" if str(stop) else "nst: aborted.", file=sys.stderr)
        return 130


def make_parser() -> Parser:
    """Return the parser of all commands.

    Its result has the command's function in ``run`` and the command's own parser in ``parser``.
    """
    parser = Parser(prog="nst", description="Paint a picture in the style of others.")
    parser.add_argument("--version", action="version", version=f"nst {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    stylize = commands.add_parser("stylize", help="paint a picture", description="Paint CONTENT in a style.")
    _add_stylize(stylize)
    animate = commands.add_parser(
        "animate", help="paint a film without flicker", description="Paint the frames of a film in a style."
    )
    add_animate(animate)
    add_contact_sheet(_add_job(animate))
    batch = commands.add_parser("batch", help="paint many pictures", description="Paint each CONTENT in a style.")
    add_batch(batch)
    _add_job(batch)
    for many in (animate, batch):
        add_machines(many)
        many.set_defaults(previews=None)
    text = "start a scheduler and workers on this machine"
    farm = commands.add_parser("farm", help=text, description=f"Try a farm: {text}, until Ctrl-C.")
    add_farm(farm)
    text = "print the parts of the engine, and whether they work"
    doctor = commands.add_parser("doctor", help=text, description=f"Check the engine: {text}.")
    text = "serve an editor over stdin and stdout, also from another machine: ssh HOST nst worker"
    worker = commands.add_parser("worker", help=text, description=f"Run the engine: {text}.")
    for command, run in (
        *((stylize, _stylize), (animate, _animate), (batch, _batch)),
        *((farm, _farm), (doctor, _doctor), (worker, _worker)),
    ):
        command.set_defaults(run=run, parser=command)
    return parser


def _add_stylize(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("content", metavar="CONTENT", type=Path, help="the picture to paint")
    parser.add_argument(
        "-o", "--output", metavar="OUT", type=Path, required=True,
        help="the file to write; its extension picks PNG, JPEG, WebP or TIFF; an existing file is replaced unless it "
        "is an input",
    )  # fmt: skip
    reports = _add_job(parser)
    reports.add_argument("--previews", metavar="DIR", type=Path, help="write the picture to DIR as it forms")
    reports.add_argument("--worker", action="store_true", help="paint in the process that the editors use")


def _add_job(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Add the options that all painting commands share to ``parser``, and return the group of reports."""
    parser.add_argument(
        "--style", metavar="IMAGE[=WEIGHT]", type=parse_style, action="append", required=True, dest="styles",
        help="a picture whose style is taken, and its share in the mixture (above 0; default: 1); may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--region", metavar="MASK", type=Path, action=StyleOption, default=argparse.SUPPRESS,
        help="where on the content the --style before it paints: white everywhere, black nowhere (default: everywhere)",
    )  # fmt: skip
    parser.add_argument(
        "--source", metavar="MASK", type=Path, action=StyleOption, default=argparse.SUPPRESS,
        help="which part of the --style before it is used (default: all parts that are not transparent)",
    )  # fmt: skip
    parser.add_argument(
        "--selection", metavar="MASK", type=Path,
        help="the part that may change; the rest of the content stays as it is (default: everything)",
    )  # fmt: skip
    parser.add_argument(
        "--keep-mask", metavar="MASK", type=Path,
        help="where --keep-content applies: white fully, black not at all (default: everywhere)",
    )  # fmt: skip
    parser.add_argument(
        "--size", metavar="PX|full", type=parse_size, dest="output_size",
        help="longest side of the output, to which the content is scaled first; full keeps the content's own size; "
        "--working-size leaves the output as large as it is, and paints it smaller "
        f"(1 to {MAXIMUM_SIDE} px or full; default: {DEFAULT_SIZE}, or the content's size if that is smaller)",
    )  # fmt: skip
    add_settings(parser)
    reports = parser.add_argument_group("reports")
    reports.add_argument("--json", action="store_true", help="print one event a line on stdout, as JSON, for scripts")
    reports.add_argument("--quiet", action="store_true", help="print only errors")
    return reports


# Each command imports its modules when it runs, so that help and errors in options appear immediately.


def _stylize(options: argparse.Namespace) -> int:
    from .stylize import stylize

    return stylize(options)


def _animate(options: argparse.Namespace) -> int:
    from .child import follow_editor

    follow_editor()
    from .animate import animate

    return animate(options)


def _batch(options: argparse.Namespace) -> int:
    from .batch import batch

    return batch(options)


def _farm(options: argparse.Namespace) -> int:
    from .farm import farm

    return farm(options)


def _doctor(options: argparse.Namespace) -> int:
    from .engine_check import CHECKS, check_engine

    return check_engine(CHECKS)


def _worker(options: argparse.Namespace) -> int:
    from nst_core.worker import main as serve

    return serve()
