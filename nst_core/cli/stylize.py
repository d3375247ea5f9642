"""``nst stylize``: files in, a job, a file out.

What can be checked without the engine is checked before it is loaded, so that a mistyped name is told at once.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Tuple, Union

from nst_core.bridge.errors import EngineFailed, NeuralStyleError, UnwritableOutput
from nst_core.bridge.events import Event, Notice, Preview, Result
from nst_core.bridge.job import Style, StyleJob
from nst_core.bridge.settings import Settings

from . import images, output
from .console import Bar, JsonLines, Quiet, Teller
from .options import settings_from, wanted_size
from .running import Engine, InProcess, InWorker, interruptible

#: The longest side in pixels of the pictures in ``--previews``.
_PREVIEW_SIDE = 512


def stylize(options: argparse.Namespace) -> int:
    """Carry out the parsed ``options``; returns the exit code. Raises named errors."""
    teller = _teller(options)
    try:
        _paint(options, teller)
    except NeuralStyleError as error:
        teller.failed(error)
        raise
    finally:
        teller.close()
    return 0


def _teller(options: argparse.Namespace) -> Teller:
    if options.json:
        return JsonLines()
    return Quiet() if options.quiet else Bar()


def _paint(options: argparse.Namespace, teller: Teller) -> None:
    settings = settings_from(options)
    _check_output(options)
    content, job = _read_job(options, settings, teller)
    engine: Engine = InWorker() if options.worker else InProcess()
    keep = _Keeper(options, content.transparent, teller)
    with interruptible(engine.stop), closing(engine.events(job)) as events:
        for event in events:
            teller.event(event, keep(event))
    if not keep.finished:
        raise EngineFailed("The engine ended without a picture.", "Try again; `nst doctor` checks the engine.")


def _check_output(options: argparse.Namespace) -> None:
    initial = [options.init] if isinstance(options.init, Path) else []
    inputs = [options.content, *(style.path for style in options.styles), *initial]
    output.check(options.output, inputs)
    if options.previews:
        output.check_previews(options.previews, inputs)


def _read_job(options: argparse.Namespace, settings: Settings, teller: Teller) -> Tuple[images.Picture, StyleJob]:
    """The content as it was brought to its size, and the job for the engine."""

    def read(path: Path) -> images.Picture:
        picture = images.read(path)
        for notice in picture.notices:
            teller.event(Notice(notice))
        return picture

    content = read(options.content)
    size = wanted_size(options.size, content.size)
    output.check_size(options.output, size)
    content = content.scaled(size)
    styles = [Style(read(style.path).pixels(), style.weight, style.path.stem) for style in options.styles]
    initial = read(options.init).scaled(size).pixels() if settings.init == "picture" else None
    side = _PREVIEW_SIDE if options.previews else 0
    return content, StyleJob(content.pixels(), tuple(styles), settings, initial=initial, preview_side=side)


class _Keeper:
    """Writes the pictures that events bring, and names the file of each."""

    def __init__(self, options: argparse.Namespace, transparent: bool, teller: Teller) -> None:
        self._options = options
        self._transparent = transparent
        self._teller = teller
        self._previews = 0
        self.finished = False

    def __call__(self, event: Event) -> str:
        """The file that the picture of ``event`` was written to; empty if it has none."""
        if isinstance(event, Result):
            self.finished = True
            return self._keep_result(event)
        return self._keep_preview(event) if isinstance(event, Preview) else ""

    def _keep_preview(self, preview: Preview) -> str:
        """Write a preview; one that can't be written is no reason to give up the job."""
        self._previews += 1
        try:
            return self._write(output.preview_path(self._options.previews, self._previews), preview)
        except UnwritableOutput as error:
            self._teller.event(Notice(error.problem))
            return ""

    def _keep_result(self, result: Result) -> str:
        """Write the result; where that has become impossible, write it elsewhere, and say so."""
        try:
            return self._write(self._options.output, result)
        except UnwritableOutput as error:
            elsewhere = Path(tempfile.mkdtemp(prefix="nst-")) / self._options.output.name
            kept = self._write(elsewhere, result)
            raise UnwritableOutput(error.problem, f"The picture is in {kept}.") from error

    def _write(self, path: Path, event: Union[Preview, Result]) -> str:
        for notice in output.write(path, event.pixels, self._transparent):
            self._teller.event(Notice(notice))
        return str(path)
