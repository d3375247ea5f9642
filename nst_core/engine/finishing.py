"""The painting as it leaves the engine: in the scene's size, with its detail, its gaps between regions, and its hues.

A picture can be twenty times as large as its painting. So it is made strip by strip: a strip stays in the cache of a
core until it is written to the result, which takes a quarter of the time that passes over the whole picture take.
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

#: Pixels of a strip: its channels are 3 MB.
_STRIP = 1 << 18


def finished(prepared: Preparation, painting: CurrentPicture, scene: Scene, pixel_format: str) -> PixelBuffer:
    """The painting in the size of ``scene``, which has all pictures of the job; its alpha is what may change."""
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
    """The function that gives rows of the painting in the scene's size; it takes them, and these rows of the scene."""
    height, width = scene.size
    if prepared.is_texture or height * width <= painting.rgb[0].numel():
        reduced = reduce(painting.rgb, height, width, prepared.wrap)
        return lambda rows, part: reduced[:, rows].clamp(0, 1)
    # Enlarging is linear: enlarge the difference once instead of both pictures.
    change = painting.rgb - _reduced_source(prepared, painting, scene)
    enlarged = Enlarged(change, height, width, prepared.wrap)
    return lambda rows, part: enlarged.added_to(source(prepared, part, painting.strength), rows).clamp_(0, 1)


def _reduced_source(prepared: Preparation, painting: CurrentPicture, scene: Scene) -> Tensor:
    """What the scene's canvas would begin with, in the size of the painting: first narrower, then lower."""
    height, width = painting.rgb.shape[1:]
    narrow = painting.rgb.new_empty((3, scene.size[0], width))

    def narrowed(rows: slice) -> None:
        part = source(prepared, scene.rows(rows), painting.strength)
        narrow[:, rows] = reduce(part, part.shape[1], width, prepared.wrap)

    _each_strip(narrowed, scene)
    return reduce(narrow, height, width, prepared.wrap)


def _each_strip(work: Callable[[slice], None], scene: Scene) -> None:
    """Call ``work`` with the rows of each strip: several at a time on a CPU, each with one thread."""
    workers = 1 if is_accelerator(scene.content.device) else torch.get_num_threads()
    for _ in in_parallel(work, [(rows,) for rows in _strips(*scene.size)], workers):
        pass


def _strips(height: int, width: int) -> Iterator[slice]:
    rows = max(1, _STRIP // width)
    for top in range(0, height, rows):
        yield slice(top, min(height, top + rows))
