"""``nst animate``: paints the frames of a film without flicker."""

from __future__ import annotations

import argparse
import threading
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple, Union

from nst_core.film import light
from nst_core.film.arrays import Array, array_of
from nst_core.film.follow import is_cut
from nst_core.film.light import Lighting
from nst_core.film.plan import Part, pieces, whole
from nst_core.film.sequence import Film, PaintedFrame
from nst_core.job.errors import InvalidJob, NeuralStyleError
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import StyleJob
from nst_core.job.settings import AUTOMATIC, Settings
from nst_core.job.sizes import JobSizes

from .console import NoticesTo
from .contact_sheet import ContactSheet
from .describe import CHOSEN_SIZE, description
from .film_console import Reports, reports
from .film_place import Input, Place
from .frames import files_beside, masks_in, require
from .images import Picture, size_of
from .options import settings_from, wanted_size, without_effect
from .painters import Painters, painters_for
from .reading import PictureReader, read_job
from .result_file import ResultFile


def animate(options: argparse.Namespace) -> int:
    """Carry out the parsed ``options``, and return the exit code. Raises named errors."""
    settings = settings_from(options)
    source = Input.of(options.frames, options.fps)
    require(files_beside(options), "file")
    place = Place.of(options.output, options.format)
    more = {"loop": options.loop, "fps": source.rate, "scheduler": options.scheduler is not None}
    film = description(options, settings, source.files, **more)
    with place.cleaned_up():
        with _reporting(options, 0) as printer:
            if _continues(options, place, film) and place.is_complete:
                printer.notice("The film is complete already. Add --restart to paint it again.")
                return 0
            _require_one_size(source.frames, options.output_size)
        source = source.extracted(place, options.restart)
        with _reporting(options, 0):
            lighting = _lighting(options, settings, source.frames)
            groups = _groups(options, settings, source.frames, lighting)
        with _reporting(options, sum(len(part.steps) for part in chain(*groups))) as printer:
            for sentence in without_effect(options, settings):
                printer.notice(sentence)
            with painters_for(options, settings.weights) as painters:
                settings = _with_one_size(options, settings, source.frames[0], place)
                film[CHOSEN_SIZE] = settings.size
                _Run(options, settings, place, source, film, printer, painters).run(groups, lighting)
            count = len(source.frames)
            printer.summary(f"Painted {count} {'frame' if count == 1 else 'frames'} into {options.output}.")
    return 0


@contextmanager
def _reporting(options: argparse.Namespace, steps: int) -> Iterator[Reports]:
    """Open the reports of a run with this number of ``steps``. They also report the error that ends the run."""
    printer = reports(options, steps)
    try:
        yield printer
    except NeuralStyleError as error:
        printer.failed(error)
        raise
    finally:
        printer.close()


def _continues(options: argparse.Namespace, place: Place, film: Dict[str, Any]) -> bool:
    """Return True if this run continues an earlier one. Raises :class:`InvalidJob` if ``place`` has another film."""
    return not options.restart and place.continues(film)


def _require_one_size(frames: List[Path], wanted: Union[str, int, None]) -> None:
    """Raise :class:`InvalidJob` if a frame has another size than the first one. This is checked before painting."""
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


