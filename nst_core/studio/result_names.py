"""The names of results. No two results of a document have the same name."""

from __future__ import annotations

import re
from typing import Iterable, Sequence

from nst_core.bridge import wording
from nst_core.bridge.language import tr

#: The largest number of characters of a style's name. A longer name would hide the number and the quality in a list of
#: layers.
LONGEST_STYLE = 32


def result_name(styles: Sequence[str], quality: str, existing: Iterable[str]) -> str:
    """Return the name of the next result: ``Great Wave \u2013 Neural Style 2 (draft)``.

    ``styles`` are the names of its styles, ``existing`` the names of all layers of the document. The results of the
    same styles are counted, in all qualities together. The first one has no number. Normal quality is not named.
    """
    base = wording.layer_name([shortened_style(style) for style in styles])
    number = 1 + max((_number(name, base) for name in existing), default=0)
    return " ".join(filter(None, (base, str(number) if number > 1 else "", quality_mark(quality))))


def quality_mark(quality: str) -> str:
    """Return the text that names the quality; empty for normal quality."""
    return {"draft": tr("(draft)"), "high": tr("(high)")}.get(quality, "")


def shortened_style(style: str) -> str:
    """Return the name of a style or a layer, shortened to :data:`LONGEST_STYLE` characters."""
    return style if len(style) <= LONGEST_STYLE else f"{style[: LONGEST_STYLE - 1].rstrip()}\u2026"


def _number(name: str, base: str) -> int:
    """Return the number in the result's name ``name``; 0 if the name does not begin with ``base``."""
    # GIMP adds "#1" to the name of a copy.
    match = re.fullmatch(rf"{re.escape(base)}(?: (?P<number>[0-9]{{1,6}}))?(?: \(.*\))?(?: ?#[0-9]+)?", name)
    return int(match["number"] or 1) if match else 0
