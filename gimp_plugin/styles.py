"""Where a style's picture comes from: a layer of any open image, or a file.

A source can be told in three forms: as the text of the procedure's argument ``styles``, as the lasting reference in a
painted layer's record, and as the picture itself.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import List, Optional, Sequence, Union

from gi.repository import Gimp, Gio

from nst_core.bridge.language import tr
from nst_core.bridge.record import RecordedStyle, Reference
from nst_core.job.errors import HostError, InvalidJob
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Style, check_weight

from . import drawable, regions

_WEIGHT = re.compile(r"=(?P<weight>[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)$")
_LAYER = re.compile(r"layer:(?P<id>[0-9]+)(?::(?P<name>.*))?$", re.DOTALL)


@dataclass(frozen=True)
class LayerSource:
    """The picture that a layer shows."""

    layer: Gimp.Drawable

    @property
    def name(self) -> str:
        """The layer's name."""
        return str(self.layer.get_name())

    @property
    def where(self) -> str:
        """The name of its image."""
        return image_name(self.layer.get_image())

    def text(self) -> str:
        """As an argument. The name tells a layer of this session from one of an earlier session with the same id."""
        return f"layer:{self.layer.get_id()}:{self.name}"

    def reference(self, image: Gimp.Image) -> Reference:
        """As a part of the record of a layer of ``image``."""
        owner = self.layer.get_image()
        kind = "layer" if owner.get_id() == image.get_id() else "document"
        return Reference(kind, self.name, str(self.layer.get_tattoo()), _path(owner))

    def picture(self) -> PixelBuffer:
        """Its pixels. Raises :class:`HostError` if the layer was deleted meanwhile."""
        return drawable.read(self.layer)


@dataclass(frozen=True)
class FileSource:
    """The picture in a file of any kind that GIMP opens."""

    file: Gio.File

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return Path(self.file.get_basename()).stem

    @property
    def where(self) -> str:
        """The file's folder."""
        return str(Path(self.file.get_parse_name()).parent)

    def text(self) -> str:
        """As an argument."""
        return str(self.file.get_parse_name())

    def reference(self, image: Gimp.Image) -> Reference:
        """As a part of the record of a layer of ``image``."""
        return Reference("file", self.name, path=self.text())

    def picture(self) -> PixelBuffer:
        """Its pixels. Raises :class:`UnreadableImage`."""
        return drawable.read_file(self.file)


Source = Union[LayerSource, FileSource]


@dataclass(frozen=True)
class Choice:
    """A style that the user chose: its source, its share in the mixture, and where it paints (None: everywhere)."""

    source: Source
    weight: float = 1.0
    region: Optional[regions.Region] = None

    def text(self) -> str:
        """As an argument: ``PATH``, ``PATH=WEIGHT``, ``layer:ID:NAME``, ``layer:ID:NAME=WEIGHT``."""
        return f"{self.source.text()}={self.weight:g}"

    def region_text(self) -> str:
        """Its region as an argument; empty for everywhere."""
        return self.region.text() if self.region is not None else ""

    def recorded(self, image: Gimp.Image) -> RecordedStyle:
        """As a part of the record of a layer of ``image``."""
        region = None if self.region is None else self.region.reference()
        return RecordedStyle(self.source.reference(image), self.weight, region)

    def style(self, content: Gimp.Layer) -> Style:
        """With its pixels, for a job that paints ``content``."""
        region = None if self.region is None else self.region.coverage(content)
        return Style(self.source.picture(), self.weight, self.source.name, region)


def parse(text: str, region: Optional[regions.Region] = None) -> Choice:
    """The style that an argument names. Raises :class:`InvalidJob` if it names none."""
    found = None if _file(text).query_exists(None) else _WEIGHT.search(text)
    source = text[: found.start()] if found else text
    weight = check_weight(float(found["weight"]) if found else 1.0, source)
    layer = _LAYER.match(source)
    return Choice(_layer_source(int(layer["id"]), layer["name"]) if layer else _file_source(source), weight, region)


def still_there(texts: Sequence[str], region_texts: Sequence[str], image: Gimp.Image) -> List[Choice]:
    """The styles of an earlier run, without those that are gone meanwhile or whose region is."""
    choices = []
    for text, region in zip_longest(texts, region_texts[: len(texts)], fillvalue=""):
        with suppress(InvalidJob):
            choices.append(parse(text, regions.parse(region, image)))
    return choices


def recall(style: RecordedStyle, image: Gimp.Image) -> Choice:
    """The style of a record, for a layer of ``image``. Raises :class:`HostError` if it or its region is gone."""
    source = find(style.reference, image)
    if source is None:
        raise HostError(tr("A style of this layer can't be found."), tr("Open its image, then try again."))
    region = None if style.region is None else regions.find(style.region, image)
    if style.region is not None and region is None:
        raise HostError(tr("The region of a style is gone."), tr("Choose the styles and regions anew."))
    return Choice(source, style.weight, region)


def find(reference: Reference, image: Gimp.Image) -> Optional[Source]:
    """What ``reference``, out of the record of a layer of ``image``, refers to; None if it is gone."""
    if reference.kind == "file":
        file = Gio.File.parse_name(reference.path)
        return FileSource(file) if file.query_exists(None) else None
    images = [image] if reference.kind == "layer" else _open_images(reference.path)
    tattoo = int(reference.layer) if reference.layer.isdigit() else 0
    layers = (owner.get_layer_by_tattoo(tattoo) for owner in images if tattoo)
    # A tattoo lasts as long as its image, but counts anew in the next one: the name has to agree, too.
    layer = next((layer for layer in layers if layer is not None and layer.get_name() == reference.name), None)
    return None if layer is None else LayerSource(layer)


def image_name(image: Gimp.Image) -> str:
    """What the user calls ``image``: its file's name, or GIMP's name for one that has no file."""
    return Path(_path(image)).name or str(image.get_name())


def _open_images(path: str) -> List[Gimp.Image]:
    return [image for image in Gimp.get_images() if _path(image) == path]


def _path(image: Gimp.Image) -> str:
    """The file that ``image`` came from; empty if it was never saved."""
    file = image.get_file() or image.get_imported_file()
    return (file.get_path() or "") if file is not None else ""


def _layer_source(item: int, name: Optional[str]) -> LayerSource:
    layer = Gimp.Item.get_by_id(item)
    if not isinstance(layer, Gimp.Drawable) or (name is not None and layer.get_name() != name):
        shown = name or str(item)
        raise InvalidJob(tr("The style layer {name} is not open.").format(name=shown), tr("Choose another style."))
    return LayerSource(layer)


def _file_source(text: str) -> FileSource:
    file = _file(text)
    if not text or not file.query_exists(None):
        problem = tr("There is no style picture {name}.").format(name=text)
        raise InvalidJob(problem, tr("Give the full path of a picture, or layer: and the id of an open layer."))
    return FileSource(file)


def _file(text: str) -> Gio.File:
    return Gio.File.new_for_path(text) if Path(text).is_absolute() else Gio.File.parse_name(text)
