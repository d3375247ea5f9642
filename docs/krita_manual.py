"""The generator of ``krita_plugin/Manual.html``, the manual in Krita, from ``docs/krita-manual``.

Krita does not give the path of the page, so the page must contain its pictures. The list of settings is made from their
definitions. ``python -m docs.krita_manual`` writes the page. A test checks that it is up to date.
"""

from __future__ import annotations

import base64
import html
import re
from pathlib import Path
from typing import Iterable

from nst_core.job.settings import Definition, definitions

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "docs" / "krita-manual"
TARGET = ROOT / "krita_plugin" / "Manual.html"
_TYPES = {".png": "image/png", ".jpg": "image/jpeg"}


def page(source: Path = SOURCE) -> str:
    """Return the whole manual in this folder."""
    text = (source / "Manual.html").read_text(encoding="utf-8")
    text = text.replace("<!-- settings -->", _rows(item for item in definitions() if not item.advanced))
    text = text.replace("<!-- more settings -->", _rows(item for item in definitions() if item.advanced))
    return re.sub(r'src="(pictures/[^"]+)"', lambda match: f'src="{_inline(source / match[1])}"', text)


def _rows(items: Iterable[Definition]) -> str:
    escaped = ((html.escape(item.label, quote=False), html.escape(item.help, quote=False)) for item in items)
    return "\n".join(f"<tr><td><b>{label}</b></td><td>{text}</td></tr>" for label, text in escaped)


def _inline(picture: Path) -> str:
    data = base64.b64encode(picture.read_bytes()).decode("ascii")
    return f"data:{_TYPES[picture.suffix]};base64,{data}"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
