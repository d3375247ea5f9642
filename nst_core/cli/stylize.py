"""``nst stylize``: reads files, paints one picture, and writes it to a file.

All checks that do not need the engine come before it is loaded. So a mistyped name is reported immediately.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Union

from nst_core.job.errors import NeuralStyleError, UnwritableOutput
from nst_core.job.events import Event, Notice, Preview, Result
from nst_core.job.request import StyleJob

from . import output
from .console import EventPrinter, JsonLines, ProgressBar, Silent
from .frames import files_beside
from .images import Picture
from .options import settings_from, without_effect
from .reading import PictureReader, read_job
from .result_file import ResultFile, no_picture
from .running import Engine, InProcess, InWorker, interruptible


def stylize(options: argparse.Namespace) -> int:
    """Carry out the parsed ``options``, and return the exit code. Raises named errors."""
    printer = event_printer(options)
    try:
        _paint(options, printer)
    except NeuralStyleError as error:
        printer.failed(error)
        raise
    finally:
        printer.close()
    return 0


def event_printer(options: argparse.Namespace) -> EventPrinter:
    """Return the printer that the options ask for."""
    if options.json:
        return JsonLines()
    return Silent() if options.quiet else ProgressBar()


def _paint(options: argparse.Namespace, printer: EventPrinter) -> None:
    settings = settings_from(options)
    for sentence in without_effect(options, settings):
        printer.event(Notice(sentence))
    _check_output(options)
    if options.output.exists():
        printer.event(Notice(f"{options.output} exists already: it will be replaced."))
    content, job = read_job(options, settings, PictureReader(printer))
    engine: Engine = InWorker() if options.worker else InProcess()
    writer = _PictureWriter(options, content, job, printer)
    with interruptible(engine.stop), closing(engine.events(job)) as events:
        for event in events:
            printer.event(event, writer.write(event))
    if not writer.finished:
        raise no_picture()


def _check_output(options: argparse.Namespace) -> None:
    inputs = [options.content, *files_beside(options)]
    output.check(options.output, inputs)
    if options.previews:
        output.check_previews(options.previews, inputs)


class _PictureWriter:
    """Writes the pictures of events to files. ``finished`` is True after the result."""

    def __init__(self, options: argparse.Namespace, content: Picture, job: StyleJob, printer: EventPrinter) -> None:
        self._options = options
        self._file = ResultFile(content, job)
        self._printer = printer
        self._previews = 0
        self.finished = False

    def write(self, event: Event) -> str:
        """Write the picture of ``event``, and return the name of the file. It is empty if the event has no picture."""
        if isinstance(event, Result):
            self.finished = True
            return self._write_result(event)
        return self._write_preview(event) if isinstance(event, Preview) else ""

    def _write_preview(self, preview: Preview) -> str:
        """Write a preview. If this fails, the job goes on."""
        self._previews += 1
        try:
            return self._write_image(output.preview_path(self._options.previews, self._previews), preview)
        except UnwritableOutput as error:
            self._printer.event(Notice(error.problem))
            return ""

    def _write_result(self, result: Result) -> str:
        try:
            return self._write_image(self._options.output, result)
        except UnwritableOutput as error:
            raise UnwritableOutput(error.problem, self._write_elsewhere(result)) from error

    def _write_elsewhere(self, result: Result) -> str:
        """Write a result to a temporary folder, because its own folder became unwritable during the job.

        Return a sentence.
        """
        try:
            elsewhere = Path(tempfile.mkdtemp(prefix="nst-")) / self._options.output.name
            return f"The picture is in {self._write_image(elsewhere, result)}."
        except (OSError, UnwritableOutput):
            return "It could not be written elsewhere either: make room, and paint it again."

    def _write_image(self, path: Path, event: Union[Preview, Result]) -> str:
        for notice in self._file.write(path, event.pixels):
            self._printer.event(Notice(notice))
        return str(path)
