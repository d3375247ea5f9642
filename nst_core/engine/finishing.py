"""The finished picture in the scene's size, made from the painting.

A picture can be twenty times as large as its painting. So it is made strip by strip: a strip stays in the cache of a
core until it is written to the result. This takes a quarter of the time of passes over the whole picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from nst_core.job.pixels import PixelBuffer

from .color_transfer import with_hues_of
from .devices import is_accelerator
from .parallel import in_parallel
from .preparation import Preparation
from .resampling import Enlarged, reduce
from .scene import Scene
from .starts import CurrentPicture, source
from .tensors import Sheet

#: The number of pixels in a strip. Its channels have 3 MB.
_STRIP = 1 << 18


def finished(prepared: Preparation, painting: CurrentPicture, scene: Scene, pixel_format: str) -> PixelBuffer:
    """Return the picture in the size of ``scene``, with the strength, the hues, and the pixels that must not change.

    Its alpha is the coverage of the scene.
    """
    sheet = Sheet(*scene.size, pixel_format)
    painted, shown, coverage = _painted(prepared, painting, scene), scene.shown(), scene.coverage()

    def finish(rows: slice) -> None:
        part = scene.rows(rows)
        picture = painted(rows, part)
        if prepared.settings.strength < painting.strength:
            picture = torch.lerp(part.content, picture, prepared.settings.strength)
        if shown is not None:
            picture = torch.lerp(part.content, picture, shown[rows])
        if prepared.settings.color == "luminance":
            picture = with_hues_of(picture, part.content, prepared.settings.color_amount)
        if part.earlier is not None:
            picture = part.earlier.kept(picture)
        sheet.write(rows, picture, None if coverage is None else coverage[rows])

    _each_strip(finish, scene)
    return sheet.buffer()


def _painted(prepared: Preparation, painting: CurrentPicture, scene: Scene) -> Callable[[slice, Scene], Tensor]:
    """Return a function that computes some rows of the painting in the scene's size.

    Its arguments are the rows, and the scene cut to these rows.
    """
    height, width = scene.size
    if prepared.is_texture or height * width <= painting.rgb[0].numel():
        reduced = reduce(painting.rgb, height, width, prepared.wrap)
        return lambda rows, part: reduced[:, rows].clamp(0, 1)
    # Enlarging is linear, so enlarge the difference once instead of both pictures.
    change = painting.rgb - _reduced_source(prepared, painting, scene)
    enlarged = Enlarged(change, height, width, prepared.wrap)
    return lambda rows, part: enlarged.added_to(source(prepared, part, painting.strength), rows).clamp_(0, 1)


def _reduced_source(prepared: Preparation, painting: CurrentPicture, scene: Scene) -> Tensor:
    """Return the source in the size of the painting. Reduce its width first, and then its height."""
    height, width = painting.rgb.shape[1:]
    narrow = painting.rgb.new_empty((3, scene.size[0], width))

    def narrowed(rows: slice) -> None:
        part = source(prepared, scene.rows(rows), painting.strength)
        narrow[:, rows] = reduce(part, part.shape[1], width, prepared.wrap)

    _each_strip(narrowed, scene)
    return reduce(narrow, height, width, prepared.wrap)


def _each_strip(work: Callable[[slice], None], scene: Scene) -> None:
    """Call ``work`` with the rows of each strip. On a CPU, several strips are computed at a time, one per thread."""
    workers = 1 if is_accelerator(scene.content.device) else torch.get_num_threads()
    for _ in in_parallel(work, [(rows,) for rows in _strips(*scene.size)], workers):
        pass


def _strips(height: int, width: int) -> Iterator[slice]:
    rows = max(1, _STRIP // width)
    for top in range(0, height, rows):
        yield slice(top, min(height, top + rows))
