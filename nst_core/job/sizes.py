"""The sizes of a job's pictures. They are enough to estimate its time and memory before any picture is read."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Dict, Mapping, Tuple

from .errors import InvalidJob
from .pixels import MAXIMUM_SIDE
from .request import MAXIMUM_STYLES, StyleJob

Size = Tuple[int, int]

#: The largest factor by which a painted picture is enlarged. With a larger one, it looks like a sharp photograph under
#: blurred paint: the strokes are enlarged, but the fine detail comes from the content. Chosen by eye.
LARGEST_ENLARGEMENT = 4
#: The program suggests only working sizes that are multiples of this number of pixels.
STEP = 64


def smallest_size(content: Size) -> int:
    """Return the smallest working size that looks good for ``content``, in pixels."""
    return math.ceil(max(content) / LARGEST_ENLARGEMENT)


def named_size(size: int) -> int:
    """Return ``size``, rounded up to a number that is easy to read."""
    return math.ceil(size / STEP) * STEP


def automatic_size(content: Size, quick: int) -> int:
    """Return the working size that suits the machine (0: full size).

    ``quick`` is the largest size that is quick; 0 if the full size is quick. If ``quick`` is so small that strokes
    would look blurred, a larger size is returned: otherwise the user would have to paint again.
    """
    size = max(quick, named_size(smallest_size(content)))
    return size if quick and size < max(content) else 0


@dataclass(frozen=True)
class JobSizes:
    """The sizes (width and height in pixels) of the content and of each style, and the numbers of other pictures.

    ``regions`` is the number of styles with a region. ``masks`` is the number of other masks of the content's size.
    ``initial`` is True if there is a picture to start from. The earlier frame of a film counts as such a picture and
    one mask. Raises :class:`InvalidJob` for sizes that no picture can have.
    """

    content: Size
    styles: Tuple[Size, ...]
    regions: int = 0
    masks: int = 0
    initial: bool = False
    preview_side: int = 512

    def __post_init__(self) -> None:
        sides = [side for size in (self.content, *self.styles) for side in size]
        counts = [self.regions, self.masks, self.preview_side]
        if not all(_is_count(side) and 1 <= side <= MAXIMUM_SIDE for side in sides):
            raise InvalidJob(f"Sides of pictures are 1 to {MAXIMUM_SIDE} pixels.")
        if not 1 <= len(self.styles) <= MAXIMUM_STYLES or not all(map(_is_count, counts)):
            raise InvalidJob("These are not the sizes of a job.")

    @classmethod
    def of(cls, job: StyleJob) -> JobSizes:
        """Return the sizes of ``job``."""
        return cls(
            content=(job.content.width, job.content.height),
            styles=tuple((style.image.width, style.image.height) for style in job.styles),
            regions=sum(style.region is not None for style in job.styles),
            masks=sum(mask is not None for mask in (job.selection, job.keep_mask, job.earlier)),
            initial=job.initial is not None or job.earlier is not None,
            preview_side=job.preview_side,
        )

    def to_dict(self) -> Dict[str, Any]:
        """Return the sizes by name, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> JobSizes:
        """Return the sizes that :meth:`to_dict` has written. Raises :class:`InvalidJob`."""
        try:
            width, height = values["content"]
            return cls(
                content=(width, height),
                styles=tuple((w, h) for w, h in values["styles"]),
                regions=values["regions"],
                masks=values["masks"],
                initial=values["initial"] is True,
                preview_side=values["preview_side"],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidJob(f"These are not the sizes of a job: {error!r}.") from error


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
