"""The options of ``nst animate`` and ``nst batch`` beside those that they share with ``stylize``."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from nst_core.job.errors import InvalidJob

_FORMATS = ("png", "jpg", "webp", "tif")


def add_animate(parser: argparse.ArgumentParser) -> None:
    """Give ``parser`` the options of ``nst animate``."""
    parser.add_argument(
        "frames", metavar="FRAMES", nargs="+",
        help="the film: pictures, a folder, a pattern such as frame-%%04d.png, or a video file (with ffmpeg)",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", metavar="OUT", type=Path, required=True,
        help="the folder for the painted frames, or a video file (with ffmpeg; the sound is kept)",
    )  # fmt: skip
    parser.add_argument("--loop", action="store_true", help="the last frame leads back to the first one")
    parser.add_argument(
        "--fps", metavar="NUMBER", type=_rate,
        help="frames per second of a video (default: those of the input video, or 24)",
    )  # fmt: skip
    _add_common(parser, "paint the film anew, and replace its frames")
    reports = parser.add_argument_group("reports")
    reports.add_argument(
        "--contact-sheet", metavar="FILE", type=Path, help="write some frames side by side to FILE as the film grows"
    )


def add_batch(parser: argparse.ArgumentParser) -> None:
    """Give ``parser`` the options of ``nst batch``."""
    parser.add_argument("contents", metavar="CONTENT", nargs="+", help="pictures, folders or patterns such as *.jpg")
    parser.add_argument(
        "-o", "--output", metavar="FOLDER", type=Path, required=True, help="the folder for the painted pictures"
    )
    parser.add_argument(
        "--each-style", action="store_true", help="paint each picture once in each style, not in a mixture of them"
    )
    _add_common(parser, "paint all pictures anew, and replace those of an earlier run")
    parser.add_argument(
        "--table", metavar="FILE", type=_table,
        help="what happened to each picture, as CSV or JSON (default: batch.csv in the output folder)",
    )  # fmt: skip


def _add_common(parser: argparse.ArgumentParser, restart: str) -> None:
    parser.add_argument(
        "--format", choices=_FORMATS, default=_FORMATS[0], help=f"format of the pictures (default: {_FORMATS[0]})"
    )
    parser.add_argument("--restart", action="store_true", help=restart)


def _rate(text: str) -> str:
    """Frames per second as ffmpeg takes them: a number or a fraction."""
    if not re.fullmatch(r"\d{1,4}(\.\d{1,6})?|\d{1,6}/\d{1,6}", text) or not float(text.split("/")[0]):
        raise InvalidJob(f"--fps must be a number such as 25 or 24000/1001, not {text!r}.")
    return text


def _table(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in (".csv", ".json"):
        raise InvalidJob(f"--table must be a file that ends in .csv or .json, not {text!r}.")
    return path
