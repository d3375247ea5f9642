"""The frames of an animation: the layers of an image, as GIMP's own animation filters read them, or files of a folder.

The lowest layer is the first frame, and hidden layers are frames, too. A layer lies over the frames before it, unless
its name contains ``(replace)``.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Iterator, List, Protocol, Sequence, Tuple, Union

from gi.repository import Gimp, Gio

from nst_core.bridge import file_errors
from nst_core.bridge.language import tr
from nst_core.job.errors import InvalidJob, UnreadableImage
from nst_core.job.request import StyleJob
from nst_core.studio.gallery import SUFFIXES

from . import drawable, parasites
from .painting import Painting
from .regions import Region
from .styles import LayerSource

_REPLACE = re.compile(r"\(\s*replace\s*\)", re.IGNORECASE)


class Frames(Protocol):
    """Frames in their order."""

    names: List[str]

    def paintings(self, painting: Painting) -> Iterator[Painting]:
        """Yield ``painting`` with each frame as its content. A content exists only until the next one is requested."""


class LayerFrames:
    """The layers of ``image``, except painted ones, and except the styles and masks of ``painting``."""

    def __init__(self, image: Gimp.Image, painting: Painting) -> None:
        used = set(_layers_used_by(painting))
        lowest_first = list(reversed(image.get_layers()))
        self._layers = [layer for layer in lowest_first if layer.get_id() not in used and not _is_painted(layer)]
        self._image = image
        self.names = [layer.get_name() for layer in self._layers]
        _require_two(self.names)

    def paintings(self, painting: Painting) -> Iterator[Painting]:
        """Yield ``painting`` with each frame as its content, in the size of the image."""
        size = self._image.get_width(), self._image.get_height()
        with drawable.image_like(self._layers[0], size) as canvas:
            for layer in self._layers:
                drawable.require(layer)
                if _REPLACE.search(layer.get_name()):
                    _clear(canvas)
                _copy_over(canvas, layer)
                yield replace(painting, content=_merge(canvas))


class FolderFrames:
    """The pictures in ``folder``, in the order of the numbers in their names."""

    def __init__(self, folder: Path) -> None:
        try:
            files = [file for file in folder.iterdir() if _is_picture(file)]
        except OSError as error:
            reason = file_errors.reason(error)
            problem = tr("{name} can't be read: {reason}.").format(name=folder, reason=reason)
            raise UnreadableImage(problem, file_errors.remedy(error, tr("Choose another folder."))) from error
        self._files = sorted(files, key=lambda file: _numbered(file.name))
        stems = Counter(file.stem.casefold() for file in self._files)  # Some disks do not distinguish A from a.
        self.names = [file.stem if stems[file.stem.casefold()] == 1 else file.name for file in self._files]
        _require_two(self.names)

    def paintings(self, painting: Painting) -> Iterator[Painting]:
        """Yield ``painting`` with each picture as its content, without the selection of another image."""
        for file in self._files:
            with drawable.opened(Gio.File.new_for_path(str(file))) as image:
                yield replace(painting, image=image, content=_merge(image))


def jobs(frames: Frames, painting: Painting) -> Iterator[StyleJob]:
    """Yield the request for each frame, with the styles and masks of the first one. Raises named errors."""
    first = None
    for name, framed in zip(frames.names, frames.paintings(painting)):
        if first is None:
            first = framed.job(0)
            yield first
            continue
        content = drawable.read(framed.content)
        if (content.width, content.height) != (first.content.width, first.content.height):
            problem = tr("{name} has another size than the first frame.").format(name=name)
            raise InvalidJob(problem, tr("Give all frames the same size."))
        yield replace(first, content=content)


def first_layer(image: Gimp.Image) -> Gimp.Layer:
    """Return a layer of ``image`` that a painting can have as its content. Raises :class:`InvalidJob` without one."""
    layers = image.get_layers()
    if not layers:
        raise _too_few_frames()
    return layers[-1]


def _require_two(names: Sequence[str]) -> None:
    if len(names) < 2:
        raise _too_few_frames()


def _too_few_frames() -> InvalidJob:
    problem = tr("There are fewer than two frames.")
    return InvalidJob(problem, tr("Use an image whose layers are the frames, or a folder with pictures."))


def _layers_used_by(painting: Painting) -> Iterator[int]:
    """Yield the ids of the layers that are styles or masks."""
    sources = (choice.source for choice in painting.choices)
    yield from (source.layer.get_id() for source in sources if isinstance(source, LayerSource))
    masks: List[Union[Region, None]] = [painting.keep_mask, *(choice.region for choice in painting.choices)]
    yield from (mask.item.get_id() for mask in masks if mask is not None and mask.kind == "layer")


def _is_painted(layer: Gimp.Layer) -> bool:
    """Return True if ``layer`` is a result, for example from a first test with one frame."""
    return bool(parasites.read_record(layer))


def _is_picture(file: Path) -> bool:
    return file.name.lower().endswith(SUFFIXES) and not file.name.startswith(".") and file.is_file()


def _numbered(name: str) -> Tuple[List[Union[int, str]], str]:
    """Return a key that puts ``9.png`` before ``10.png``."""
    parts = re.split(r"([0-9]+)", name.casefold())
    return [int(part) if number % 2 else part for number, part in enumerate(parts)], name


def _copy_over(canvas: Gimp.Image, layer: Gimp.Layer) -> None:
    copy = Gimp.Layer.new_from_drawable(layer, canvas)
    canvas.insert_layer(copy, None, 0)
    copy.set_visible(True)
    copy.set_offsets(*drawable.position(layer))


def _merge(image: Gimp.Image) -> Gimp.Layer:
    """Merge all layers of ``image`` to one layer of its size, which looks the same."""
    seen = Gimp.Layer.new_from_visible(image, image, "")
    _clear(image)
    image.insert_layer(seen, None, 0)
    return seen


def _clear(image: Gimp.Image) -> None:
    for layer in image.get_layers():
        image.remove_layer(layer)
