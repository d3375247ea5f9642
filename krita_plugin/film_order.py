"""An order to paint the frames of a layer into a new animated layer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import List, Optional, Sequence

from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Style, StyleJob

from .document import Rect
from .painting import Painting
from .regions import Region
from .snapshot import Snapshot
from .steps import Steps


@dataclass(frozen=True)
class FilmOrder(Painting):
    """A request to paint the frames of the content from number ``first`` to number ``last``."""

    first: int = 0
    last: int = 0

    def area(self) -> Rect:
        """Return the whole canvas, because the content can move."""
        return self.document.canvas

    def styles(self) -> Steps[List[Style]]:
        """Read the pictures of the styles, without their regions. All frames use the same styles."""
        styles: List[Style] = []
        for choice in self.choices:
            picture = yield from choice.source.read()
            styles.append(Style(picture, choice.weight, choice.source.name))
        return styles

    def may_change(self, snapshot: Snapshot, time: int) -> bool:
        """Return True if the content or a region may look different at ``time`` than just before."""
        regions = [self.keep_mask, *(choice.region for choice in self.choices)]
        drawn = [region.reference.layer for region in regions if region is not None and region.reference.layer]
        return any(snapshot.may_change(layer_id, time) for layer_id in (self.content_id, *drawn))

    def frame(
        self, snapshot: Snapshot, rect: Rect, styles: Sequence[Style], selection: Optional[PixelBuffer]
    ) -> Steps[StyleJob]:
        """Make the request for the frame that ``snapshot`` shows."""
        content = yield from snapshot.frame(self.content_id, rect)
        placed: List[Style] = []
        for style, choice in zip(styles, self.choices):
            region = None if choice.region is None else (yield from _in_copy(snapshot, choice.region).coverage(rect))
            placed.append(replace(style, region=region))
        keep_mask = None if self.keep_mask is None else (yield from _in_copy(snapshot, self.keep_mask).brightness(rect))
        return StyleJob(content, tuple(placed), self.settings, selection, keep_mask)


def is_blank(picture: PixelBuffer) -> bool:
    """Return True if all pixels of a frame are transparent."""
    size = len(picture.data) // (picture.width * picture.height)
    alpha = size // 4
    return not any(any(picture.data[size - byte :: size]) for byte in range(1, alpha + 1))


def _in_copy(snapshot: Snapshot, region: Region) -> Region:
    """Return the region in the copy of the document."""
    return replace(region, document=snapshot)
