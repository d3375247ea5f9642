"""The names of results, which distinguish several results of one document."""

from __future__ import annotations

import re
from typing import Iterable, Sequence

from nst_core.bridge import wording
from nst_core.bridge.language import tr

#: Characters of a style's name: a longer name would hide the number and the quality in a list of layers.
LONGEST_STYLE = 32


def result_name(styles: Sequence[str], quality: str, existing: Iterable[str]) -> str:
    """The name of the next result: ``Great Wave \u2013 Neural Style 2 (draft)``.

    ``styles`` are the names of its styles, ``existing`` the names of all layers of the document. The number is one more
    than the highest of the same styles, in any quality. The first result has no number, and normal quality no name.
    """
    base = wording.layer_name([shortened_style(style) for style in styles])
    number = 1 + max((_number(name, base) for name in existing), default=0)
    return " ".join(filter(None, (base, str(number) if number > 1 else "", quality_mark(quality))))


def quality_mark(quality: str) -> str:
    """The quality after a name; empty for the normal one."""
    return {"draft": tr("(draft)"), "high": tr("(high)")}.get(quality, "")


def shortened_style(style: str) -> str:
    """The name of a style or a layer, not longer than a list can show."""
    return style if len(style) <= LONGEST_STYLE else f"{style[: LONGEST_STYLE - 1].rstrip()}\u2026"


def _number(name: str, base: str) -> int:
    """The number of the result that is called ``name``; 0 if the name does not begin with ``base``."""
    # GIMP adds "#1" to the name of a copy.
    match = re.fullmatch(rf"{re.escape(base)}(?: (?P<number>[0-9]{{1,6}}))?(?: \(.*\))?(?: ?#[0-9]+)?", name)
    return int(match["number"] or 1) if match else 0
