"""Reads the files of a command, and makes a job from them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Optional, Tuple

from nst_core.job.events import Notice
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings

from . import output
from .console import EventPrinter
from .images import Picture, read
from .masks import mask_buffer
from .options import StyleFile, wanted_size

#: The longest side in pixels of the pictures in ``--previews``.
_PREVIEW_SIDE = 512


class PictureReader:
    """Reads the files of a job, and prints the notices about each file."""

    def __init__(self, printer: EventPrinter) -> None:
        self._printer = printer

    def picture(self, path: Path) -> Picture:
        """Read the picture in ``path``."""
        picture = read(path)
        for notice in picture.notices:
            self._printer.event(Notice(notice))
        return picture

    def fitted(self, path: Path, size: Tuple[int, int]) -> Picture:
        """Read the picture in ``path``, and scale it to ``size``. Print a notice if this distorts it."""
        picture = self.picture(path)
        (width, height), (own_width, own_height) = size, picture.size
        if abs(own_height * width / own_width - height) > max(1, 0.01 * height):
            self._printer.event(
                Notice(f"{path.name} has other proportions than the picture it is for: it is stretched.")
            )
        return picture.scaled(size)

    def content(self, options: argparse.Namespace) -> Picture:
        """Read the content, and scale it to the output's size."""
        content = self.picture(options.content)
        size = wanted_size(options.output_size, content.size)
        output.check_size(options.output, size)
        return content.scaled(size)

    def style(self, style: StyleFile, size: Tuple[int, int]) -> Style:
        """Read a style with its masks, for a content of this ``size``."""
        picture = self.style_picture(style.path)
        region, source = self.mask(style.region, size), self.mask(style.source, picture.size)
        return Style(picture.buffer(), style.weight, style.path.stem, region, source)

    def style_picture(self, path: Path) -> Picture:
        """Read the picture of a style."""
        return self.picture(path)

    def mask(self, path: Optional[Path], size: Tuple[int, int]) -> Optional[PixelBuffer]:
        """Read the mask in ``path``, if it is not None, and scale it to ``size``."""
        return mask_buffer(self.fitted(path, size)) if path else None


def read_job(options: argparse.Namespace, settings: Settings, reader: PictureReader) -> Tuple[Picture, StyleJob]:
    """Return the content in the output's size, and the job for the engine."""
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
