"""The record of a painted layer: its settings and styles, so that it can be painted again.

A record is stored as JSON with the layer (Krita: an annotation of the document, GIMP: a parasite). :func:`load` also
reads records of older and newer versions: it ignores unknown fields, and uses defaults for missing ones.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Dict, Mapping, Optional, Tuple

from nst_core.job.errors import InvalidJob
from nst_core.job.request import check_weight
from nst_core.job.settings import Settings
from nst_core.job.text import cleaned

from . import json_text

FORMAT = 1

_KINDS = ("layer", "document", "file", "mask", "channel", "selection")


@dataclass(frozen=True)
class Reference:
    """The description of a picture or mask, so that it can be found again.

    ``kind`` is ``layer`` (of the same document), ``document`` (a layer of another document) or ``file``. A mask may
    also be ``mask`` (the mask of a layer), ``channel`` (a saved selection) or ``selection`` (the current selection).
    ``layer`` is the host's permanent identifier of the layer or channel. ``path`` is the file of the picture or of the
    other document. ``name`` is the name that the user sees. ``inverted`` is True if the opposite of a mask is used.
    """

    kind: str
    name: str = ""
    layer: str = ""
    path: str = ""
    inverted: bool = False


@dataclass(frozen=True)
class RecordedStyle:
    """A style of a finished job: its picture, its weight in the mixture, and the region that it paints."""

    reference: Reference
    weight: float = 1.0
    region: Optional[Reference] = None


@dataclass(frozen=True)
class Record:
    """All facts that are needed to repeat a job. Its fields are like those of :class:`StyleJob`.

    It has no settings of the machine: a document may come from anybody, so it must not choose a device, a memory limit,
    or a file of weights. :meth:`Settings.on_machine_of` adds the user's own.
    """

    settings: Settings = field(default_factory=Settings)
    styles: Tuple[RecordedStyle, ...] = ()
    content: Optional[Reference] = None
    keep_mask: Optional[Reference] = None
    initial: Optional[Reference] = None


def dump(record: Record) -> str:
    """Return the record as JSON text."""
    settings = record.settings.on_machine_of(Settings()).to_dict()
    tree = {"format": FORMAT, **asdict(record), "settings": settings}
    return json.dumps(tree)


def load(text: str) -> Optional[Record]:
    """Return the record in ``text``, or None if the text contains no record."""
    try:
        tree = json_text.parse(text)
    except ValueError:  # The text is from a document, which may come from anybody.
        return None
    if not isinstance(tree, dict):
        return None
    styles = tree.get("styles")
    found = [_style(item) for item in styles] if isinstance(styles, list) else []
    return Record(
        settings=Settings.restore(_mapping(tree.get("settings"))).on_machine_of(Settings()),
        styles=tuple(style for style in found if style is not None),
        content=_reference(tree.get("content")),
        keep_mask=_reference(tree.get("keep_mask", _earlier_mask(tree))),
        initial=_reference(tree.get("initial")),
    )


def _style(tree: Any) -> Optional[RecordedStyle]:
    reference = _reference(_mapping(tree).get("reference"))
    if reference is None:
        return None
    region = _reference(_mapping(tree).get("region"))
    try:
        return RecordedStyle(reference, check_weight(_mapping(tree).get("weight", 1.0), reference.name), region)
    except InvalidJob:
        return RecordedStyle(reference, region=region)


def _reference(tree: Any) -> Optional[Reference]:
    values = _mapping(tree)
    if values.get("kind") not in _KINDS:
        return None
    texts: Dict[str, str] = {key: cleaned(str(values.get(key) or "")) for key in ("kind", "name", "layer", "path")}
    return Reference(**texts, inverted=values.get("inverted") is True)


def _mapping(tree: Any) -> Mapping[str, Any]:
    return tree if isinstance(tree, dict) else {}


def _earlier_mask(tree: Mapping[str, Any]) -> Any:
    """Return the keep mask in a record of an earlier version, which calls it "protection"; None if it had no effect."""
    return tree.get("protection") if _mapping(tree.get("settings")).get("protect") else None