def _with_one_size(options: argparse.Namespace, settings: Settings, first: Path, place: Place) -> Settings:
    """Return ``settings`` with one working size for all frames. An editor may leave the choice to the engine.

    A film that continues keeps its size, even if there is less memory now.
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


def _lighting(options: argparse.Namespace, settings: Settings, frames: List[Path]) -> List[Lighting]:
    """Return the light of each frame. A texture shows no content, so it has no fade."""
    if settings.mode == "texture":
        return light.even(len(frames))
    return light.measured(map(_contents(options, frames), range(len(frames))))


def _groups(
    options: argparse.Namespace, settings: Settings, frames: List[Path], lighting: List[Lighting]
) -> List[List[Part]]:
    """Return the parts of the film in groups. The parts of one group can be painted at the same time."""
    shape = len(frames), settings.quality == "high", options.loop
    if options.scheduler is None:
        return [[whole(*shape)]]
    return [*pieces(_shots(_contents(options, frames), lighting), *shape)]


def _shots(content: Callable[[int], Array], lighting: List[Lighting]) -> List[int]:
    """Return the first frame of each shot."""
    before, shots = None, [0]
    for number in range(len(lighting)):
        now = light.full(number, lighting, content)
        if before is not None and now.shape == before.shape and is_cut(before, now):
            shots.append(number)
        before = now
    return shots


def _contents(options: argparse.Namespace, frames: List[Path]) -> Callable[[int], Array]:
    """Return a function that reads the content of a frame, without notices."""
    reader = PictureReader(NoticesTo(lambda notice: None))

    def content(number: int) -> Array:
        read = {"content": frames[number], "output": frames[number].with_suffix(".png")}
        return array_of(reader.content(argparse.Namespace(**{**vars(options), **read})).buffer())

    return content


class _Run:
    """One run of the command. It begins a film or continues one. With a farm, each part has its own thread."""

    def __init__(
        self,
        options: argparse.Namespace,
        settings: Settings,
        place: Place,
        source: Input,
        film: Dict[str, Any],
        printer: Reports,
        painters: Painters,
    ) -> None:
        self._options, self._settings, self._place, self._source = options, settings, place, source
        self._film, self._printer, self._painters = film, printer, painters
        self._targets = place.targets(source.frames)
        self._inputs = [*source.files, *files_beside(options)]
        sheet = options.contact_sheet
        self._sheet = ContactSheet(sheet, self._targets, self._inputs) if sheet else None
        self._reader = _FilmReader(printer)
        self._done: Dict[str, int] = {}
        self._lock = threading.Lock()
        self._has_painted = False

    def run(self, groups: List[List[Part]], lighting: List[Lighting]) -> None:
        """Paint all frames that are not painted yet. Raises :class:`InvalidJob` if there is nothing to paint."""
        continues = _continues(self._options, self._place, self._film)
        if not continues:
            self._place.check(self._targets, self._inputs, self._options.restart)
            self._place.begin(self._film, self._targets)
        try:
            for group in groups:
                self._painters.each(lambda part: self._paint_part(part, lighting), group)
        except KeyboardInterrupt:
            steps = sum(len(part.steps) for part in chain(*groups))
            unit = "frame" if steps == len(self._targets) else "step"  # two passes have more steps than frames
            without = " without --restart" if self._options.restart else ""
            raise KeyboardInterrupt(
                f"stopped after {unit} {sum(self._done.values())} of {steps}. "
                f"The same command{without} continues there."
            ) from None
        if not continues and not self._has_painted:
            raise InvalidJob("There is nothing to paint: the content or the selection is fully transparent.")
        self._place.complete(self._source.rate, self._source.video)

    def _paint_part(self, part: Part, lighting: List[Lighting]) -> None:
        jobs = _Jobs(self._options, self._settings, self._source, self._targets, self._reader)

        def paint(job: StyleJob) -> PixelBuffer:
            self._has_painted = True
            return self._painters.paint(job, self._printer.notice, lambda part: self._progress(jobs.newest, part))

        for painted in Film(part, lighting, jobs.job, paint, self._place.journal).run():
            with self._lock:
                self._done[part.name] = painted.number
                self._take(painted, jobs)

    def _take(self, painted: PaintedFrame, jobs: _Jobs) -> None:
        """Write the frame of a step if no later step changes it. A frame that was written before stays as it is."""
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
    """Makes the job of each frame and writes its file. The newest job stays in memory, because it is needed twice."""

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
        """Return the job for ``frame``. Raises named errors for files that can't be used."""
        return self._picture_and_job(frame)[1]

    def write(self, frame: int, pixels: PixelBuffer) -> List[str]:
        """Write the painted ``frame``, and return notices. Raises :class:`UnwritableOutput`."""
        content, job = self._picture_and_job(frame)
        return ResultFile(content, job).write(self._targets[frame], pixels)

    def _picture_and_job(self, frame: int) -> Tuple[Picture, StyleJob]:
        if self._read is None or self.newest != frame:
            self._read = read_job(self._options_of(frame), self._settings, self._reader)
            self._require_size(frame, self._read[0].size)
            self.newest = frame
        return self._read

    def _options_of(self, frame: int) -> argparse.Namespace:
        """Return the options that ``nst stylize`` would have for this frame."""
        styles = [replace(style, region=masks[frame]) for style, masks in zip(self._options.styles, self._regions)]
        masks = {name: found[frame] for name, found in self._masks.items()}
        changes = {"content": self._source.frames[frame], "output": self._targets[frame], "styles": styles, **masks}
        return argparse.Namespace(**{**vars(self._options), **changes, "previews": None})

    def _require_size(self, frame: int, size: Tuple[int, int]) -> None:
        self._size = self._size or size
        if size != self._size:
            raise _other_size(self._source.frames[frame], size, self._size)


class _FilmReader(PictureReader):
    """Reads the files of many frames, but each style only once."""

    def __init__(self, printer: Reports) -> None:
        super().__init__(NoticesTo(printer.notice))
        self._styles: Dict[Path, Picture] = {}

    def style_picture(self, path: Path) -> Picture:
        """Return the picture of a style. It stays in memory."""
        if path not in self._styles:
            self._styles[path] = self.picture(path)
        return self._styles[path]
