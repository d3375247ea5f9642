"""The layer of a job in the document: it shows previews during the painting, and the result at the end."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple, Tuple

from nst_core.bridge.language import tr
from nst_core.bridge.record import Record
from nst_core.job.events import Result
from nst_core.job.pixels import PixelBuffer

from .document import Document
from .new_layer import NewLayer
from .painting import Painting
from .pictures import pixels_of, small_image
from .results import THUMBNAIL_SIDE, Results
from .steps import Steps

#: Krita does nothing else while it draws a preview on the canvas. Drawing takes at most the time divided by this
#: number.
CANVAS_SHARE = 10


class Added(NamedTuple):
    """The layer that a job has added to a document. ``hides`` is True if it has hidden an earlier result."""

    document: Document
    id: str
    name: str
    hides: bool = False


class JobLayer:
    """Puts the pictures of one job into its document.

    ``make`` makes the layer, and ``results`` gets the result. ``is_on_canvas`` returns True if the canvas should show
    previews. ``clock`` returns the time in seconds.
    """

    def __init__(
        self,
        make: Callable[[], NewLayer],
        results: Results,
        is_on_canvas: Callable[[], bool],
        clock: Callable[[], float],
    ) -> None:
        self._make, self._results = make, results
        self._is_on_canvas, self._clock = is_on_canvas, clock
        self._layer = make()
        self._next_preview = 0.0

    @property
    def is_due(self) -> bool:
        """True if the canvas should show the next preview. After a preview, Krita first gets time for other work."""
        return self._is_on_canvas() and not self._layer.is_kept and self._clock() >= self._next_preview

    def reveal(self, is_seen: bool) -> None:
        """Show or hide a layer that holds a preview."""
        if not self._layer.is_kept:
            self._layer.reveal(is_seen)

    def show_preview(self, image: Any) -> Steps[None]:
        """Show a QImage of the unfinished picture on the canvas."""
        yield from self._layer.sketch(image)
        if not self._is_on_canvas():  # The user has turned the preview off.
            return
        begin = self._clock()
        yield from self._layer.show()
        end = self._clock()
        self._next_preview = end + (CANVAS_SHARE - 1) * (end - begin)

    def insert(self, painting: Painting, result: Result) -> Steps[Tuple[Added, str]]:
        """Put the result and the record of ``painting`` into the layer. Also return a caution for the user, or ""."""
        if self._layer.is_kept and not self._layer.is_last_step:  # The user has continued to work, maybe on that layer.
            self._layer = self._make()
        yield from self._layer.write(result.pixels)
        thumbnail = yield from small_image(result.pixels, THUMBNAIL_SIDE)
        record = painting.record(result.seed, result.size)
        return (yield from add(self._layer, painting, self._results, pixels_of(thumbnail), record, result.seconds))

    def discard(self) -> None:
        """Remove the layer if it holds only a preview."""
        self._layer.discard()


def add(
    layer: NewLayer, painting: Painting, results: Results, thumbnail: PixelBuffer, record: Record, seconds: float
) -> Steps[Tuple[Added, str]]:
    """Show a complete ``layer``, and store its record. Return it with a caution for the user, or ""."""
    document, name = painting.document, painting.result_name(layer.id)
    layer.name(name)
    hides = results.cover(document, layer.id, painting.outdated(layer.is_partial), layer.area)
    above = yield from layer.show()
    document.remember(layer.id, record)
    results.add(document, layer.id, seconds, thumbnail)
    added = Added(document, layer.id, name, hides)
    if not above:
        return added, tr("The content layer was deleted: the picture is above all layers.")
    return added, "" if layer.fits else tr("The canvas has another size now. Check the position of the picture.")
