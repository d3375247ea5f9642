"""``nst animate``: the frames of a film, painted so that nothing flickers."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Dict, List, Optional, Tuple

from nst_core.film.plan import Step, steps
from nst_core.film.sequence import Film, Painted
from nst_core.job.errors import InvalidJob, NeuralStyleError
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import StyleJob
from nst_core.job.settings import Settings

from .console import NoticesTo
from .contact_sheet import ContactSheet
from .describe import changed, description
from .film_console import Reports, reports
from .film_place import Input, Place
from .frames import masks_in
from .images import Picture
from .options import settings_from, without_effect
from .reading import PictureReader, read_job
from .results import ResultFile
from .results import painted as painted_by_engine


def animate(options: argparse.Namespace) -> int:
    """Carry out the parsed ``options``; returns the exit code. Raises named errors."""
    settings = settings_from(options)
    place = Place.of(options.output, options.format)
    source = Input.of(options.frames, options.fps, place, options.restart)
    plan = steps(len(source.frames), settings.quality == "high", options.loop)
    printer = reports(options, len(plan))
    try:
        for sentence in without_effect(options, settings):
            printer.notice(sentence)
        _Run(options, settings, place, source, plan, printer).run()
    except NeuralStyleError as error:
        printer.failed(error)
        raise
    finally:
        printer.close()
    return 0


class _Run:
    """One run of the command: it begins a film, or goes on with one."""

    def __init__(
        self,
        options: argparse.Namespace,
        settings: Settings,
        place: Place,
        source: Input,
        plan: List[Step],
        printer: Reports,
    ) -> None:
        self._options, self._place, self._source, self._plan, self._printer = options, place, source, plan, printer
        self._targets = place.targets(source.frames)
        self._jobs = _Jobs(options, settings, source, self._targets, printer)
        self._description = description(options, settings, source.files, loop=options.loop, fps=source.rate)
        self._sheet = ContactSheet(options.contact_sheet, self._targets) if options.contact_sheet else None
        self._step = 0

    def run(self) -> None:
        """Paint all frames that are not painted yet."""
        if not self._goes_on():
            return
        film = Film(self._plan, self._jobs.job, self._paint, self._place.journal)
        done = 0
        try:
            for painted in film.run():
                done = painted.number
                self._take(painted)
        except KeyboardInterrupt:
            print(f"\nnst: stopped after step {done} of {len(self._plan)}.", file=sys.stderr)
            print("nst: The same command goes on there.", file=sys.stderr)
            raise
        self._place.complete(self._source.rate, self._source.video)

    def _goes_on(self) -> bool:
        """Begin a film or find its notes; returns False if nothing is left to do. Raises if it is another film."""
        journal = self._place.journal
        found = None if self._options.restart else journal.description
        if found is None:
            self._place.check(self._targets, self._source.files, self._options.restart)
            journal.begin(self._description)
            return True
        names = changed(found, self._description)
        if names:
            raise InvalidJob(
                f"{self._place.folder} has a film with other settings ({', '.join(names)}).",
                "Choose another output, or add --restart to paint it anew.",
            )
        if found.get("complete"):
            self._printer.notice("The film is complete already. Add --restart to paint it anew.")
            return False
        return True

    def _take(self, painted: Painted) -> None:
        """Write the frame of a step if it is the last one for it; a frame that was written before stays as it is."""
        frame, number = painted.step.frame, painted.number
        target = self._targets[frame]
        self._step = number
        self._printer.step(number, self._text(frame))
        if not painted.step.is_last or (painted.is_repeated and target.exists()):
            return
        self._jobs.write(frame, painted.pixels)
        self._printer.finished(
            "frame", frame=frame + 1, frames=len(self._targets), file=str(target), begins_shot=painted.begins_shot
        )
        if self._sheet:
            self._sheet.add(frame)

    def _paint(self, job: StyleJob) -> PixelBuffer:
        return painted_by_engine(job, self._printer.notice, self._progress)

    def _progress(self, fraction: float) -> None:
        self._printer.step(self._step + min(fraction, 0.999), self._text(self._plan[self._step].frame))

    def _text(self, frame: int) -> str:
        return f"frame {frame + 1} of {len(self._targets)}"


class _Jobs:
    """The job of each frame, and its file. The newest one stays in memory, because it is needed twice."""

    def __init__(
        self, options: argparse.Namespace, settings: Settings, source: Input, targets: List[Path], printer: Reports
    ) -> None:
        self._options, self._settings, self._source, self._targets = options, settings, source, targets
        self._printer = printer
        self._reader = _FilmReader(printer)
        count = len(source.frames)
        self._masks = {name: masks_in(getattr(options, name), count) for name in ("selection", "keep_mask")}
        self._regions = [masks_in(style.region, count) for style in options.styles]
        self._newest: Optional[Tuple[int, Picture, StyleJob]] = None
        self._size: Optional[Tuple[int, int]] = None

    def job(self, frame: int) -> StyleJob:
        """The job for ``frame``. Raises named errors for files that can't be used."""
        return self._read(frame)[1]

    def write(self, frame: int, pixels: PixelBuffer) -> None:
        """Write the painted ``frame``. Raises :class:`UnwritableOutput`."""
        content, job = self._read(frame)
        for notice in ResultFile(content, job).write(self._targets[frame], pixels):
            self._printer.notice(notice)

    def _read(self, frame: int) -> Tuple[Picture, StyleJob]:
        if self._newest is None or self._newest[0] != frame:
            content, job = read_job(self._options_of(frame), self._settings, self._reader)
            self._require_size(frame, content.size)
            self._newest = frame, content, job
        return self._newest[1:]

    def _options_of(self, frame: int) -> argparse.Namespace:
        """The options as they would be for ``nst stylize`` with this frame."""
        styles = [replace(style, region=masks[frame]) for style, masks in zip(self._options.styles, self._regions)]
        masks = {name: found[frame] for name, found in self._masks.items()}
        changes = {"content": self._source.frames[frame], "output": self._targets[frame], "styles": styles, **masks}
        return argparse.Namespace(**{**vars(self._options), **changes, "previews": None})

    def _require_size(self, frame: int, size: Tuple[int, int]) -> None:
        self._size = self._size or size
        if size != self._size:
            raise InvalidJob(
                f"{self._source.frames[frame].name} has another size than the frames before it.",
                "Give all frames the same size first.",
            )


class _FilmReader(PictureReader):
    """Reads files for many frames: the same style only once."""

    def __init__(self, printer: Reports) -> None:
        super().__init__(NoticesTo(printer.notice))
        self._styles: Dict[Path, Picture] = {}

    def style_picture(self, path: Path) -> Picture:
        """The picture of a style, which stays in memory."""
        if path not in self._styles:
            self._styles[path] = self.picture(path)
        return self._styles[path]
