"""The run of a film: it reads the frames, lets the engine paint them, and makes an animated layer of them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple

from nst_core.bridge.language import tr
from nst_core.bridge.private_folder import unwritable
from nst_core.job.errors import HostError
from nst_core.job.events import Failed, Notice
from nst_core.job.pixels import PixelBuffer
from nst_core.studio.animation import Animation, Ended, FramePainted

from .document import Rect
from .film_file import Key, write_film
from .film_order import FilmOrder, is_blank
from .hidden import mark_saved
from .job_layer import Added, add
from .job_run import INSERTING, PAINTING, STOPPING, JobRun, Listeners
from .new_layer import NewLayer
from .painting import PREVIEW_SIDE
from .picture_file import open_hidden
from .pictures import pixels_of
from .qt import Qt, QtGui
from .results import THUMBNAIL_SIDE, Results
from .snapshot import Snapshot
from .spaces import SRGB_U8, canonical, require_space, space_of
from .steps import PAUSE, Pump, Steps, in_thread

#: Milliseconds between two checks for news of the engine.
LOOK = 40


class FilmLayer(NewLayer):
    """An animated layer from another document."""

    def __init__(self, node: Any, film: FilmOrder, rect: Rect, is_partial: bool) -> None:
        self._node = node
        super().__init__(film.document, film.content_id, rect, is_partial=is_partial)

    def _make(self) -> None:
        self._made_in, self._canvas = space_of(self._node), self._rect  # The canvas at the beginning of the film.


class FilmRun(JobRun):
    """The run of ``film``. ``make_animation`` makes the object that lets the engine paint the frames."""

    def __init__(
        self, film: FilmOrder, pump: Pump, results: Results, report: Listeners, make_animation: Callable[[], Animation]
    ) -> None:
        super().__init__(film, pump, results, report)
        self._film, self._make_animation = film, make_animation
        self._animation: Optional[Animation] = None
        self._rect = film.area()
        self._selection: Optional[PixelBuffer] = None
        self._began = time.monotonic()
        #: The time of each frame, in the order in which the engine gets them.
        self._times: List[int] = []
        #: The times at which the content is empty. The engine does not get these frames.
        self._blank: List[int] = []
        self._painted: Dict[int, Path] = {}
        #: A small picture of the frame that was painted last.
        self._thumbnail = PixelBuffer(1, 1, "rgba-u8", bytes(4))

    def start(self) -> None:
        """Read the frames, let the engine paint them, and insert the new layer."""
        self._pump.run(self._animate(), self._inserted)

    def stop(self, keep: bool) -> None:
        """End the run. Insert the finished frames if ``keep`` is true and the engine paints."""
        if keep and self.state == PAINTING and self._animation is not None:
            self._enter(STOPPING)
            self._animation.stop()
        elif self.state != INSERTING:
            self._report.ended(None, None)

    def close(self, patience: float = 0) -> None:
        """Stop the engine, and remove all files. Wait at most ``patience`` seconds for this."""
        if self._animation is not None:
            self._animation.close(patience)

    def _animate(self) -> Steps[Tuple[Optional[Added], str]]:
        """Read, paint and insert the frames. Insert nothing if no frame was painted."""
        film = self._film
        try:
            self.require_document()
            yield from self._read()
            self._enter(PAINTING)
            if not (yield from self._paint()):
                return None, ""
            self._enter(INSERTING)
            layer = yield from self._make_layer()
            record = film.record(film.settings.seed, film.settings.size)
            seconds = time.monotonic() - self._began
            return (yield from add(layer, film, self._results, self._thumbnail, record, seconds))
        finally:
            self.close()

    def _read(self) -> Steps[None]:
        """Read all frames and send them to the engine. Raises named errors."""
        self._animation = self._make_animation()
        self._selection = self._film.selection(self._rect)
        styles = yield from self._film.styles()
        snapshot = Snapshot(self._film.document)
        try:
            for moment in range(self._film.first, self._film.last + 1):
                yield  # A user may ask for a million frames, but few of them differ from the frame before.
                if moment != self._film.first and not self._film.may_change(snapshot, moment):
                    continue
                yield from snapshot.go_to(moment)
                job = yield from self._film.frame(snapshot, self._rect, styles, self._selection)
                if is_blank(job.content) and job.settings.mode != "texture":
                    self._blank.append(moment)
                    continue
                self._times.append(moment)
                self._animation.add(job)
                yield from self._wait_for_writing(self._animation)
        finally:
            snapshot.close()
        if not self._times:
            raise HostError(tr("The frames of the content are empty."), tr("Choose a layer that shows something."))
        self._animation.paint()

    def _paint(self) -> Steps[bool]:
        """Wait for the engine. Return True if at least one frame is painted; otherwise raise the engine's error."""
        assert self._animation is not None
        while True:
            for event in self._animation.poll():
                if isinstance(event, Failed):
                    if not self._painted:
                        raise event.error
                    self._error = event.error
                if isinstance(event, (Failed, Ended)):
                    return bool(self._painted)
                if isinstance(event, FramePainted):
                    yield from self._take(event)
                elif isinstance(event, Notice):
                    self._report.noticed(tr(event.text))
                elif self.state == PAINTING:  # While the job stops, the docker shows only that it stops.
                    self._report.progressed(event)
            yield LOOK

    def _make_layer(self) -> Steps[FilmLayer]:
        """Make the layer with the painted frames, but do not show it yet. Raises named errors."""
        file = next(iter(self._painted.values())).with_name("film.kra")
        try:
            yield from in_thread(lambda: write_film(file, self._rect, self._keys(), self._selection))
        except OSError as error:
            raise unwritable(error) from error
        handle, space = open_hidden(str(file)), space_of(self._film.document.handle)
        try:
            yield
            if canonical(space) != SRGB_U8:
                handle.setColorSpace(*space)
                mark_saved(handle)
            node = handle.rootNode().childNodes()[0]
            if canonical(space) != SRGB_U8:
                require_space(node, space)
            return FilmLayer(node.duplicate(), self._film, self._rect, self._selection is not None)
        finally:
            handle.close()

    def _keys(self) -> List[Key]:
        """Return the frames of the new layer. It shows nothing outside of the painted frames."""
        files: Dict[int, Optional[Path]] = {0: None, self._film.last + 1: None}
        files.update((moment, None) for moment in self._blank)
        files.update((moment, self._painted.get(number)) for number, moment in enumerate(self._times))
        keys: List[Key] = []
        for moment in sorted(files):
            if not keys or keys[-1].file != files[moment]:
                keys.append(Key(moment, files[moment]))
        return keys

    def _wait_for_writing(self, animation: Animation) -> Steps[None]:
        """Wait until the earlier frames are written. Raises an error if the disk is full."""
        while animation.is_full:
            yield PAUSE
        for event in animation.poll():
            if isinstance(event, Failed):
                raise event.error

    def _take(self, event: FramePainted) -> Steps[None]:
        self._painted.update(dict.fromkeys(event.numbers, event.file))
        image = yield from in_thread(lambda: _small(event.file, PREVIEW_SIDE))
        self._thumbnail = pixels_of(_scaled(image, THUMBNAIL_SIDE))
        self._report.previewed(image)


def _small(file: Path, side: int) -> Any:
    image = QtGui.QImage(str(file))
    return _scaled(image, side) if max(image.width(), image.height()) > side else image


def _scaled(image: Any, side: int) -> Any:
    return image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
