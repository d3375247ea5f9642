"""``nst animate``: the frames of a film, painted so that nothing flickers."""

from __future__ import annotations

import argparse
import threading
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple, Union

from nst_core.film.arrays import array_of
from nst_core.film.follow import is_cut
from nst_core.film.plan import Part, pieces, whole
from nst_core.film.sequence import Film, PaintedFrame
from nst_core.job.errors import InvalidJob, NeuralStyleError
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import StyleJob
from nst_core.job.settings import AUTOMATIC, Settings
from nst_core.job.sizes import JobSizes

from .console import NoticesTo
from .contact_sheet import ContactSheet
from .crew import Crew, crew
from .describe import CHOSEN_SIZE, description
from .film_console import Reports, reports
from .film_place import Input, Place
from .frames import files_beside, masks_in, require
from .images import Picture, size_of
from .options import settings_from, wanted_size, without_effect
from .reading import PictureReader, read_job
from .result_file import ResultFile


def animate(options: argparse.Namespace) -> int:
    """Carry out the parsed ``options``; returns the exit code. Raises named errors."""
    settings = settings_from(options)
    source = Input.of(options.frames, options.fps)
    require(files_beside(options), "file")
    place = Place.of(options.output, options.format)
    more = {"loop": options.loop, "fps": source.rate, "scheduler": options.scheduler is not None}
    film = description(options, settings, source.files, **more)
    with place.tidied():
        with _reporting(options, 0) as printer:
            if _goes_on(options, place, film) and place.is_complete:
                printer.notice("The film is complete already. Add --restart to paint it anew.")
                return 0
            _require_one_size(source.frames, options.output_size)
        source = source.extracted(place, options.restart)
        groups = _groups(options, settings, source)
        with _reporting(options, sum(len(part.steps) for part in chain(*groups))) as printer:
            for sentence in without_effect(options, settings):
                printer.notice(sentence)
            with crew(options, settings.weights) as painters:
                settings = _settled(options, settings, source.frames[0], place)
                film[CHOSEN_SIZE] = settings.size
                _Run(options, settings, place, source, film, printer, painters).run(groups)
            count = len(source.frames)
            printer.summary(f"Painted {count} {'frame' if count == 1 else 'frames'} into {options.output}.")
    return 0


@contextmanager
def _reporting(options: argparse.Namespace, steps: int) -> Iterator[Reports]:
    """The reports of a run with so many ``steps``, which also have its error."""
    printer = reports(options, steps)
    try:
        yield printer
    except NeuralStyleError as error:
        printer.failed(error)
        raise
    finally:
        printer.close()


def _goes_on(options: argparse.Namespace, place: Place, film: Dict[str, Any]) -> bool:
    """Whether this run continues an earlier one. Raises :class:`InvalidJob` if there is another film in ``place``."""
    return not options.restart and place.goes_on(film)


def _require_one_size(frames: List[Path], wanted: Union[str, int, None]) -> None:
    """Raises :class:`InvalidJob` before anything is painted if a frame has another size than the first one."""
    sizes = [wanted_size(wanted, size_of(frame)) for frame in frames]
    for frame, size in zip(frames, sizes):
        if size != sizes[0]:
            raise _other_size(frame, size, sizes[0])


def _other_size(frame: Path, size: Tuple[int, int], first: Tuple[int, int]) -> InvalidJob:
    return InvalidJob(
        f"{frame.name} would be painted with {size[0]} x {size[1]} pixels, and the first frame with "
        f"{first[0]} x {first[1]}.",
        "Give all frames the same size first.",
    )


def _settled(options: argparse.Namespace, settings: Settings, first: Path, place: Place) -> Settings:
    """``settings`` with one working size for all frames, where it was left to the engine.

    A film that goes on keeps its size, even if there is less memory now.
    """
    if settings.size != AUTOMATIC:
        return settings
    chosen = None if options.restart else (place.journal.description or {}).get(CHOSEN_SIZE)
    if isinstance(chosen, int):
        return replace(settings, size=chosen)
    from nst_core.engine.estimates import in_working_size  # torch takes a second to load

    styles = tuple(size_of(style.path) for style in options.styles)
    sizes = JobSizes(wanted_size(options.output_size, size_of(first)), styles, masks=len(files_beside(options)))
    return in_working_size(sizes, settings)


def _groups(options: argparse.Namespace, settings: Settings, source: Input) -> List[List[Part]]:
    """The parts of the film. Those of a group may be painted side by side."""
    shape = len(source.frames), settings.quality == "high", options.loop
    if options.scheduler is None:
        return [[whole(*shape)]]
    return [*pieces(_shots(options, source.frames), *shape)]


def _shots(options: argparse.Namespace, frames: List[Path]) -> List[int]:
    """The first frame of each shot."""
    reader, before, shots = PictureReader(NoticesTo(lambda notice: None)), None, [0]
    for number, frame in enumerate(frames):
        read = {"content": frame, "output": frame.with_suffix(".png")}
        content = array_of(reader.content(argparse.Namespace(**{**vars(options), **read})).buffer())
        if before is not None and content.shape == before.shape and is_cut(before, content):
            shots.append(number)
        before = content
    return shots


