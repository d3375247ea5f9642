"""The options of ``nst animate``, ``nst batch`` and ``nst farm`` that ``nst stylize`` does not have."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from nst_core.job.errors import InvalidJob

_FORMATS = ("png", "jpg", "webp", "tif")


def add_animate(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``nst animate`` to ``parser``."""
    parser.add_argument(
        "frames", metavar="FRAMES", nargs="+",
        help="the film: pictures, a folder, a pattern such as frame-%%04d.png, or a video file (with ffmpeg)",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", metavar="OUT", type=Path, required=True,
        help="the folder for the painted frames, or a video file (with ffmpeg; the sound is kept); files are replaced "
        "only with --restart, and only those of an earlier run",
    )  # fmt: skip
    parser.add_argument("--loop", action="store_true", help="the last frame leads back to the first one")
    parser.add_argument(
        "--fps", metavar="NUMBER", type=_rate,
        help="frames per second of a video (default: those of the input video, or 24)",
    )  # fmt: skip
    _add_common(parser, "paint the film again, and replace its frames")


def add_batch(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``nst batch`` to ``parser``."""
    parser.add_argument("contents", metavar="CONTENT", nargs="+", help="pictures, folders or patterns such as *.jpg")
    parser.add_argument(
        "-o", "--output", metavar="FOLDER", type=Path, required=True,
        help="the folder for the painted pictures; only those of an earlier run are replaced",
    )  # fmt: skip
    parser.add_argument(
        "--each-style", action="store_true", help="paint each picture once in each style, not in a mixture of them"
    )
    _add_common(parser, "paint all pictures again, and replace those of an earlier run")
    parser.add_argument(
        "--table", metavar="FILE", type=_table,
        help="the file for the outcome of each picture, as CSV or JSON (default: batch.csv in the output folder)",
    )  # fmt: skip


def add_contact_sheet(reports: argparse._ArgumentGroup) -> None:
    """Add the option for films to the group ``reports``."""
    reports.add_argument(
        "--contact-sheet", metavar="FILE", type=Path,
        help="write some frames side by side to FILE as the film grows; an existing file is replaced unless it is an "
        "input",
    )  # fmt: skip


def add_farm(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``nst farm`` to ``parser``."""
    parser.add_argument("--workers", metavar="N", type=_count, default=2, help="processes that paint (default: 2)")
    parser.add_argument("--port", metavar="PORT", type=_port, default=8786, help="of the scheduler (default: 8786)")


def _add_common(parser: argparse.ArgumentParser, restart: str) -> None:
    parser.add_argument(
        "--format", choices=_FORMATS, default=_FORMATS[0], help=f"format of the pictures (default: {_FORMATS[0]})"
    )
    parser.add_argument("--restart", action="store_true", help=restart)


def add_machines(parser: argparse.ArgumentParser) -> None:
    """Add the options for painting on several machines to ``parser``."""
    machines = parser.add_argument_group("several machines")
    machines.add_argument(
        "--scheduler", metavar="ADDRESS",
        help="the Dask scheduler whose workers paint, such as tcp://studio:8786; `nst farm` starts one for trying",
    )  # fmt: skip
    machines.add_argument(
        "--shared", metavar="FOLDER", type=Path,
        help="a folder that all machines have under this name, for pictures (default: the network)",
    )  # fmt: skip


def _rate(text: str) -> str:
    """Return frames per second in the form of ffmpeg: a number or a fraction."""
    if not re.fullmatch(r"\d{1,4}(\.\d{1,6})?|\d{1,6}/\d{1,6}", text) or not float(text.split("/")[0]):
        raise InvalidJob(f"--fps must be a number such as 25 or 24000/1001, not {text!r}.")
    return text


def _count(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,2}", text):
        raise InvalidJob(f"--workers must be a number from 1 to 999, not {text!r}.")
    return int(text)


def _port(text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text) or int(text) > 65535:
        raise InvalidJob(f"--port must be a number from 0 to 65535, not {text!r}.")
    return int(text)


def _table(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in (".csv", ".json"):
        raise InvalidJob(f"--table must be a file that ends in .csv or .json, not {text!r}.")
    return path
