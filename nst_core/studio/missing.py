"""The descriptions of missing styles: a layer's record contains them, but they can't be found."""

from __future__ import annotations

from pathlib import Path

from nst_core.bridge.language import tr
from nst_core.bridge.record import RecordedStyle, Reference


def style_description(style: RecordedStyle, unsaved: str) -> str:
    """Return the name of a style, with the names of its file or document and of its region.

    ``unsaved`` is shown for a document that has no file.
    """
    name = _source_name(style.reference, unsaved)
    return name if style.region is None else tr("{style} in {region}").format(style=name, region=style.region.name)


def _source_name(reference: Reference, unsaved: str) -> str:
    if reference.kind == "file":
        return reference.path
    if reference.kind == "layer":
        return reference.name
    return tr("{style} of {image}").format(style=reference.name, image=Path(reference.path).name or unsaved)
