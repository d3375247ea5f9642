"""The sources of a style's picture: a layer of any open image, or a file.

A source has three forms: the text of the procedure's argument ``styles``, the reference in a record, and the picture
itself.
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
from nst_core.job.errors import InvalidJob
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Style, check_weight
from nst_core.job.sizes import Size
from nst_core.studio.bundled import painting_at, style_name
from nst_core.studio.costs import ASSUMED_STYLE

from . import drawable, references, regions
from .references import image_name, image_path

_WEIGHT = re.compile(r"=(?P<weight>[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)$")
_LAYER = re.compile(rf"layer:(?:(?P<id>[0-9]{{1,9}})|(?P<lasting>{references.LASTING_NAME}):(?P<name>.*))$", re.DOTALL)


@dataclass(frozen=True)
class LayerSource:
    """The picture of a layer."""

    layer: Gimp.Drawable

    @property
    def name(self) -> str:
        """The layer's name."""
        return str(self.layer.get_name())

    @property
    def size(self) -> Size:
        """Width and height of the layer. Raises :class:`HostError` if it was deleted."""
        return drawable.size(self.layer)

    @property
    def where(self) -> str:
        """The name of the layer's image."""
        return image_name(self.layer.get_image())

    def text(self) -> str:
        """Return the text of the layer for an argument. GIMP may keep it until its next session."""
        return f"layer:{references.lasting_name(self.layer)}:{self.name}"

    def reference(self, image: Gimp.Image) -> Reference:
        """Return the reference of the layer for a record in ``image``."""
        owner = self.layer.get_image()
        if owner.get_id() == image.get_id():
            return references.to_item("layer", self.layer)
        return references.to_item("document", self.layer, image_path(owner))

    def picture(self) -> PixelBuffer:
        """Read the layer's pixels. Raises :class:`HostError` if it was deleted."""
        return drawable.read(self.layer)


@dataclass(frozen=True)
class FileSource:
    """The picture in a file of any format that GIMP opens."""

    file: Gio.File

    @property
    def name(self) -> str:
        """The title of a bundled painting, or the file's name without its ending."""
        return style_name(Path(self.text()))

    @property
    def size(self) -> Size:
        """An assumed width and height, because reading the file may be slow."""
        return ASSUMED_STYLE

    @property
    def where(self) -> str:
        """The artist of a bundled painting, or the file's folder."""
        painting = painting_at(Path(self.text()))
        return painting.artist if painting else str(Path(self.text()).parent)

    def text(self) -> str:
        """Return the text of the file for an argument."""
        return str(self.file.get_parse_name())

    def reference(self, image: Gimp.Image) -> Reference:
        """Return the reference of the file for a record in ``image``."""
        return Reference("file", self.name, path=self.text())

    def picture(self) -> PixelBuffer:
        """Read the file's pixels. Raises :class:`UnreadableImage`."""
        return drawable.read_file(self.file)


Source = Union[LayerSource, FileSource]


@dataclass(frozen=True)
class Choice:
    """A style that the user chose: its source, its share in the mixture, and its region (None: everywhere)."""

    source: Source
    weight: float = 1.0
    region: Optional[regions.Region] = None

    def text(self) -> str:
        """Return the style as an argument: ``PATH=WEIGHT`` or ``layer:LASTING_NAME:NAME=WEIGHT``."""
        return f"{self.source.text()}={self.weight:g}"

    def region_text(self) -> str:
        """Return its region as an argument; empty for everywhere."""
        return self.region.text() if self.region is not None else ""

    def recorded(self, image: Gimp.Image) -> RecordedStyle:
        """Return the style as a part of a record in ``image``."""
        region = None if self.region is None else self.region.reference()
        return RecordedStyle(self.source.reference(image), self.weight, region)

    def style(self, content: Gimp.Layer) -> Style:
        """Read the style's pixels for a job that paints ``content``."""
        region = None if self.region is None else self.region.coverage(content)
        return Style(self.source.picture(), self.weight, self.source.name, region)


def parse(text: str, image: Gimp.Image, region: Optional[regions.Region] = None) -> Choice:
    """Return the style that an argument names, for a layer of ``image``.

    Raises :class:`InvalidJob` if it names no style.
    """
    found = None if _file(text).query_exists(None) else _WEIGHT.search(text)
    source = text[: found.start()] if found else text
    weight = check_weight(float(found["weight"]) if found else 1.0, source)
    named = _LAYER.match(source)
    return Choice(_layer_source(named, image) if named else _file_source(source), weight, region)


def find_again(texts: Sequence[str], region_texts: Sequence[str], image: Gimp.Image) -> List[Choice]:
    """Return the styles of an earlier run, except those whose source or region no longer exists."""
    choices = []
    for text, region in zip_longest(texts, region_texts[: len(texts)], fillvalue=""):
        with suppress(InvalidJob):
            choices.append(parse(text, image, regions.parse(region, image)))
    return choices


def find_layer(reference: Reference, image: Gimp.Image) -> Optional[Gimp.Layer]:
    """Return the layer that a record in ``image`` refers to, or None if it is not certain."""
    if reference.kind == "layer":
        return references.find(reference.layer, "layer", [image])
    if reference.kind == "document":
        return references.find(reference.layer, "layer", Gimp.get_images()) or references.find_in_file(reference)
    return None


def _layer_source(named: re.Match[str], image: Gimp.Image) -> LayerSource:
    if named["id"]:
        layer = Gimp.Item.get_by_id(int(named["id"]))
    else:
        images = [image], Gimp.get_images()  # Search the image itself first, because a duplicate of it may be open.
        layer = next(filter(None, (references.find(named["lasting"], "layer", among) for among in images)), None)
    if not isinstance(layer, Gimp.Drawable):
        shown = named["name"] or named["id"]
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
