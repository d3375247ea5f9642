"""``nst stylize``: from files to a job, and from its result to a file.

Everything that can be checked without the engine is checked before it is loaded, so that a mistyped name is reported at
once.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Optional, Tuple, Union

from nst_core.job.errors import EngineFailed, NeuralStyleError, UnwritableOutput
from nst_core.job.events import Event, Notice, Preview, Result
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings

from . import output
from .console import EventPrinter, JsonLines, ProgressBar, Silent
from .images import Picture, read
from .masks import Surroundings, mask_buffer
from .options import StyleFile, settings_from, wanted_size, without_effect
from .running import Engine, InProcess, InWorker, interruptible

#: The longest side in pixels of the pictures in ``--previews``.
_PREVIEW_SIDE = 512


def stylize(options: argparse.Namespace) -> int:
    """Carry out the parsed ``options``; returns the exit code. Raises named errors."""
    printer = _printer(options)
    try:
        _paint(options, printer)
    except NeuralStyleError as error:
        printer.failed(error)
        raise
    finally:
        printer.close()
    return 0


def _printer(options: argparse.Namespace) -> EventPrinter:
    if options.json:
        return JsonLines()
    return Silent() if options.quiet else ProgressBar()


def _paint(options: argparse.Namespace, printer: EventPrinter) -> None:
    settings = settings_from(options)
    for sentence in without_effect(options, settings):
        printer.event(Notice(sentence))
    _check_output(options)
    content, job = _read_job(options, settings, printer)
    engine: Engine = InWorker() if options.worker else InProcess()
    writer = _PictureWriter(options, content, job.selection, printer)
    with interruptible(engine.stop), closing(engine.events(job)) as events:
        for event in events:
            printer.event(event, writer.write(event))
    if not writer.finished:
        raise EngineFailed("The engine ended without a picture.", "Try again; `nst doctor` checks the engine.")


def _check_output(options: argparse.Namespace) -> None:
    inputs = [options.content, *(path for style in options.styles for path in style.files())]
    inputs += [path for path in (options.selection, options.keep_mask, options.init) if isinstance(path, Path)]
    output.check(options.output, inputs)
    if options.previews:
        output.check_previews(options.previews, inputs)


class _PictureReader:
    """Reads the job's files, and prints the notices about each."""

    def __init__(self, printer: EventPrinter) -> None:
        self._printer = printer

    def picture(self, path: Path) -> Picture:
        """The picture in ``path``."""
        picture = read(path)
        for notice in picture.notices:
            self._printer.event(Notice(notice))
        return picture

    def fitted(self, path: Path, size: Tuple[int, int]) -> Picture:
        """The picture in ``path``, scaled to ``size``; prints a notice if that distorts it."""
        picture = self.picture(path)
        (width, height), (own_width, own_height) = size, picture.size
        if abs(own_height * width / own_width - height) > max(1, 0.01 * height):
            self._printer.event(
                Notice(f"{path.name} has other proportions than the picture it is for: it is stretched.")
            )
        return picture.scaled(size)

    def content(self, options: argparse.Namespace) -> Picture:
        """The content, scaled to the output's size."""
        content = self.picture(options.content)
        size = wanted_size(options.output_size, content.size)
        output.check_size(options.output, size)
        return content.scaled(size)

    def style(self, style: StyleFile, size: Tuple[int, int]) -> Style:
        """A style with its masks, for a content of ``size``."""
        picture = self.picture(style.path)
        region, source = self.mask(style.region, size), self.mask(style.source, picture.size)
        return Style(picture.buffer(), style.weight, style.path.stem, region, source)

    def mask(self, path: Optional[Path], size: Tuple[int, int]) -> Optional[PixelBuffer]:
        """The mask in ``path``, if there is one, scaled to ``size``."""
        return mask_buffer(self.fitted(path, size)) if path else None


def _read_job(options: argparse.Namespace, settings: Settings, printer: EventPrinter) -> Tuple[Picture, StyleJob]:
    """The content in the output's size, and the job for the engine."""
    reader = _PictureReader(printer)
    content = reader.content(options)
    starts = settings.init == "picture"
    return content, StyleJob(
        content.buffer(),
        tuple(reader.style(style, content.size) for style in options.styles),
        settings,
        selection=reader.mask(options.selection, content.size),
        keep_mask=reader.mask(options.keep_mask, content.size),
        initial=reader.fitted(options.init, content.size).buffer() if starts else None,
        preview_side=_PREVIEW_SIDE if options.previews else 0,
    )


class _PictureWriter:
    """Writes the pictures of events to files. ``finished`` says whether the result was among them."""

    def __init__(
        self, options: argparse.Namespace, content: Picture, selection: Optional[PixelBuffer], printer: EventPrinter
    ) -> None:
        self._options = options
        self._transparent = content.transparent
        self._surroundings = Surroundings(content, selection, covers=options.mode == "texture")
        self._printer = printer
        self._previews = 0
        self.finished = False

    def write(self, event: Event) -> str:
        """Write the picture of ``event``; returns the name of the file, empty if there is no picture."""
        if isinstance(event, Result):
            self.finished = True
            return self._write_result(event)
        return self._write_preview(event) if isinstance(event, Preview) else ""

    def _write_preview(self, preview: Preview) -> str:
        """Write a preview; if that fails, the job goes on."""
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
            raise UnwritableOutput(error.problem, self._rescue(result)) from error

    def _rescue(self, result: Result) -> str:
        """Write a result to another folder, because its own became unwritable during the job; says where it is."""
        try:
            elsewhere = Path(tempfile.mkdtemp(prefix="nst-")) / self._options.output.name
            return f"The picture is in {self._write_image(elsewhere, result)}."
        except (OSError, UnwritableOutput):
            return "It could not be written elsewhere either: make room, and paint it again."

    def _write_image(self, path: Path, event: Union[Preview, Result]) -> str:
        image = self._surroundings.around(output.image_of(event.pixels))
        # A texture shows nothing between the regions of its styles, though the content is opaque there.
        transparent = self._transparent or image.getchannel("A").getextrema()[0] < 255  # type: ignore[operator]
        for notice in output.write(path, image, transparent):
            self._printer.event(Notice(notice))
        return str(path)
