"""The names of styles that a layer's record has and that can't be found, so that the user can look for them."""

from __future__ import annotations

from pathlib import Path

from nst_core.bridge.language import tr
from nst_core.bridge.record import RecordedStyle, Reference


def style_description(style: RecordedStyle, unsaved: str) -> str:
    """The name of a style, that of its file or document, and that of its region.

    ``unsaved`` stands for a document that has no file.
    """
    name = _source_name(style.reference, unsaved)
    return name if style.region is None else tr("{style} in {region}").format(style=name, region=style.region.name)


def _source_name(reference: Reference, unsaved: str) -> str:
    if reference.kind == "file":
        return reference.path
    if reference.kind == "layer":
        return reference.name
    return tr("{style} of {image}").format(style=reference.name, image=Path(reference.path).name or unsaved)
