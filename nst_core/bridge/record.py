"""What a painted layer remembers: the settings and styles that it can be painted again with.

The record is JSON. A host stores it with the layer (Krita: an annotation of the document, GIMP: a parasite) and reads
it back with :func:`load`, which takes records of older and newer versions: what it does not know it ignores, what is
missing gets its default.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Dict, Mapping, Optional, Tuple

from .errors import InvalidJob
from .job import check_weight
from .settings import Settings

FORMAT = 1


@dataclass(frozen=True)
class Reference:
    """Where a picture comes from, so that it can be found again.

    ``kind`` is ``layer`` (of the same document), ``document`` (a layer of another document) or ``file``. ``layer`` is
    the host's lasting identification of the layer, ``path`` the file of the picture or of the other document, ``name``
    what the user sees.
    """

    kind: str
    name: str = ""
    layer: str = ""
    path: str = ""


@dataclass(frozen=True)
class RecordedStyle:
    """A style of a finished job: where its picture is and its share in the mixture."""

    reference: Reference
    weight: float = 1.0


@dataclass(frozen=True)
class Record:
    """All that repeats a job."""

    settings: Settings = field(default_factory=Settings)
    styles: Tuple[RecordedStyle, ...] = ()
    content: Optional[Reference] = None


def dump(record: Record) -> str:
    """The record as JSON text."""
    styles = [{"weight": style.weight, "reference": asdict(style.reference)} for style in record.styles]
    content = None if record.content is None else asdict(record.content)
    tree = {"format": FORMAT, "settings": record.settings.to_dict(), "styles": styles, "content": content}
    return json.dumps(tree, ensure_ascii=False)


def load(text: str) -> Optional[Record]:
    """The record that ``text`` holds, or None if it holds none."""
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):  # the text comes with a document, and may be anybody's
        return None
    if not isinstance(tree, dict):
        return None
    styles = tree.get("styles")
    found = [_style(item) for item in styles] if isinstance(styles, list) else []
    return Record(
        settings=Settings.restore(_mapping(tree.get("settings"))),
        styles=tuple(style for style in found if style is not None),
        content=_reference(tree.get("content")),
    )


def _style(tree: Any) -> Optional[RecordedStyle]:
    reference = _reference(_mapping(tree).get("reference"))
    if reference is None:
        return None
    try:
        return RecordedStyle(reference, check_weight(_mapping(tree).get("weight", 1.0), reference.name))
    except InvalidJob:
        return RecordedStyle(reference)


def _reference(tree: Any) -> Optional[Reference]:
    values = _mapping(tree)
    if values.get("kind") not in ("layer", "document", "file"):
        return None
    texts: Dict[str, str] = {key: str(values.get(key) or "") for key in ("kind", "name", "layer", "path")}
    return Reference(**texts)


def _mapping(tree: Any) -> Mapping[str, Any]:
    return tree if isinstance(tree, dict) else {}
