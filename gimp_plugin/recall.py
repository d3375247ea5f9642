"""The record of a painted layer, as a painting that the user can repeat or continue.

A record comes with its document, and the document may come from anybody. So a layer counts only if it certainly is the
recorded one. The plug-in reads a file of a record (:attr:`Recall.files`) only after the user has agreed. The settings
of the machine are the user's own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Collection, List, Optional, Tuple

from gi.repository import Gimp, Gio

from nst_core.bridge import local_files, record
from nst_core.bridge.language import tr
from nst_core.bridge.record import RecordedStyle, Reference
from nst_core.job.errors import HostError
from nst_core.job.request import MAXIMUM_STYLES
from nst_core.job.settings import Settings
from nst_core.studio.bundled import painting_at
from nst_core.studio.missing import style_description

from . import parasites, regions, styles
from .painting import Painting


@dataclass(frozen=True)
class Recall:
    """A ``painting`` with all parts that were found, and descriptions of the ``missing`` pictures for the user.

    If ``has_content`` is False, the content is missing, and the painted layer takes its place. If ``continues`` is
    True, the painting starts from the painted layer.
    """

    painting: Painting
    missing: Tuple[str, ...] = ()
    has_content: bool = True
    continues: bool = False

    @property
    def files(self) -> List[str]:
        """The paths of the files among the styles. Nothing has read them yet."""
        return [
            choice.source.text() for choice in self.painting.choices if isinstance(choice.source, styles.FileSource)
        ]

    def foreign(self, known: Collection[str]) -> List[str]:
        """Return the files that need a question first: all except ``known`` ones and the bundled paintings."""
        return [path for path in self.files if path not in known and painting_at(Path(path)) is None]

    def without(self, files: Collection[str]) -> Recall:
        """Return a copy without the styles in these files. The copy counts them as missing."""
        kept = tuple(choice for choice in self.painting.choices if choice.source.text() not in files)
        return replace(self, painting=replace(self.painting, choices=kept), missing=(*self.missing, *files))

    def require_all(self) -> None:
        """Raise :class:`HostError` if pictures are missing. The error names them."""
        if self.missing:
            names = ", ".join(self.missing)
            problem = tr("Not all pictures of this painting can be found: {names}.").format(names=names)
            raise HostError(problem, tr("Open the images that contain them, and choose them again."))

    def require_files(self) -> None:
        """Raise :class:`UnreadableImage` if a file is not a regular file of this computer. This may wait for a disk."""
        for path in self.files:
            local_files.require_regular_file(path)


def repetition(image: Gimp.Image, layer: Gimp.Layer, own: Settings) -> Recall:
    """Return the painting that made ``layer``, with the settings of the machine from ``own``.

    Raises :class:`HostError` if Neural Style did not paint the layer.
    """
    recorded = record_of(layer)
    recalled = _recalled(recorded, image, layer, own)
    if recorded.initial is None:
        return recalled
    initial = styles.find_layer(recorded.initial, image)
    if initial is None:
        description = tr("the start picture {name}").format(name=recorded.initial.name)
        recalled = replace(recalled, missing=(*recalled.missing, description))
    return replace(recalled, painting=replace(recalled.painting, initial=initial))


def continuation(image: Gimp.Image, layer: Gimp.Layer, own: Settings) -> Recall:
    """Return a painting that continues ``layer``, with the settings of the machine from ``own``.

    Raises :class:`HostError` if Neural Style did not paint the layer.
    """
    recalled = _recalled(record_of(layer), image, layer, own)
    settings = replace(recalled.painting.settings, init="picture")
    return replace(recalled, painting=replace(recalled.painting, settings=settings, initial=layer), continues=True)


def content_of(image: Gimp.Image, layer: Gimp.Layer) -> Gimp.Layer:
    """Return the layer that ``layer`` was painted from, or ``layer`` itself if Neural Style did not paint it.

    Raises :class:`HostError` if the content was deleted.
    """
    if not parasites.read_record(layer):
        return layer
    content = _content(record_of(layer), image)
    if content is None:
        raise HostError(tr("The layer that was painted is gone."), tr("Paint another layer in this style instead."))
    return content


def record_of(layer: Gimp.Layer) -> record.Record:
    """Return the record of ``layer``. Raises :class:`HostError` if Neural Style did not paint it."""
    recorded = record.load(parasites.read_record(layer))
    if recorded is None or len(recorded.styles) > MAXIMUM_STYLES:
        raise HostError(tr("Neural Style did not paint this layer."), tr("Select a layer that Neural Style painted."))
    return recorded


def _recalled(recorded: record.Record, image: Gimp.Image, layer: Gimp.Layer, own: Settings) -> Recall:
    content = _content(recorded, image)
    keep_mask = None if recorded.keep_mask is None else regions.find(recorded.keep_mask, image)
    unsaved = tr("an image without a file")
    found = [(style, _choice(style, image)) for style in recorded.styles]
    choices = tuple(choice for _, choice in found if choice is not None)
    missing = [style_description(style, unsaved) for style, choice in found if choice is None]
    if content is None:
        name = "" if recorded.content is None else recorded.content.name
        missing.insert(0, tr("the painted layer {name}").format(name=name))
    if recorded.keep_mask is not None and keep_mask is None:
        missing.append(tr("the mask {name}").format(name=recorded.keep_mask.name))
    settings = recorded.settings.on_machine_of(own)
    painting = Painting(image, content or layer, choices, settings, keep_mask, below=layer)
    return Recall(painting, tuple(missing), has_content=content is not None)


def _content(recorded: record.Record, image: Gimp.Image) -> Optional[Gimp.Layer]:
    """Return the content, a layer of ``image``, or None if it is not certain."""
    content = None if recorded.content is None else styles.find_layer(recorded.content, image)
    return content if content is not None and content.get_image().get_id() == image.get_id() else None


def _choice(style: RecordedStyle, image: Gimp.Image) -> Optional[styles.Choice]:
    """Return the recorded style for a layer of ``image``, or None if it or its region is not certain."""
    source = _source(style.reference, image)
    region = None if style.region is None else regions.find(style.region, image)
    if source is None or (style.region is not None and region is None):
        return None
    return styles.Choice(source, style.weight, region)


def _source(reference: Reference, image: Gimp.Image) -> Optional[styles.Source]:
    if reference.kind != "file":
        layer = styles.find_layer(reference, image)
        return None if layer is None else styles.LayerSource(layer)
    painting = painting_at(Path(reference.path))
    if painting is not None:  # Use the file of this plug-in: the record may name another copy.
        return styles.FileSource(Gio.File.new_for_path(str(painting.path)))
    is_local = local_files.is_local(reference.path)
    return styles.FileSource(Gio.File.new_for_path(reference.path)) if is_local else None
