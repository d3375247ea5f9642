"""The record of a painted layer, as a painting that the user can repeat or continue.

A record comes with its document, and the document may come from anybody. So a style counts only if it certainly is the
recorded one. The plug-in reads a file of a record (:attr:`Recall.files`) only after the user has agreed. The settings
of the machine are the user's own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Collection, List, Optional, Tuple

from nst_core.bridge import local_files
from nst_core.bridge.language import tr
from nst_core.bridge.record import Record, RecordedStyle, Reference
from nst_core.job.errors import HostError, UnreadableImage
from nst_core.job.request import MAXIMUM_STYLES
from nst_core.job.settings import Settings
from nst_core.studio.bundled import painting_at
from nst_core.studio.missing import style_description

from .document import WHOLE, Document, documents
from .regions import Region, find_region
from .steps import Steps, in_thread
from .styles import Choice, FileSource, LayerSource, Source


@dataclass(frozen=True)
class Recall:
    """The usable part of a record. ``choices`` are the styles that were found.

    ``missing`` names the other styles. ``content`` names the layer that was painted. ``kept`` is the recorded region
    where the content is kept, and ``keep_mask`` is this region if it still exists. ``initial_id`` is the layer that the
    painting was started from, if there was one.
    """

    document: Document
    choices: Tuple[Choice, ...]
    missing: Tuple[str, ...]
    settings: Settings
    content: Optional[Reference]
    kept: Optional[Reference]
    initial_id: str

    @property
    def keep_mask(self) -> Optional[Region]:
        """Where the content is kept. None means everywhere, or a mask that no longer exists."""
        return None if self.kept is None else find_region(self.kept, self.document)

    def content_id(self) -> Optional[str]:
        """Return the layer that was painted, or None if the record names none.

        Raises HostError if the layer is deleted.
        """
        if self.content is None:
            return None
        if self.content.layer != WHOLE and self.document.layer(self.content.layer) is None:
            problem = tr("The content of this layer can't be found.")
            raise HostError(problem, tr("Choose another content, then press Stylize."))
        return self.content.layer

    @property
    def files(self) -> List[str]:
        """The paths of the files among the styles. Nothing has read them yet."""
        return [choice.source.path for choice in self.choices if isinstance(choice.source, FileSource)]

    def without(self, files: Collection[str]) -> Recall:
        """Return a copy without the styles in these files. The copy counts them as missing."""
        kept = tuple(
            choice
            for choice in self.choices
            if not (isinstance(choice.source, FileSource) and choice.source.path in files)
        )
        return replace(self, choices=kept, missing=(*self.missing, *files))

    def readable(self) -> Steps[Recall]:
        """Return a copy without files that are not regular files of this computer."""
        refused = []
        for path in self.files:
            try:
                yield from in_thread(lambda path=path: local_files.require_regular_file(path))  # type: ignore[misc]
            except UnreadableImage:
                refused.append(path)
        return self.without(refused)

    def require_all(self) -> None:
        """Raise HostError if a style or the mask is missing. The error names the styles."""
        if self.kept is not None and self.keep_mask is None:
            problem = tr("The mask or layer of Keep content can't be found.")
            raise HostError(problem, tr("Paint again, with another mask."))
        if self.missing:
            problem = tr("Not all styles of this layer can be found: {styles}.").format(styles=", ".join(self.missing))
            raise HostError(problem, tr("Open the images that contain these styles, and add them again."))


def recorded(document: Document, layer_id: Optional[str] = None) -> Optional[Record]:
    """Return the record of a layer, or None if Neural Style did not paint it.

    ``layer_id`` None means the active layer.
    """
    if layer_id is None:
        layer = document.active_layer()
        layer_id = None if layer is None else layer.id
    record = None if layer_id is None else document.record(layer_id)
    return None if record is None or len(record.styles) > MAXIMUM_STYLES else record


def recall(document: Document, own: Settings, layer_id: Optional[str] = None) -> Recall:
    """Return the usable part of a layer's record, with the settings of the machine from ``own``.

    ``layer_id`` None means the active layer. Raises HostError if the layer has no record.
    """
    record = recorded(document, layer_id)
    if record is None:
        problem = tr("The active layer was not painted by Neural Style.")
        raise HostError(problem, tr("Choose a layer that Neural Style painted."))
    unsaved = tr("a document without a file")
    found = [(style, _choice(style, document)) for style in record.styles]
    return Recall(
        document,
        tuple(choice for _, choice in found if choice is not None),
        tuple(style_description(style, unsaved) for style, choice in found if choice is None),
        record.settings.on_machine_of(own),
        record.content,
        record.keep_mask,
        "" if record.initial is None else record.initial.layer,
    )


def _choice(style: RecordedStyle, document: Document) -> Optional[Choice]:
    """Return the recorded style for a layer of ``document``, or None if it or its region is not certainly the same."""
    source = _source(style.reference, document)
    region = None if style.region is None else find_region(style.region, document)
    if source is None or (style.region is not None and region is None):
        return None
    return Choice(source, style.weight, region)


def _source(reference: Reference, home: Document) -> Optional[Source]:
    if reference.kind == "file":
        painting = painting_at(Path(reference.path))
        if painting is not None:  # Use the file of this plug-in: the record may name another copy.
            return FileSource(str(painting.path))
        return FileSource(reference.path) if local_files.is_local(reference.path) else None
    owner = home if reference.kind == "layer" else _open_document(reference.path)
    if owner is None or (reference.layer != WHOLE and owner.layer(reference.layer) is None):
        return None
    return LayerSource(owner, reference.layer)


def _open_document(path: str) -> Optional[Document]:
    """Return the open document of this file. A document that was never saved can't be identified."""
    found = [document for document in documents() if path and document.path == path]
    return found[0] if len(found) == 1 else None
