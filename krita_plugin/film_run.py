"""The run of a film: it reads the frames, lets the engine paint them, and makes an animated layer of them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

from nst_core.bridge.language import tr
from nst_core.bridge.private_folder import unwritable
from nst_core.job.errors import HostError, NeuralStyleError
from nst_core.job.events import Failed
from nst_core.job.pixels import PixelBuffer
from nst_core.studio.animation import Animation, Ended, FramePainted

from .document import Rect
from .film import FilmOrder, is_blank
from .film_file import Key, write_film
from .hidden import mark_saved
from .new_layer import NewLayer
from .painting import PREVIEW_SIDE
from .picture_file import open_hidden
from .pictures import pixels_of
from .qt import Qt, QtGui
from .results import THUMBNAIL_SIDE
from .snapshot import Snapshot
from .spaces import SRGB_U8, canonical, require_space, space_of
from .steps import PAUSE, Steps, in_thread

#: Milliseconds between two checks for news of the engine.
LOOK = 40


class FilmLayer(NewLayer):
    """An animated layer from another document."""

    def __init__(self, node: Any, film: FilmOrder, rect: Rect, is_partial: bool) -> None:
        self._node = node
        super().__init__(film.document, film.content_id, rect, is_partial=is_partial)

    def _make(self) -> None:
        self._made_in, self._canvas = space_of(self._node), self._rect  # The canvas at the beginning of the film.


class FilmRun:
    """One run of ``film``.

    ``tell`` gets a QImage of each painted frame, and the events of :class:`nst_core.studio.animation.Animation` before
    the end.
    """

    def __init__(self, film: FilmOrder, tell: Callable[[Any], None], make: Callable[[], Animation] = Animation) -> None:
        self.film, self._tell, self._make = film, tell, make
        self._animation: Optional[Animation] = None
        self._rect = film.area()
        self._selection: Optional[PixelBuffer] = None
        self._began = time.monotonic()
        #: The time of each frame, in the order in which the engine gets them. In addition, the times at which the
        #: content is empty.
        self._times: List[int] = []
        self._blank: List[int] = []
        self._painted: Dict[int, Path] = {}
        #: What ended it after some frames were painted, which are kept.
        self.error: Optional[NeuralStyleError] = None
        #: A small picture of the frame that was painted last.
        self.thumbnail = PixelBuffer(1, 1, "rgba-u8", bytes(4))

    @property
    def seconds(self) -> float:
        """The time in seconds since the run began."""
        return time.monotonic() - self._began

    def stop(self) -> None:
        """Stop after the current frame."""
        if self._animation is not None:
            self._animation.stop()

    def close(self, patience: float = 0) -> None:
        """Stop, and remove all files. Wait at most ``patience`` seconds for this."""
        if self._animation is not None:
            self._animation.close(patience)

    def read(self) -> Steps[None]:
        """Read all frames and send them to the engine. Raises named errors."""
        self._animation = self._make()
        self._selection = self.film.selection(self._rect)
        styles = yield from self.film.styles()
        snapshot = Snapshot(self.film.document)
        try:
            for moment in range(self.film.first, self.film.last + 1):
                yield  # A user may ask for a million frames, of which few have a picture of their own.
                if moment != self.film.first and not self.film.may_change(snapshot, moment):
                    continue
                yield from snapshot.go_to(moment)
                job = yield from self.film.frame(snapshot, self._rect, styles, self._selection)
                if is_blank(job.content) and job.settings.mode != "texture":
                    self._blank.append(moment)
                    continue
                self._times.append(moment)
                self._animation.add(job)
                yield from self._make_room(self._animation)
        finally:
            snapshot.close()
        if not self._times:
            raise HostError(tr("The frames of the content are empty."), tr("Choose a layer that shows something."))
        self._animation.paint()

    def paint(self) -> Steps[bool]:
        """Wait for the engine. Return True if at least one frame is painted; otherwise its error is raised."""
        assert self._animation is not None
        while True:
            for event in self._animation.poll():
                if isinstance(event, Failed):
                    if not self._painted:
                        raise event.error
                    self.error = event.error
                if isinstance(event, (Failed, Ended)):
                    return bool(self._painted)
                if isinstance(event, FramePainted):
                    yield from self._take(event)
                else:
                    self._tell(event)
            yield LOOK

    def insert(self) -> Steps[FilmLayer]:
        """Make the layer with the painted frames, but do not show it yet. Raises named errors."""
        file = next(iter(self._painted.values())).with_name("film.kra")
        try:
            yield from in_thread(lambda: write_film(file, self._rect, self.keys(), self._selection))
        except OSError as error:
            raise unwritable(error) from error
        handle, space = open_hidden(str(file)), space_of(self.film.document.handle)
        try:
            yield
            if canonical(space) != SRGB_U8:
                handle.setColorSpace(*space)
                mark_saved(handle)
            node = handle.rootNode().childNodes()[0]
            if canonical(space) != SRGB_U8:
                require_space(node, space)
            return FilmLayer(node.duplicate(), self.film, self._rect, self._selection is not None)
        finally:
            handle.close()

    def keys(self) -> List[Key]:
        """Return the frames of the new layer. It shows nothing outside of the painted frames."""
        files: Dict[int, Optional[Path]] = {0: None, self.film.last + 1: None}
        files.update((moment, None) for moment in self._blank)
        files.update((moment, self._painted.get(number)) for number, moment in enumerate(self._times))
        keys: List[Key] = []
        for moment in sorted(files):
            if not keys or keys[-1].file != files[moment]:
                keys.append(Key(moment, files[moment]))
        return keys

    def _make_room(self, animation: Animation) -> Steps[None]:
        """Wait until the earlier frames are written. Raises an error if the disk is full."""
        while animation.is_full:
            yield PAUSE
        for event in animation.poll():
            if isinstance(event, Failed):
                raise event.error

    def _take(self, event: FramePainted) -> Steps[None]:
        self._painted.update(dict.fromkeys(event.numbers, event.file))
        image = yield from in_thread(lambda: _small(event.file, PREVIEW_SIDE))
        self.thumbnail = pixels_of(_scaled(image, THUMBNAIL_SIDE))
        self._tell(image)


def _small(file: Path, side: int) -> Any:
    image = QtGui.QImage(str(file))
    return _scaled(image, side) if max(image.width(), image.height()) > side else image


def _scaled(image: Any, side: int) -> Any:
    return image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