class _Run:
    """One run of the command: it begins a film, or goes on with one. With a farm, parts are in threads of their own."""

    def __init__(
        self,
        options: argparse.Namespace,
        settings: Settings,
        place: Place,
        source: Input,
        film: Dict[str, Any],
        printer: Reports,
        painters: Crew,
    ) -> None:
        self._options, self._settings, self._place, self._source = options, settings, place, source
        self._film, self._printer, self._crew = film, printer, painters
        self._targets = place.targets(source.frames)
        self._inputs = [*source.files, *files_beside(options)]
        sheet = options.contact_sheet
        self._sheet = ContactSheet(sheet, self._targets, self._inputs) if sheet else None
        self._reader = _FilmReader(printer)
        self._done: Dict[str, int] = {}
        self._lock = threading.Lock()
        self._has_painted = False

    def run(self, groups: List[List[Part]]) -> None:
        """Paint all frames that are not painted yet. Raises :class:`InvalidJob` if no frame has anything to paint."""
        goes_on = _goes_on(self._options, self._place, self._film)
        if not goes_on:
            self._place.check(self._targets, self._inputs, self._options.restart)
            self._place.begin(self._film, self._targets)
        try:
            for group in groups:
                self._crew.each(self._paint_part, group)
        except KeyboardInterrupt:
            steps = sum(len(part.steps) for part in chain(*groups))
            unit = "frame" if steps == len(self._targets) else "step"  # some films are painted in two passes
            without = " without --restart" if self._options.restart else ""
            raise KeyboardInterrupt(
                f"stopped after {unit} {sum(self._done.values())} of {steps}. The same command{without} goes on there."
            ) from None
        if not goes_on and not self._has_painted:
            raise InvalidJob("There is nothing to paint: the content or the selection is fully transparent.")
        self._place.complete(self._source.rate, self._source.video)

    def _paint_part(self, part: Part) -> None:
        jobs = _Jobs(self._options, self._settings, self._source, self._targets, self._reader)

        def paint(job: StyleJob) -> PixelBuffer:
            self._has_painted = True
            return self._crew.paint(job, self._printer.notice, lambda fraction: self._progress(jobs.newest, fraction))

        for painted in Film(part, jobs.job, paint, self._place.journal).run():
            with self._lock:
                self._done[part.name] = painted.number
                self._take(painted, jobs)

    def _take(self, painted: PaintedFrame, jobs: _Jobs) -> None:
        """Write the frame of a step if it is the last one for it; a frame that was written before stays as it is."""
        frame = painted.step.frame
        target = self._targets[frame]
        self._progress(frame, 0)
        if not painted.step.is_last or (painted.is_repeated and target.exists()):
            return
        for notice in jobs.write(frame, painted.pixels):
            self._printer.notice(notice)
        self._printer.finished(
            "frame", frame=frame + 1, frames=len(self._targets), file=str(target), begins_shot=painted.begins_shot
        )
        if self._sheet:
            self._sheet.add(frame)

    def _progress(self, frame: int, fraction: float) -> None:
        done = sum(self._done.values()) + min(fraction, 0.999)
        self._printer.step(done, f"frame {frame + 1} of {len(self._targets)}")


class _Jobs:
    """The job of each frame, and its file. The newest one stays in memory, because it is needed twice."""

    def __init__(
        self,
        options: argparse.Namespace,
        settings: Settings,
        source: Input,
        targets: List[Path],
        reader: PictureReader,
    ) -> None:
        self._options, self._settings, self._source, self._targets = options, settings, source, targets
        self._reader = reader
        count = len(source.frames)
        self._masks = {name: masks_in(getattr(options, name), count) for name in ("selection", "keep_mask")}
        self._regions = [masks_in(style.region, count) for style in options.styles]
        self._read: Optional[Tuple[Picture, StyleJob]] = None
        self._size: Optional[Tuple[int, int]] = None
        self.newest = -1

    def job(self, frame: int) -> StyleJob:
        """The job for ``frame``. Raises named errors for files that can't be used."""
        return self._picture_and_job(frame)[1]

    def write(self, frame: int, pixels: PixelBuffer) -> List[str]:
        """Write the painted ``frame``; returns notices. Raises :class:`UnwritableOutput`."""
        content, job = self._picture_and_job(frame)
        return ResultFile(content, job).write(self._targets[frame], pixels)

    def _picture_and_job(self, frame: int) -> Tuple[Picture, StyleJob]:
        if self._read is None or self.newest != frame:
            self._read = read_job(self._options_of(frame), self._settings, self._reader)
            self._require_size(frame, self._read[0].size)
            self.newest = frame
        return self._read

    def _options_of(self, frame: int) -> argparse.Namespace:
        """The options as they would be for ``nst stylize`` with this frame."""
        styles = [replace(style, region=masks[frame]) for style, masks in zip(self._options.styles, self._regions)]
        masks = {name: found[frame] for name, found in self._masks.items()}
        changes = {"content": self._source.frames[frame], "output": self._targets[frame], "styles": styles, **masks}
        return argparse.Namespace(**{**vars(self._options), **changes, "previews": None})

    def _require_size(self, frame: int, size: Tuple[int, int]) -> None:
        self._size = self._size or size
        if size != self._size:
            raise _other_size(self._source.frames[frame], size, self._size)


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
