"""``nst stylize``: files in, a job, a file out.

What can be checked without the engine is checked before it is loaded, so that a mistyped name is told at once.
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
from .console import Bar, JsonLines, Quiet, Teller
from .images import Picture, read
from .masks import Surroundings, mask_buffer
from .options import StyleFile, settings_from, wanted_size
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
    keep = _Keeper(options, content, job.selection, teller)
    with interruptible(engine.stop), closing(engine.events(job)) as events:
        for event in events:
            teller.event(event, keep(event))
    if not keep.finished:
        raise EngineFailed("The engine ended without a picture.", "Try again; `nst doctor` checks the engine.")


def _check_output(options: argparse.Namespace) -> None:
    inputs = [options.content, *(path for style in options.styles for path in style.files())]
    inputs += [path for path in (options.selection, options.keep_mask, options.init) if isinstance(path, Path)]
    output.check(options.output, inputs)
    if options.previews:
        output.check_previews(options.previews, inputs)


class _Reader:
    """Reads the job's files, and tells what there is to tell about each."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller

    def picture(self, path: Path) -> Picture:
        """The picture in ``path``."""
        picture = read(path)
        for notice in picture.notices:
            self._teller.event(Notice(notice))
        return picture

    def fitted(self, path: Path, size: Tuple[int, int]) -> Picture:
        """The picture in ``path`` brought to ``size``; tells if that distorts it."""
        picture = self.picture(path)
        (width, height), (own_width, own_height) = size, picture.size
        if abs(own_height * width / own_width - height) > max(1, 0.01 * height):
            self._teller.event(
                Notice(f"{path.name} has other proportions than the picture it is for: it is stretched.")
            )
        return picture.scaled(size)

    def content(self, options: argparse.Namespace) -> Picture:
        """The content, brought to the output's size."""
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
        """The mask in ``path``, if there is one, brought to ``size``."""
        return mask_buffer(self.fitted(path, size)) if path else None


def _read_job(options: argparse.Namespace, settings: Settings, teller: Teller) -> Tuple[Picture, StyleJob]:
    """The content in the output's size, and the job for the engine."""
    reader = _Reader(teller)
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


class _Keeper:
    """Writes the pictures that events bring, and names the file of each."""

    def __init__(
        self, options: argparse.Namespace, content: Picture, selection: Optional[PixelBuffer], teller: Teller
    ) -> None:
        self._options = options
        self._transparent = content.transparent
        self._surroundings = Surroundings(content, selection, covers=options.mode == "texture")
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
        try:
            return self._write(self._options.output, result)
        except UnwritableOutput as error:
            raise UnwritableOutput(error.problem, self._rescue(result)) from error

    def _rescue(self, result: Result) -> str:
        """Write a result elsewhere, when its place has become unwritable while it was painted; says where."""
        try:
            elsewhere = Path(tempfile.mkdtemp(prefix="nst-")) / self._options.output.name
            return f"The picture is in {self._write(elsewhere, result)}."
        except (OSError, UnwritableOutput):
            return "It could not be written elsewhere either: make room, and paint it again."

    def _write(self, path: Path, event: Union[Preview, Result]) -> str:
        image = self._surroundings.around(output.image_of(event.pixels))
        # A texture shows nothing between the regions of its styles, though the content is opaque there.
        transparent = self._transparent or image.getchannel("A").getextrema()[0] < 255  # type: ignore[operator]
        for notice in output.write(path, image, transparent):
            self._teller.event(Notice(notice))
        return str(path)
