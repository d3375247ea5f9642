"""The life of a film: read the frames, let the engine paint them, put them into the document as an animated layer."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

from nst_core.bridge.language import tr
from nst_core.job.errors import HostError
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
from .results import SIDE
from .snapshot import Snapshot
from .spaces import SRGB_U8, canonical, require_space, space_of
from .steps import PAUSE, Steps, apart

#: Milliseconds between two looks for news of the engine.
LOOK = 40


class FilmLayer(NewLayer):
    """An animated layer that was made in another document."""

    def __init__(self, node: Any, film: FilmOrder, rect: Rect, is_partial: bool) -> None:
        self._node = node
        super().__init__(film.document, film.content_id, rect, is_partial=is_partial)

    def _make(self) -> None:
        self._made_in, self._canvas = space_of(self._node), self._rect  # The canvas when the film began.


class FilmRun:
    """One run of ``film``.

    ``tell`` gets what happens: a QImage of each frame as it was painted, and the events of
    :class:`nst_core.studio.animation.Animation` that are no end.
    """

    def __init__(self, film: FilmOrder, tell: Callable[[Any], None], make: Callable[[], Animation] = Animation) -> None:
        self.film, self._tell, self._make = film, tell, make
        self._animation: Optional[Animation] = None
        self._rect = film.area()
        self._selection: Optional[PixelBuffer] = None
        self._began = time.monotonic()
        #: The time of each frame in the order in which the engine gets them, and the times at which nothing is shown.
        self._times: List[int] = []
        self._blank: List[int] = []
        self._painted: Dict[int, Path] = {}
        #: A small picture of the frame that was painted last.
        self.thumbnail = PixelBuffer(1, 1, "rgba-u8", bytes(4))

    @property
    def seconds(self) -> float:
        """The time since the beginning."""
        return time.monotonic() - self._began

    def stop(self) -> None:
        """Paint no further frame."""
        if self._animation is not None:
            self._animation.stop()

    def close(self, patience: float = 0) -> None:
        """Stop, and remove all files; ``patience`` is the time in seconds to wait for that."""
        if self._animation is not None:
            self._animation.close(patience)

    def read(self) -> Steps[None]:
        """Give all frames to the engine. Raises named errors."""
        self._animation = self._make()
        self._selection = self.film.selection(self._rect)
        styles = yield from self.film.styles()
        snapshot = Snapshot(self.film.document)
        try:
            for moment in self.film.times(snapshot):
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
        """Wait for the engine; returns whether there is a painted frame. Raises named errors."""
        assert self._animation is not None
        while True:
            for event in self._animation.poll():
                if isinstance(event, Failed):
                    raise event.error
                if isinstance(event, Ended):
                    return bool(self._painted)
                if isinstance(event, FramePainted):
                    yield from self._take(event)
                else:
                    self._tell(event)
            yield LOOK

    def insert(self) -> Steps[FilmLayer]:
        """The layer with the frames that are painted; it is not shown yet. Raises named errors."""
        file = next(iter(self._painted.values())).with_name("film.kra")
        yield from apart(lambda: write_film(file, self._rect, self.keys(), self._selection))
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
        """The frames of the new layer; outside of the painted ones it shows nothing."""
        files: Dict[int, Optional[Path]] = {0: None, self.film.last + 1: None}
        files.update((moment, None) for moment in self._blank)
        files.update((moment, self._painted.get(number)) for number, moment in enumerate(self._times))
        keys: List[Key] = []
        for moment in sorted(files):
            if not keys or keys[-1].file != files[moment]:
                keys.append(Key(moment, files[moment]))
        return keys

    def _make_room(self, animation: Animation) -> Steps[None]:
        """Wait until the frames before are written. Raises the error of a disk that is full."""
        while animation.is_full:
            yield PAUSE
        for event in animation.poll():
            if isinstance(event, Failed):
                raise event.error

    def _take(self, event: FramePainted) -> Steps[None]:
        self._painted.update(dict.fromkeys(event.numbers, event.file))
        image = yield from apart(lambda: _small(event.file, PREVIEW_SIDE))
        self.thumbnail = pixels_of(_scaled(image, SIDE))
        self._tell(image)


def _small(file: Path, side: int) -> Any:
    image = QtGui.QImage(str(file))
    return _scaled(image, side) if max(image.width(), image.height()) > side else image


def _scaled(image: Any, side: int) -> Any:
    return image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
